"""A private bundle shown with the names, descriptions and images of the catalogue it was made from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.bundle.reader import Bundle
from core.catalogue.images.decoding import thumbnail
from core.catalogue.images.digest import bytes_digest
from core.catalogue.read_options import ReadOptions
from core.catalogue.reading import chunks_of
from core.catalogue.recognition import recognise
from core.common.errors import CatalogueError, ImageError

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.images.files import ImageFiles

COLUMNS = ("name", "description", "image")


class AttachedBundle(Bundle):
    """A private bundle whose owner's catalogue is at hand; use :func:`attach`.

    Nothing of the catalogue is written anywhere: names are held in memory, images are read when shown.
    """

    def __init__(self, bundle: Bundle, data: Path, table: pd.DataFrame, images: ImageFiles) -> None:
        super().__init__(bundle.path, bundle.manifest, f"{bundle.fingerprint}+{data}")
        self.data = data
        self.table = table
        self.images = images

    @property
    def private(self) -> bool:
        """False: names and images are at hand."""
        return False

    def thumbnail(self, sku: str) -> bytes | None:
        """JPEG bytes of the product's small image, None where none opens or it is a placeholder."""
        if sku not in self._row_of:
            return None
        name = str(self.table["image"].iat[self.row(sku)])
        if not name or name not in self.images:
            return None
        try:
            content = self.images.read(name)
            return None if bytes_digest(content) in self.placeholders else thumbnail(content)
        except ImageError:
            return None


def attach(bundle: Bundle, data: Path | str) -> AttachedBundle:
    """Show the products of a private bundle with the names and images in `data`.

    Parameters
    ----------
    bundle
        A private bundle.
    data
        The folder of the catalogue it was made from, in the same format; products are matched by sku.

    Raises
    ------
    CatalogueError
        The catalogue cannot be read, or has none of the bundle's products.
    """
    data = Path(data)
    wanted = set(bundle.table["sku"])
    cells_of: dict[str, tuple[str, ...]] = {}
    images = None
    manifest = bundle.manifest
    for chunk in chunks_of(recognise(data, ReadOptions(manifest.format, as_bundle=manifest.read_as))):
        images = chunk.images
        rows = zip(chunk.table["sku"], *(chunk.table[column] for column in COLUMNS), strict=True)
        for sku, *cells in rows:
            if sku in wanted:
                cells_of.setdefault(sku, tuple(cells))
    if not cells_of or images is None:
        raise CatalogueError(f"{data}: none of the {len(wanted)} products of bundle '{bundle.name}' is in it")
    table = bundle.table.copy()
    nothing = ("",) * len(COLUMNS)
    for position, column in enumerate(COLUMNS):
        table[column] = [cells_of.get(sku, nothing)[position] for sku in table["sku"]]
    return AttachedBundle(bundle, data, table, images)
