from dataclasses import replace

import numpy as np
import pytest

from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.building.unfinished import key as module
from core.building.unfinished.key import build_key
from core.bundle.encoder_choice import JudgedEncoder
from core.bundle.training import TrainingChoices
from core.evaluation.splits import Split
from core.features.encoders.cost import EncoderCost
from core.features.parts import PartsProjection
from core.features.vectors import Features
from core.heads.inputs import Inputs

NAMES, DIGESTS = ["cup", "mug", "chair", "seat"], ["", "a", "", "b"]
OPTIONS = BuildOptions()


def data(vectors=None, **changed) -> TrainingData:
    rows = np.arange(4)
    vectors = np.eye(4, dtype=np.float32) if vectors is None else vectors
    whole = TrainingData(
        inputs=Inputs.of({"text": Features(vectors, np.ones(4, dtype=bool))}, NAMES),
        labels=rows % 2,
        classes=("Lamps", "Mugs"),
        skus=rows.astype(str).astype(object),
        split=Split(rows[:2], rows[2:3], rows[3:], 0),
        groups=rows,
        learned=np.zeros(4, dtype=bool),
        projections={"text": PartsProjection(2, np.zeros(3), np.ones((3, 3)))},
        wanted={"tfidf": {"C": 1.0}},
        languages=frozenset({"en", "de"}),
    )
    return replace(whole, **changed)


@pytest.fixture
def key():
    return build_key(data(), NAMES, DIGESTS, OPTIONS)


def test_the_same_build_has_the_same_key(key, tmp_path):
    own_folders = replace(OPTIONS, cache=tmp_path, unfinished=tmp_path)
    assert build_key(data(), list(NAMES), list(DIGESTS), own_folders) == key
    judged = JudgedEncoder("minilm", 0.5, 0.1, 10, EncoderCost(1.0, 2.0), chosen=True)
    timed = replace(OPTIONS, encoder_choice={"text": (judged,)})
    assert build_key(data(), NAMES, DIGESTS, timed) == key
    assert len(key) == 32 and int(key, 16) >= 0


@pytest.mark.parametrize(
    "changed",
    [
        {"labels": np.array([0, 1, 1, 1])},
        {"groups": np.array([0, 0, 1, 2])},
        {"split": Split(np.array([0, 2]), np.array([1]), np.array([3]), 0)},
        {"classes": ("Lamps", "Cups")},
        {"seed": 1},
        {"balanced": True},
        {"wanted": {"tfidf": {"C": 2.0}}},
        {"vectors": np.eye(4, dtype=np.float32)[::-1]},
        {"languages": frozenset({"en"})},
        {"frozen": data()},
    ],
)
def test_other_products_or_another_training_have_another_key(key, changed):
    assert build_key(data(**changed), NAMES, DIGESTS, OPTIONS) != key


def test_other_names_images_or_options_have_another_key(key):
    assert build_key(data(), ["cup", "mug", "chair", "sofa"], DIGESTS, OPTIONS) != key
    assert build_key(data(), NAMES, ["", "a", "", "c"], OPTIONS) != key
    for options in (
        replace(OPTIONS, guard=0.1),
        replace(OPTIONS, methods=("pca",)),
        replace(OPTIONS, training=TrainingChoices(test_share=0.3)),
    ):
        assert build_key(data(), NAMES, DIGESTS, options) != key


def test_another_version_of_the_program_has_another_key(key, monkeypatch):
    monkeypatch.setattr(module, "_program", lambda: {"core": "another"})
    assert build_key(data(), NAMES, DIGESTS, OPTIONS) != key
