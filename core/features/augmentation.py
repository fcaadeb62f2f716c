"""Augmented copies of training images, for small catalogues: rotated, mirrored, zoomed, tinted, noisy."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance

VERSION = 1
"""Part of the keys under which copies' vectors are cached; raise it when the augmentation changes."""

ROTATION = 15.0  # degrees to either side
ZOOM = 0.75  # smallest share of each edge that is kept
COLOUR = 0.25  # brightness, contrast and saturation, up or down by this share
NOISE = 8.0  # highest standard deviation, of 255


def copy_key(key: bytes, number: int) -> bytes:
    """Return the key, 16 bytes, of the `number`-th copy (from 1) of the image with `key`."""
    return hashlib.blake2b(key + bytes([VERSION]) + number.to_bytes(4, "little"), digest_size=16).digest()


def changed(
    image: Image.Image | np.ndarray | tuple[Any, ...], key: bytes
) -> Image.Image | np.ndarray | tuple[Any, ...]:
    """Return an augmented copy of an RGB image, of the same size and type; equal for equal `key`.

    An array is uint8 (height, width, 3), as an encoder's ``prepare`` returns it; a tuple holds what several
    encoders take of one image.
    """
    if isinstance(image, tuple):
        return tuple(changed(each, key) for each in image)
    if isinstance(image, np.ndarray):
        return np.asarray(changed(Image.fromarray(image), key))
    rng = np.random.default_rng(np.frombuffer(key, dtype=np.uint32))
    width, height = image.size
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    # What rotation uncovers gets the colour of the corner: most product images have a plain background.
    corner = image.getpixel((0, 0))
    image = image.rotate(rng.uniform(-ROTATION, ROTATION), Image.Resampling.BICUBIC, fillcolor=corner)
    share = rng.uniform(ZOOM, 1)
    left, top = rng.uniform(0, 1 - share, 2)
    box = (left * width, top * height, (left + share) * width, (top + share) * height)
    image = image.resize((width, height), Image.Resampling.BICUBIC, box=box)
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = change(image).enhance(rng.uniform(1 - COLOUR, 1 + COLOUR))
    noisy = np.asarray(image, dtype=np.float32) + rng.normal(
        scale=rng.uniform(0, NOISE), size=(height, width, 3)
    )
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
