"""Whether an image shows anything: one of a single colour, or of random pixels, counts as none."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image

VERSION = 1
"""Raise it when `is_usable` changes: caches hold what it decided."""

GRID = 64
"""Cells along each side of the small image in which shapes are looked for."""
LEAST_CONTRAST = 10.0
"""How far, of 255, one cell of an image that shows something is from a smooth ground.

The palest of 44,665 real images, white on white, reaches 22; what codecs make of one colour stays under 8.
"""
DEGREE = 4
"""Of the polynomial that stands for a smooth ground: a gradient in any direction, a vignette."""
EDGE = 0.04
"""Share of each side that may be a frame around nothing."""
BLOCK = 8
"""Pixels over which JPEG smears such a frame; of a small image at most `WIDEST_EDGE`."""
WIDEST_EDGE = 0.12

PICKED = 32
"""Pixels along each side that are picked from all over the image."""
MOST_ALIKE = 0.3
"""Correlation of neighbours among them that noise stays under; it has 0, but for the smallest images."""
LEAST_SIDE = 32
"""An image with a shorter side is not called noise: it has too few pixels to tell."""
PATCH = 128
"""Pixels along each side of the middle part in which noise is looked for."""
LEAST_VARIANCE = 100.0
"""Of the grey values, 0 to 255, in that part: fainter grain may be the texture of something."""
RATIOS = {2: (0.4, 1.5), 4: (0.4, 2.0), 8: (0.3, 2.5)}
"""k -> between what the ratios of variances of noise are, see `is_noise`.

JPEG and a resize leave them under 1.4 for k = 2; of 44,666 real images, the least for k = 8 is 4.3.
"""
LEAST_FLATNESS = 0.4
"""Flatness of the spectrum that noise has, see `is_noise`: 0.5 to 0.6, with or without JPEG."""


def is_usable(image: Image.Image) -> bool:
    """Return whether an image shows anything at all.

    Parameters
    ----------
    image
        RGB, as `core.catalogue.images.decoding.open_image` returns it.
    """
    return not (is_blank(image) or is_noise(image))


def is_blank(image: Image.Image) -> bool:
    """Return whether an RGB image is one colour, but for compression, a soft gradient or a thin frame.

    The image without its edges is averaged to 64 x 64 cells, and a smooth surface is subtracted from each
    channel. A product, however pale, has outlines that such a surface cannot follow.
    """
    left, top = (_edge(length) for length in image.size)
    inner = (left, top, image.width - left, image.height - top)
    cells = np.asarray(image.resize((GRID, GRID), Image.Resampling.BOX, inner), dtype=np.float32)
    cells = cells.reshape(GRID * GRID, 3)
    surfaces = _smooth_surfaces()
    return bool(np.abs(cells - surfaces @ (surfaces.T @ cells)).max() < LEAST_CONTRAST)


def is_noise(image: Image.Image) -> bool:
    """Return whether an RGB image is made of random pixels, coloured or grey.

    The variance of averages of k x k independent pixels, times k², is that of the pixels. In images of
    things, even in textures such as grass or cloth, neighbouring pixels are alike, and it is several times
    larger. And noise has all frequencies alike: the flatness of its spectrum, the geometric over the
    arithmetic mean of the powers, is exp(-0.577) = 0.56; of a pattern that repeats it is far smaller.
    """
    if min(image.size) < LEAST_SIDE or _alike(image) > MOST_ALIKE:
        return False
    width, height = (min(PATCH, length) // 8 * 8 for length in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    patch = np.asarray(image.crop((left, top, left + width, top + height)).convert("L"), np.float32)
    variance = float(patch.var())
    if variance < LEAST_VARIANCE:
        return False
    averages: np.ndarray = patch
    for k, (lowest, highest) in RATIOS.items():
        rows = averages[::2] + averages[1::2]
        averages = (rows[:, ::2] + rows[:, 1::2]) / 4
        if not lowest <= averages.var() * k**2 / variance <= highest:
            return False
    return _flatness(patch) >= LEAST_FLATNESS


def _alike(image: Image.Image) -> float:
    """Return the correlation of neighbours among pixels picked from all over an image."""
    picked = np.asarray(image.resize((PICKED, PICKED), Image.Resampling.NEAREST).convert("L"), np.float32)
    picked -= picked.mean()
    products = (picked[1:] * picked[:-1]).mean() + (picked[:, 1:] * picked[:, :-1]).mean()
    return float(products / 2 / max(picked.var(), 1.0))


def _flatness(patch: np.ndarray) -> float:
    """Return the flatness, 0 to 1, of a patch's spectrum up to half of the highest frequency.

    Compression and resizing weaken the frequencies above.
    """
    power = np.abs(np.fft.rfft2(patch)) ** 2
    rows, columns = np.fft.fftfreq(patch.shape[0])[:, None], np.fft.rfftfreq(patch.shape[1])
    frequency = np.hypot(rows, columns)
    band = power[(frequency > 0) & (frequency <= 0.25)] + 1e-3
    return float(np.exp(np.log(band).mean()) / band.mean())


def _edge(length: int) -> float:
    return min(max(EDGE * length, BLOCK), WIDEST_EDGE * length)


@cache
def _smooth_surfaces() -> np.ndarray:
    """Return orthonormal polynomials in x and y up to `DEGREE`, float32 (cells, 15)."""
    y, x = np.mgrid[-1 : 1 : GRID * 1j, -1 : 1 : GRID * 1j]
    powers = [x**i * y**j for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    basis: np.ndarray = np.linalg.qr(np.stack(powers, axis=-1).reshape(GRID * GRID, -1))[0]
    return basis.astype(np.float32)
