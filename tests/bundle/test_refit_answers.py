import json

import numpy as np
import pytest

from core.bundle.json_fields import Fields
from core.bundle.refit_answers import Refit
from core.common.errors import BundleError

KEPT = Refit(
    labels=np.array([0, 2, 1, 1]),
    chosen={"text": "blend", "image": "mlp"},
    predicted={"text": np.array([1, 1]), "image": np.array([1, 0])},
    seconds=1.5,
)
SIZE = {"rows": 4, "tested": 2, "classes": 3, "among": ("text", "image")}


def stored(tmp_path, **changes) -> Fields:
    KEPT.write(tmp_path / "kept.json")
    content = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    return Fields({**content, **changes}, "kept.json")


def test_what_was_written_comes_back(tmp_path):
    read = Refit.read(stored(tmp_path), **SIZE)
    assert (read.chosen, read.seconds) == (KEPT.chosen, KEPT.seconds)
    assert read.labels.dtype == np.int64
    np.testing.assert_array_equal(read.labels, KEPT.labels)
    for modality, each in KEPT.predicted.items():
        np.testing.assert_array_equal(read.predicted[modality], each)


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": [0, 2, 1]},
        {"labels": [0, 3, 1, 1]},
        {"labels": [0, -1, 1, 1]},
        {"labels": [0, 0.5, 1, 1]},
        {"labels": "0211"},
        {"chosen": {"text": "../blend", "image": "mlp"}},
        {"chosen": {"text": "blend"}},
        {"predicted": {"text": [1, 1], "sound": [1, 0]}},
        {"predicted": {"text": [1, 1], "image": [1, 0, 2]}},
        {"seconds": "long"},
    ],
)
def test_anything_else_is_refused_in_one_line(tmp_path, changes):
    with pytest.raises(BundleError) as refused:
        Refit.read(stored(tmp_path, **changes), **SIZE)
    assert "\n" not in str(refused.value)
