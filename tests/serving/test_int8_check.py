"""Texts in int8 answer for a bundle only if they do so as well as in fp32."""

import re
from dataclasses import replace

import numpy as np
import pytest

from core.common.errors import CoreError
from core.features.backends import Backend
from core.serving import int8_check
from core.serving.bulk.loading import load_embedder
from core.serving.int8_check import Loss, measure, require_int8
from core.serving.predictor import Predictor
from tests import tiny


class Quick(tiny.TinyText):
    """Tiny's vectors, every `spoil`-th of them spoilt."""

    precision = "int8"

    def __init__(self, spoil: int = 0) -> None:
        super().__init__()
        self.spoil = spoil

    def encode(self, items):
        vectors = super().encode(items)
        if self.spoil:
            vectors[:: self.spoil] = np.roll(vectors[:: self.spoil], 7, axis=1)
        return vectors


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def predictor(tiny_bundle):
    return Predictor.load(tiny_bundle)


def test_what_changes_nothing_is_taken(predictor):
    losses = require_int8(predictor, Quick())
    assert [loss.modality for loss in losses] == ["text", "fused"]
    assert all(loss.right == loss.right_int8 > 0 for loss in losses)
    rows = predictor.bundle.rows("validation")
    assert losses[0].rows == predictor.bundle.present("text")[rows].sum()
    assert losses[1].rows == predictor.bundle.present("fused")[rows].sum()


def test_what_spoils_answers_is_refused_with_both_figures(predictor):
    with pytest.raises(CoreError, match=r"int8 loses too much accuracy: text") as refused:
        require_int8(predictor, Quick(spoil=1))
    assert re.search(r"reaches \d+\.\d\d% on 8 validation products instead of 100\.00%", str(refused.value))
    assert "\n" not in str(refused.value)


def test_what_came_out_is_remembered(predictor):
    require_int8(predictor, Quick())
    again = Quick(spoil=1)
    require_int8(predictor, again)
    assert again.encoded == 0


@pytest.mark.parametrize(
    ("rows", "lost", "tolerable"),
    [(1000, 5, True), (1000, 6, False), (100, 1, True), (100, 2, False), (1000, -9, True)],
)
def test_half_a_point_or_one_product_may_be_lost(rows, lost, tolerable):
    assert Loss("text", "mlp", rows, 90, 90 - lost).tolerable is tolerable


def test_a_private_bundle_needs_its_catalogue(predictor, tiny_bundle):
    predictor.bundle.manifest = replace(predictor.bundle.manifest, private=True)
    assert predictor.bundle.private
    with pytest.raises(CoreError, match="--catalogue DIR"):
        require_int8(predictor, Quick())
    data = tiny_bundle.parents[1] / "data"
    blank = predictor.bundle.table.assign(name="", description="")
    whole = measure(Predictor.load(tiny_bundle), Quick(spoil=2))
    predictor.bundle.table = blank
    assert measure(predictor, Quick(spoil=2), data) == whole


def test_no_text_to_check_by(predictor):
    predictor.bundle.table = predictor.bundle.table.assign(name="", description="")
    with pytest.raises(CoreError, match="cannot be checked"):
        require_int8(predictor, Quick())


def test_int8_is_never_stored():
    with pytest.raises(CoreError, match="not for stored vectors"):
        load_embedder("minilm", None, Backend("onnx", "int8"))


def test_the_margin_is_part_of_what_is_remembered(predictor, monkeypatch):
    require_int8(predictor, Quick())
    monkeypatch.setattr(int8_check, "MARGIN", 0.001)
    again = Quick()
    require_int8(predictor, again)
    assert again.encoded > 0
