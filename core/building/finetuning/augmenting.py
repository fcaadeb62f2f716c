"""Changes of images and texts for training: RandAugment, crops, mirrors, mixup, word dropout.

RandAugment (Cubuk et al. 2020, https://arxiv.org/abs/1909.13719) makes a few changes drawn from a list, all
of the same magnitude. Solarising is left out: it turns a white background black.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

ROTATION = 30.0  # degrees at magnitude 1
SHEAR = 0.3
SHIFT = 0.3  # of the side
COLOUR = 0.9
CROP = 0.7  # smallest share of each edge that is kept
POSTERIZED = 4  # bits lost at magnitude 1

Change = Callable[[Image.Image, float], Image.Image]
"""Takes an image and a signed magnitude from -1 to 1."""


def _moved(image: Image.Image, *matrix: float) -> Image.Image:
    """Return an image moved by an affine matrix; what comes into view gets the colour of the corner."""
    return image.transform(
        image.size,
        Image.Transform.AFFINE,
        matrix,
        Image.Resampling.BILINEAR,
        fillcolor=image.getpixel((0, 0)),
    )


def _enhanced(kind: Callable[[Image.Image], ImageEnhance._Enhance]) -> Change:
    return lambda image, much: kind(image).enhance(1 + COLOUR * much)


CHANGES: tuple[Change, ...] = (
    lambda image, much: image,
    lambda image, much: ImageOps.autocontrast(image),
    lambda image, much: ImageOps.equalize(image),
    lambda image, much: ImageOps.posterize(image, 8 - round(POSTERIZED * abs(much))),
    lambda image, much: image.rotate(
        ROTATION * much, Image.Resampling.BILINEAR, fillcolor=image.getpixel((0, 0))
    ),
    lambda image, much: _moved(image, 1, SHEAR * much, 0, 0, 1, 0),
    lambda image, much: _moved(image, 1, 0, 0, SHEAR * much, 1, 0),
    lambda image, much: _moved(image, 1, 0, SHIFT * much * image.width, 0, 1, 0),
    lambda image, much: _moved(image, 1, 0, 0, 0, 1, SHIFT * much * image.height),
    _enhanced(ImageEnhance.Brightness),
    _enhanced(ImageEnhance.Contrast),
    _enhanced(ImageEnhance.Color),
    _enhanced(ImageEnhance.Sharpness),
)


def changed(pixels: np.ndarray, rng: np.random.Generator, operations: int, magnitude: float) -> np.ndarray:
    """Return a changed copy of an image: cropped, perhaps mirrored, then RandAugment.

    Parameters
    ----------
    pixels
        uint8 (side, side, 3).
    rng
        Where chance comes from.
    operations, magnitude
        How many changes, and how large, 0 to 1.

    Returns
    -------
    ndarray
        uint8 (side, side, 3).
    """
    image = Image.fromarray(pixels)
    width, height = image.size
    share = rng.uniform(CROP, 1)
    left, top = rng.uniform(0, 1 - share, 2) * image.size
    box = (left, top, left + share * width, top + share * height)
    image = image.resize(image.size, Image.Resampling.BILINEAR, box=box)
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for number in rng.integers(len(CHANGES), size=operations):
        image = CHANGES[number](image, magnitude * rng.choice((-1, 1)))
    return np.asarray(image)


def without_words(ids: np.ndarray, words: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Return a text's tokens without some of its words; one word at least is left.

    Parameters
    ----------
    ids
        int64 (tokens,).
    words
        int64 (tokens,): which word a token belongs to, -1 for those that mark the text's ends.
    rng
        Where chance comes from.
    share
        Of the words that is left out, on average.
    """
    count = int(words.max(initial=-1)) + 1
    left_out = rng.random(count) < share
    if count and left_out.all():
        left_out[rng.integers(count)] = False
    kept: np.ndarray = ids[(words < 0) | ~left_out[words]] if count else ids
    return kept


def mixed(
    targets: np.ndarray, rng: np.random.Generator, alpha: float
) -> tuple[np.ndarray, float, np.ndarray]:
    """Draw mixup for a batch: whom each product is mixed with, its own share, and the mixed targets.

    Parameters
    ----------
    targets
        float32 (n, classes): one-hot categories.
    rng
        Where chance comes from.
    alpha
        Of the beta distribution that shares are drawn from; 0 mixes nothing.
    """
    if not alpha:
        return np.arange(len(targets)), 1.0, targets
    partners, share = rng.permutation(len(targets)), float(rng.beta(alpha, alpha))
    return partners, share, (share * targets + (1 - share) * targets[partners]).astype(np.float32)
