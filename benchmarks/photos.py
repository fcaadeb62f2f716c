"""Draw synthetic photos for the measuring scripts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def draw_photo(file: Path, width: int, height: int, noise: float = 2, seed: int = 0) -> Path:
    """Write a JPEG of soft colours and a camera's noise, the same each time.

    Parameters
    ----------
    file
        Where it goes.
    width, height
        In pixels.
    noise
        Its deviation in steps of 256. It makes the file large and decoding slow: 2 gives 0.11 MB a megapixel
        (untouched photos of catalogues have 0.03 to 0.18), 6 gives 0.27, what a phone takes in poor light.
    seed
        Another one is another photo.

    Returns
    -------
    Path
        `file`.
    """
    across, down = np.linspace(0, 1, width)[None, :], np.linspace(0, 1, height)[:, None]
    waves = [np.sin(6 * across + shift + seed) * np.cos(9 * down - shift) for shift in range(3)]
    grain = np.random.default_rng(seed).normal(0, noise, (height, width, 1))
    pixels = np.clip(128 + 90 * np.stack(waves, axis=2) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file
