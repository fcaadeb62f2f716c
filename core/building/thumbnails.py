"""Small images of the products, for a bundle to show."""

from __future__ import annotations

import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from core.catalogue.images.decoding import thumbnail
from core.catalogue.reading import Catalogue
from core.common.errors import ImageError
from core.common.progress import Progress

STAGE = "Saving thumbnails"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""Of the files in the archive, so that the same catalogue gives the same bytes."""


def write_thumbnails(file: Path, catalogue: Catalogue, has_image: np.ndarray, progress: Progress) -> None:
    """Write the thumbnails to a zip file, ``<row>.jpg`` each.

    Parameters
    ----------
    file
        The zip file.
    catalogue
        The products.
    has_image
        bool (n,): which of them have an image that could be encoded.
    progress
        Called with how many are written.
    """
    rows = np.flatnonzero(has_image).tolist()
    names = catalogue.table["image"].tolist()

    def draw(row: int) -> bytes | None:
        try:
            return thumbnail(catalogue.images.read(names[row]))
        except ImageError:
            return None  # its vector was cached, but the image can no longer be read: shown without

    with ThreadPoolExecutor(2) as pool, zipfile.ZipFile(file, "w") as archive:
        for done, (row, image) in enumerate(zip(rows, pool.map(draw, rows), strict=True), 1):
            if image is not None:
                archive.writestr(zipfile.ZipInfo(f"{row}.jpg", FIXED_TIME), image)
            progress(STAGE, done, len(rows))
