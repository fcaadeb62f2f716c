"""timm's data configurations, read as preparations."""

import sys

import pytest

from core.common.errors import EncoderError
from core.features.encoders import timm_vision
from core.features.encoders.preparation import Preparation

CONFIG = {
    "input_size": (3, 224, 224), "interpolation": "bicubic", "mean": (0.5, 0.4, 0.3), "std": (0.2, 0.2, 0.2),
    "crop_pct": 0.9, "crop_mode": "center",
}  # fmt: skip


def test_a_configuration_is_a_preparation():
    got = timm_vision.preparation_of("m", CONFIG)
    assert got == Preparation(224, 248, "bicubic", 255, (0.5, 0.4, 0.3), (0.2, 0.2, 0.2))
    whole = timm_vision.preparation_of("m", CONFIG | {"crop_pct": 1.0, "crop_mode": "squash"})
    assert whole.shorter_edge is None


@pytest.mark.parametrize(
    "changed", [{"crop_mode": "border"}, {"interpolation": "lanczos"}, {"input_size": (3, 224, 112)}]
)
def test_other_configurations_are_refused(changed):
    with pytest.raises(EncoderError, match="m: its preparation of images is not one that Product Lens has: "):
        timm_vision.preparation_of("m", CONFIG | changed)


def test_without_timm_the_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(EncoderError, match=r"pip install -r requirements_timm\.txt"):
        timm_vision.library()
