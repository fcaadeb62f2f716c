"""Changed copies of training pictures, for catalogues with few: turned, mirrored, zoomed, tinted, noisy."""

from __future__ import annotations

import hashlib

import numpy as np
from PIL import Image, ImageEnhance

VERSION = 1
"""Part of the keys under which copies' vectors are kept; raise it when the changes change."""

TURN = 15.0  # degrees to either side
ZOOM = 0.75  # the shortest edge that stays, of the whole
COLOUR = 0.25  # brightness, contrast and saturation, up or down by this share
NOISE = 8.0  # standard deviation, of 255


def copy_key(key: bytes, number: int) -> bytes:
    """Return the 16 bytes that stand for the `number`-th copy (from 1) of the picture with `key`."""
    return hashlib.blake2b(key + bytes([VERSION]) + number.to_bytes(4, "little"), digest_size=16).digest()


def changed(picture: Image.Image | np.ndarray, key: bytes) -> Image.Image | np.ndarray:
    """Return a changed copy of an RGB picture, of the same size and kind; the same for the same `key`.

    An array is uint8 (height, width, 3), as an encoder's ``prepare`` returns it.
    """
    if isinstance(picture, np.ndarray):
        return np.asarray(changed(Image.fromarray(picture), key))
    rng = np.random.default_rng(np.frombuffer(key, dtype=np.uint32))
    width, height = picture.size
    if rng.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    # What turning uncovers takes the colour of the picture's corner, as a shop's plain ground goes on.
    corner = picture.getpixel((0, 0))
    picture = picture.rotate(rng.uniform(-TURN, TURN), Image.Resampling.BICUBIC, fillcolor=corner)
    share = rng.uniform(ZOOM, 1)
    left, top = rng.uniform(0, 1 - share, 2)
    box = (left * width, top * height, (left + share) * width, (top + share) * height)
    picture = picture.resize((width, height), Image.Resampling.BICUBIC, box=box)
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = change(picture).enhance(rng.uniform(1 - COLOUR, 1 + COLOUR))
    noisy = np.asarray(picture, dtype=np.float32) + rng.normal(
        scale=rng.uniform(0, NOISE), size=(height, width, 3)
    )
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
