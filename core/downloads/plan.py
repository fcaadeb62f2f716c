"""What to fetch and under which names to keep it, so that the catalogue's reader finds it.

A product's image is kept

1. under the file name its row has besides the address (Best Buy's ``image_path``, Fashion's ``images.csv``);
2. else under a name made from the address, `core.catalogue.images.names.fetched_stem`, when the address
stands where
   the reader looks for images;
3. else, for a column that the reader does not look at, under the product's sku, if it has one.

A name that is not safe as it is, or that rows with different addresses share, gives way to 2. The ending
follows the image's content, but for 1, where the table says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.catalogue.formats.format import ReadOptions
from core.catalogue.formats.registry import get_format
from core.catalogue.images.files import ENDINGS, ImageFiles
from core.catalogue.images.names import fetched_stem, image_name, is_plain
from core.common.errors import ImageError
from core.downloads.download import is_whole

_INVENTED = re.compile(r"row-\d+")  # what the readers call a product without an sku


@dataclass(frozen=True)
class Row:
    """What a table says about one product's image.

    Attributes
    ----------
    sku : str
    name : str
        The file name the reader looks for, "" where it has none.
    image_url : str
        The address the reader knows, "" where it knows none.
    address : str
        The address to fetch, "" where there is none.
    """

    sku: str
    name: str
    image_url: str
    address: str

    @property
    def own_name(self) -> str:
        """The file name the row has besides the address, without folders, "" where it has none."""
        if not self.name or (self.image_url and self.name == image_name(self.image_url)):
            return ""
        return PurePosixPath(self.name).name


@dataclass(frozen=True)
class Target:
    """A file's name; without an ending the image's content decides on it."""

    stem: str
    ending: str = ""

    def file(self, ending: str) -> str:
        """Return the whole name for an image whose content asks for `ending`."""
        return self.stem + (self.ending or ending)


@dataclass(frozen=True)
class Wanted:
    """An address to fetch once, and the rows that have it."""

    address: str
    targets: tuple[Target, ...]
    rows: tuple[Row, ...]


def read_rows(
    data: Path, format: str, column: str | None = None, columns: Mapping[str, str] | None = None
) -> Iterator[Row]:
    """Yield what a table says about each product's image, in file order.

    Parameters
    ----------
    data, format, columns
        As `core.catalogue.reading.read_catalogue`.
    column : str or None
        The column with the addresses; None takes the one in which the reader looks for images.

    Raises
    ------
    CatalogueError
        When the table cannot be read or has no such column.
    """
    options = ReadOptions(columns=columns, addresses=column)
    wanted = ["sku", "image", "image_url", "image_url" if column is None else "address"]
    for chunk in get_format(format, columns).read(data, options):
        yield from map(Row, *(chunk[name].tolist() for name in wanted))


def plan(rows: Iterable[Row]) -> list[Wanted]:
    """Return each address once, in the order of the table, with the files to keep its image in."""
    rows = [row for row in rows if row.address]
    meanings: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        if row.own_name:
            meanings.setdefault(row.own_name.lower(), set()).add((row.name, row.address))
    single = {name for name, meant in meanings.items() if len(meant) == 1}
    claimed: dict[str, str] = {}
    targets: dict[str, list[Target]] = {}
    members: dict[str, list[Row]] = {}
    for row in rows:
        target = _target(row, single)
        if claimed.setdefault(target.stem.lower(), row.address) != row.address:
            target = Target(fetched_stem(row.address))
        listed = targets.setdefault(row.address, [])
        if target not in listed:
            listed.append(target)
        members.setdefault(row.address, []).append(row)
    return [Wanted(each, tuple(targets[each]), tuple(members[each])) for each in targets]


class Present:
    """The images that are in the folder already.

    Parameters
    ----------
    folder : Path
    wanted : list of Wanted
        A name that several of their addresses end in says nothing about which image it is.
    """

    def __init__(self, folder: Path, wanted: list[Wanted]) -> None:
        self._pictures = ImageFiles(folder if folder.is_dir() else None)
        meanings: dict[str, set[str]] = {}
        for each in wanted:
            meanings.setdefault(image_name(each.address).lower(), set()).add(each.address)
        self._shared = {name for name, meant in meanings.items() if len(meant) > 1}

    def find(self, wanted: Wanted) -> tuple[str, ...] | None:
        """Return the files of all the rows that want this image, None where one is missing or not whole."""
        files = tuple(dict.fromkeys(self._file(row) for row in wanted.rows))
        return files if all(files) and all(self._is_whole(file) for file in files) else None

    def _file(self, row: Row) -> str:
        name = "" if row.name.lower() in self._shared else row.name
        return self._pictures.of_product(name, row.address, row.sku)

    def _is_whole(self, file: str) -> bool:
        try:
            return is_whole(self._pictures.read(file))
        except ImageError:
            return False


def count_found(rows: Iterable[Row], folder: Path) -> int:
    """Return how many rows the catalogue's reader finds an image for in `folder`."""
    images = ImageFiles(folder if folder.is_dir() else None)
    return sum(bool(images.of_product(row.name, row.image_url, row.sku)) for row in rows)


def _target(row: Row, single: set[str]) -> Target:
    own = PurePosixPath(row.own_name)
    if own.name.lower() in single and is_plain(own.name) and own.suffix.lower() in ENDINGS:
        return Target(own.stem, own.suffix)
    if row.address != row.image_url and is_plain(row.sku) and not _INVENTED.fullmatch(row.sku):
        return Target(row.sku)
    return Target(fetched_stem(row.address))
