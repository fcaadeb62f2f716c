"""Where the images of a catalogue lie: folders and zips that people call images, pictures, photos."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from core.catalogue.images.files import ImageFiles
from core.catalogue.images.name_index import ENDINGS
from core.catalogue.images.stores import FolderStore, ImageStore
from core.common.errors import CatalogueError

NAMES = (
    *("images", "image", "img", "imgs", "pictures", "picture", "pics", "photos", "photo", "media"),
    *("bilder", "fotos", "foto", "imagenes", "imágenes", "imagens", "immagini", "zdjecia", "uploads"),
)
"""What a catalogue's folder or zip of images is called, in any case; zips may be numbered: images-2.zip."""

DEEPER = ("media/catalog/product", "pub/media/catalog/product", "wp-content/uploads")
"""Folders of images in the exports of Magento and WooCommerce."""

_ZIP = re.compile(rf"({'|'.join(NAMES)})([ _.-]*(part)?[ _.-]*\d+)?\.zip")


def find_images(data: Path, embedded: Sequence[ImageStore] = ()) -> ImageFiles:
    """Find the images of a catalogue.

    Parameters
    ----------
    data : Path
        The catalogue's folder; or the table in it; or a zip of images. Folders and zips called as in `NAMES`
        are read side by side; if there is none, other zips that hold images; if there is none, the images
        beside the table, and those in all folders if `data` is the folder.
    embedded : sequence of ImageStore
        Where images lie that the table itself holds.

    Raises
    ------
    CatalogueError
        If `data` does not exist or a zip cannot be opened.
    """
    if not data.exists():
        raise CatalogueError(f"{data}: no such file or folder")
    if data.is_file() and data.suffix.lower() == ".zip":
        return ImageFiles(data, embedded)
    folder = data if data.is_dir() else data.parent
    listed = sorted(folder.iterdir())
    sources = [path for path in _known(folder, listed) if path != data]
    if not sources:
        sources = [path for path in listed if path != data and _is_zip_of_images(path)]
    if not sources and (_has_images(listed) or (data.is_dir() and _has_images_below(folder))):
        sources = [folder]
    return ImageFiles(sources, embedded)


def _known(folder: Path, listed: Sequence[Path]) -> list[Path]:
    """Return the folders and zips called as in `NAMES`, the folders first, each kind in the order there."""
    deeper = [path for name in DEEPER if _has_files(path := folder / name)]
    folders = [path for path in listed if path.name.lower() in NAMES and _has_files(path)]
    # media/catalog/product lies in media.
    folders = [path for path in folders if not any(each.is_relative_to(path) for each in deeper)]
    zips = [path for path in listed if _ZIP.fullmatch(path.name.lower()) and path.is_file()]
    return [*sorted(folders, key=lambda path: NAMES.index(path.name.lower())), *deeper, *zips]


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _has_images(paths: Sequence[Path]) -> bool:
    return any(path.suffix.lower() in ENDINGS and not path.name.startswith(".") for path in paths)


def _has_images_below(folder: Path) -> bool:
    return any(PurePosixPath(entry).suffix.lower() in ENDINGS for entry in FolderStore(folder).entries)


def _is_zip_of_images(path: Path) -> bool:
    """Return whether a file is a zip with images in it, and not a table that is packed."""
    if path.suffix.lower() != ".zip" or not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(PurePosixPath(name).suffix.lower() in ENDINGS for name in archive.namelist())
