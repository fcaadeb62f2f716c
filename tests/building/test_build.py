import shutil

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.common.errors import CatalogueError
from tests import tiny

QUICK = BuildOptions(heads=("logistic_regression",), methods=("pca",))


@pytest.fixture
def catalogue(tmp_path):
    return read_catalogue(tiny.write_catalogue(tmp_path / "data", per_class=12), "csv", minimum=5)


def encoders() -> dict:
    tiny.register_tiny_encoders()
    return {"text": tiny.TinyText(), "image": tiny.TinyImage()}


def test_a_second_build_encodes_nothing(catalogue, tmp_path):
    options = BuildOptions(heads=QUICK.heads, methods=QUICK.methods, cache=tmp_path / "cache")
    first = encoders()
    before = build_bundle(catalogue, first, tmp_path / "a" / "one", options).bundle
    assert first["text"].encoded > 0
    again = encoders()
    after = build_bundle(catalogue, again, tmp_path / "a" / "one", options).bundle
    assert again["text"].encoded == 0
    assert again["image"].encoded == 0
    np.testing.assert_array_equal(before.features("fused"), after.features("fused"))
    assert [r.accuracy for r in before.reports] == [r.accuracy for r in after.reports]


def test_one_modality_alone(catalogue, tmp_path):
    bundle = build_bundle(catalogue, {"text": encoders()["text"]}, tmp_path / "a" / "text-only", QUICK).bundle
    assert bundle.modalities == ("text",)
    assert bundle.best == {"text": "logistic_regression"}
    assert not bundle.has_features("fused")


def test_a_catalogue_without_pictures_leaves_image_out(tmp_path):
    data = tiny.write_catalogue(tmp_path / "data", per_class=12)
    for file in (data / "images").iterdir():
        file.unlink()
    catalogue = read_catalogue(data, "csv", minimum=5)
    bundle = build_bundle(catalogue, encoders(), tmp_path / "a" / "b", QUICK).bundle
    assert bundle.modalities == ("text",)


def test_one_category_alone_is_one_clear_line(tmp_path):
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path, 12, ("Mugs",)), "csv", minimum=5)
    with pytest.raises(CatalogueError, match="one category"):
        build_bundle(catalogue, encoders(), tmp_path / "a" / "b", QUICK)


def test_a_killed_build_leaves_the_old_bundle(catalogue, tiny_bundle, tmp_path):
    out = shutil.copytree(tiny_bundle, tmp_path / "a" / "b")
    before = Bundle.open(out).fingerprint

    def kill(stage: str, done: int, total: int) -> None:
        if stage == "Drawing maps":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_bundle(catalogue, encoders(), out, QUICK, kill)
    assert Bundle.open(out).fingerprint == before
    assert [p.name for p in out.parent.iterdir()] == ["b"]


def test_the_best_head_is_chosen_on_validation_rows(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    for modality in bundle.modalities:
        models = [m for m in bundle.models if m.modality == modality]
        chosen = [m for m in models if m.chosen]
        assert len(chosen) == 1
        assert chosen[0].validation_accuracy == max(m.validation_accuracy for m in models)
