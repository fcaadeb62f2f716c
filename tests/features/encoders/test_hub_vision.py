"""Image processors of transformers, read as preparations; what none of ours does is refused."""

from types import SimpleNamespace

import pytest

from core.common.errors import EncoderError
from core.features.encoders.hub_vision import preparation_of
from core.features.encoders.preparation import Preparation

PLAIN = {
    "do_resize": True, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "resample": 3,
    "image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25], "do_center_crop": None, "crop_size": None,
}  # fmt: skip
HALF, QUARTER = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
SQUARE = {"height": 224, "width": 224}


def processor(**changed):
    return SimpleNamespace(**(PLAIN | changed))


@pytest.mark.parametrize(
    ("changed", "side", "edge"),
    [
        ({"size": SQUARE}, 224, None),
        ({"size": {"shortest_edge": 256}, "do_center_crop": True, "crop_size": SQUARE}, 224, 256),
        ({"size": {"shortest_edge": 224}, "crop_pct": 0.875}, 224, 256),
        ({"size": {"shortest_edge": 384}, "crop_pct": 0.875}, 384, None),
    ],
)
def test_sizes_are_the_processors(changed, side, edge):
    got = preparation_of("m", processor(**changed))
    assert (got.side, got.shorter_edge, got.resampling) == (side, edge, "bicubic")
    assert (got.divisor, got.mean, got.std) == (pytest.approx(255), HALF, QUARTER)


def test_without_normalisation_pixels_are_only_scaled():
    got = preparation_of("m", processor(size=SQUARE, resample=2, do_normalize=False))
    assert got == Preparation(224, None, "bilinear", pytest.approx(255), (0, 0, 0), (1, 1, 1))


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"size": None}, "images are not resized"),
        ({"size": SQUARE, "resample": 1}, "Pillow's filter 1"),
        ({"size": {"height": 224, "width": 112}}, "size {'height': 224, 'width': 112}"),
        ({"size": {"longest_edge": 512}}, "size {'longest_edge': 512}"),
    ],
)
def test_other_preparations_are_refused(changed, what):
    with pytest.raises(EncoderError, match=f"is not one that Product Lens has: {what}"):
        preparation_of("m", processor(**changed))
