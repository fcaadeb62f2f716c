"""Which images the rows of a table have, and an account of what was not found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from core.catalogue.images.account import EXAMPLES, Counted, ImageAccount
from core.catalogue.images.cells import image_data
from core.catalogue.images.files import ImageFiles
from core.catalogue.images.name_index import composed, stem_of
from core.catalogue.images.names import image_address, image_name
from core.catalogue.values.image_data import is_image_data
from core.common.errors import ImageError

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class _Rows:
    """Rows that have a problem, and the first few different names."""

    count: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.count += 1
        if len(self.names) < EXAMPLES and name not in self.names:
            self.names.append(name)

    def counted(self) -> Counted:
        return Counted(self.count, Counted.of(self.names).examples)


@dataclass(frozen=True)
class _Problem:
    """A reference that finds no image."""

    name: str
    has_address: bool
    is_ambiguous: bool


@dataclass(frozen=True)
class _Taken:
    """Entries that are not free to be found by a product's sku: a row names them, or has that very sku."""

    named: frozenset[str]
    exact: frozenset[str]


class TableImages:
    """The images of a table's rows.

    A row has the images that its cell names. If none of them is there, it has those called by its sku,
    ``SKU.jpg``, ``SKU_1.jpg``, ``SKU-2.png``: but never one that another row names, or whose name is another
    row's sku.

    Parameters
    ----------
    files
        The catalogue's images.
    chunks
        Yields the whole table, as its reader does. Called once, and only if a row may have images by its sku.
    """

    def __init__(self, files: ImageFiles, chunks: Callable[[], Iterable[pd.DataFrame]]) -> None:
        self.files = files
        self._chunks = chunks
        self._used: set[str] = set()
        self._several = self._not_fetched = 0
        self._missing, self._ambiguous = _Rows(), _Rows()

    def of(self, chunk: pd.DataFrame) -> list[tuple[str, ...]]:
        """Return the names of each row's images, each once.

        Parameters
        ----------
        chunk
            Rows as `core.catalogue.rules.Rules.frame` returns them.
        """
        return [
            self._of_row(references, sku)
            for references, sku in zip(_references(chunk), chunk["sku"], strict=True)
        ]

    def account(self) -> ImageAccount:
        """Return the account of all rows so far."""
        images = self.files.images
        others = len(self._used.difference(images))
        return ImageAccount(
            found=len(images) + others,
            unnamed=len(images) - (len(self._used) - others),
            several=self._several,
            missing=self._missing.counted(),
            ambiguous=self._ambiguous.counted(),
            not_fetched=self._not_fetched,
            refused={reason: Counted.of(paths) for reason, paths in self.files.refused.items()},
        )

    def _of_row(self, references: Sequence[tuple[str, str]], sku: str) -> tuple[str, ...]:
        names: dict[str, str] = {}  # entry -> name
        problems: list[_Problem] = []
        for name, address in references:
            kept, entries = self.files.of_reference(self._stored(name), address)
            if len(entries) == 1:
                names.setdefault(entries[0], kept)
            else:
                problems.append(_Problem(name or address, bool(address), bool(entries)))
        if not names and self.files.images:
            found, is_ambiguous = self._of_sku(sku)
            names = {entry: entry for entry in found}
            if names:
                problems = []
            elif is_ambiguous and not problems:
                problems = [_Problem(sku, False, True)]
        self._count(names, problems)
        return tuple(names.values())

    def _stored(self, name: str) -> str:
        """Return a name; for a cell that holds an image itself, one by which the image is found."""
        if not is_image_data(name):
            return name
        try:
            return self.files.keep(image_data(name))
        except ImageError:
            return self.files.keep(name.encode())  # to be counted as an image that cannot be opened

    def _of_sku(self, sku: str) -> tuple[tuple[str, ...], bool]:
        """Return the images called by a sku, and whether the sku itself is the name of several."""
        own = self.files.of_stem(sku)
        if len(own) > 1:
            return (), True
        candidates = (*own, *self.files.numbered(sku))
        if not candidates:
            return (), False
        taken, own_name = self._taken, composed(sku)
        return tuple(
            entry
            for entry in candidates
            if entry not in taken.named and (entry not in taken.exact or stem_of(entry) == own_name)
        ), False

    @cached_property
    def _taken(self) -> _Taken:
        named: set[str] = set()
        exact: set[str] = set()
        for chunk in self._chunks():
            for references, sku in zip(_references(chunk), chunk["sku"], strict=True):
                own = self.files.of_stem(sku)
                exact.update(entry for entry in own if stem_of(entry) == composed(sku))
                for name, address in references:
                    if not is_image_data(name):
                        named.update(self.files.of_reference(name, address)[1])
        return _Taken(frozenset(named), frozenset(exact))

    def _count(self, names: Mapping[str, str], problems: Sequence[_Problem]) -> None:
        self._used.update(names)
        self._several += len(names) > 1
        ambiguous = next((each for each in problems if each.is_ambiguous), None)
        missing = next((each for each in problems if not each.has_address), None)
        if ambiguous:
            self._ambiguous.add(ambiguous.name)
        elif missing:
            self._missing.add(missing.name)
        elif problems and not names:
            self._not_fetched += 1


def no_images() -> TableImages:
    """Return images where none are needed: no row has one."""
    return TableImages(ImageFiles(None), lambda: [])


def _references(chunk: pd.DataFrame) -> Iterator[list[tuple[str, str]]]:
    """Yield the name and the address of each image that a row refers to."""
    for name, address, several in zip(chunk["image"], chunk["image_url"], chunk["images"], strict=True):
        if several:
            yield [(image_name(each), image_address(each)) for each in json.loads(several)]
        else:
            yield [(name, address)] if name or address else []
