"""Choose which addresses to fetch and the file names under which the catalogue's reader finds the images.

A product's image is saved under

1. the file name in its row, if the row has one besides the address (Best Buy's ``image_path``, Fashion's
   ``images.csv``);
2. else a name made from the address by `core.catalogue.images.names.fetched_stem`, if the address is in the
   reader's image column;
3. else, for addresses in another column, the product's sku, if it has one.

Rule 2 also replaces a name that is unsafe or shared by rows with different addresses. The file ending follows
the image's content, except in rule 1, where the table gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.catalogue.images.files import ImageFiles
from core.catalogue.images.name_index import ENDINGS
from core.catalogue.images.names import fetched_stem, image_name, is_plain
from core.catalogue.recognition import Recognition
from core.common.errors import ImageError
from core.downloads.download import is_whole

_INVENTED = re.compile(r"row-\d+")  # the readers' name for a product without an sku


@dataclass(frozen=True)
class Row:
    """A table row's image: file name and addresses.

    Attributes
    ----------
    sku : str
    name : str
        The file name the reader looks for, "" if none.
    image_url : str
        The address in the reader's image column, "" if none.
    address : str
        The address to fetch, "" if none.
    """

    sku: str
    name: str
    image_url: str
    address: str

    @property
    def own_name(self) -> str:
        """The file name in the row itself, without folders; "" if the name comes from the address."""
        if not self.name or (self.image_url and self.name == image_name(self.image_url)):
            return ""
        return PurePosixPath(self.name).name


@dataclass(frozen=True)
class Target:
    """A file name; an empty ending means that the image's content decides."""

    stem: str
    ending: str = ""

    def file(self, ending: str) -> str:
        """Return the full file name for an image whose content has the given ending."""
        return self.stem + (self.ending or ending)


@dataclass(frozen=True)
class Wanted:
    """An address to fetch once, the files to save it as, and the rows that share it."""

    address: str
    targets: tuple[Target, ...]
    rows: tuple[Row, ...]


def read_rows(recognition: Recognition) -> Iterator[Row]:
    """Yield the image name and addresses of each product, in file order.

    Raises
    ------
    CatalogueError
        When the table cannot be read.
    """
    address = "image_url" if recognition.options.addresses is None else "address"
    wanted = ["sku", "image", "image_url", address]
    for chunk in recognition.frames():
        yield from map(Row, *(chunk[name].tolist() for name in wanted))


def plan(rows: Iterable[Row]) -> list[Wanted]:
    """Return each address once, in table order, with the files to save its image as."""
    rows = [row for row in rows if row.address]
    meanings: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        if row.own_name:
            meanings.setdefault(row.own_name.lower(), set()).add((row.name, row.address))
    single = {name for name, uses in meanings.items() if len(uses) == 1}
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
    """Looks up images that are already in the folder.

    Parameters
    ----------
    folder : Path
    wanted : list of Wanted
        A file name that several of their addresses end with is ignored: it does not identify one image.
    """

    def __init__(self, folder: Path, wanted: list[Wanted]) -> None:
        self._images = ImageFiles(folder if folder.is_dir() else None)
        meanings: dict[str, set[str]] = {}
        for each in wanted:
            meanings.setdefault(image_name(each.address).lower(), set()).add(each.address)
        self._shared = {name for name, urls in meanings.items() if len(urls) > 1}

    def find(self, wanted: Wanted) -> tuple[str, ...] | None:
        """Return the files of all rows that share this image, None if one is missing or incomplete."""
        files = tuple(dict.fromkeys(self._file(row) for row in wanted.rows))
        return files if all(files) and all(self._is_whole(file) for file in files) else None

    def _file(self, row: Row) -> str:
        name = "" if row.name.lower() in self._shared else row.name
        return found_image(self._images, name, row.address, row.sku)

    def _is_whole(self, file: str) -> bool:
        try:
            return is_whole(self._images.read(file))
        except ImageError:
            return False


def count_with_image(rows: Iterable[Row], folder: Path) -> int:
    """Return for how many rows the catalogue's reader finds an image in `folder`."""
    images = ImageFiles(folder if folder.is_dir() else None)
    return sum(bool(found_image(images, row.name, row.image_url, row.sku)) for row in rows)


def found_image(images: ImageFiles, name: str, address: str, sku: str) -> str:
    """Return the name of the image of a row that is downloaded, "" if there is none."""
    kept, entries = images.of_reference(name, address)
    return kept if len(entries) == 1 else images.named(sku) or ""


def _target(row: Row, single: set[str]) -> Target:
    own = PurePosixPath(row.own_name)
    if own.name.lower() in single and is_plain(own.name) and own.suffix.lower() in ENDINGS:
        return Target(own.stem, own.suffix)
    if row.address != row.image_url and is_plain(row.sku) and not _INVENTED.fullmatch(row.sku):
        return Target(row.sku)
    return Target(fetched_stem(row.address))
