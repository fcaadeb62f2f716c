"""Names, descriptions and pictures put back into a private bundle, from the catalogue it was made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.bundle.reader import Bundle
from core.catalogue.images.decoding import thumbnail
from core.catalogue.reading import read_chunks
from core.common.errors import CatalogueError, ImageError

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.images.files import ImageFiles

COLUMNS = ("name", "description", "image")


class AttachedBundle(Bundle):
    """A private bundle whose owner's catalogue is at hand; use :func:`attach`.

    Nothing of the catalogue is written anywhere: names are held in memory, pictures are read when shown.
    """

    def __init__(self, bundle: Bundle, data: Path, table: pd.DataFrame, pictures: ImageFiles) -> None:
        super().__init__(bundle.path, bundle.manifest, f"{bundle.fingerprint}+{data}")
        self.data = data
        self.table = table
        self.pictures = pictures

    @property
    def private(self) -> bool:
        """False: names and images are at hand."""
        return False

    def thumbnail(self, sku: str) -> bytes | None:
        """JPEG bytes of the product's small picture, None where there is none that opens."""
        if sku not in self._row_of:
            return None
        name = str(self.table["image"].iat[self.row(sku)])
        if not name or name not in self.pictures:
            return None
        try:
            return thumbnail(self.pictures.read(name))
        except ImageError:
            return None


def attach(bundle: Bundle, data: Path | str) -> AttachedBundle:
    """Show the products of a private bundle with the names and pictures in `data`.

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
    found: dict[str, tuple[str, ...]] = {}
    pictures = None
    for chunk in read_chunks(data, bundle.manifest.format):
        pictures = chunk.images
        rows = zip(chunk.table["sku"], *(chunk.table[column] for column in COLUMNS), strict=True)
        for sku, *cells in rows:
            if sku in wanted:
                found.setdefault(sku, tuple(cells))
    if not found or pictures is None:
        raise CatalogueError(f"{data}: none of the {len(wanted)} products of bundle '{bundle.name}' is in it")
    table = bundle.table.copy()
    nothing = ("",) * len(COLUMNS)
    for position, column in enumerate(COLUMNS):
        table[column] = [found.get(sku, nothing)[position] for sku in table["sku"]]
    return AttachedBundle(bundle, data, table, pictures)
