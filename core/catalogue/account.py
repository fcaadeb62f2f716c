"""Account for every row of a table: kept, or set aside for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.catalogue.images.account import ImageAccount

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.sources.raw import Count

NO_CONTENT = "no text and no image"
_EXAMPLES = 5


@dataclass(frozen=True)
class SetAside:
    """Rows set aside for one reason, with the skus of the first few."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Placeholder:
    """An image of no product, such as "no image available": the first file with it, and how many show it."""

    file: str
    products: int


@dataclass(frozen=True)
class Account:
    """Counts of a table's rows; ``rows_read == rows_kept + variants + sum of set_aside counts``.

    Attributes
    ----------
    rows_read, rows_kept : int
        Rows in the table, and rows in the catalogue.
    variants : int
        Rows that were merged into another row's product.
    set_aside : tuple of SetAside
        One entry per reason.
    without_text, without_image : int
        Kept rows without text, and without an image that can be opened.
    images : ImageAccount
        What became of the images and of their names, in all rows read.
    broken_images : int
        Images of rows that cannot be opened; rows that have no other count as without image.
    empty_images : int
        Images of rows that show nothing (`core.catalogue.images.usable`); rows that have no other count as
        without image. Known once the images are decoded.
    placeholders : tuple of Placeholder
        Images that many different products show, most frequent first; these rows count as without image, too.
    classes_set_aside : dict of str to int
        Categories with too few rows, and their numbers of rows.
    """

    rows_read: int
    rows_kept: int
    set_aside: tuple[SetAside, ...] = ()
    variants: int = 0
    without_text: int = 0
    without_image: int = 0
    images: ImageAccount = field(default_factory=ImageAccount)
    broken_images: int = 0
    empty_images: int = 0
    placeholders: tuple[Placeholder, ...] = ()
    classes_set_aside: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the account as JSON-serialisable values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Account:
        """Restore an account from the result of :meth:`to_dict`."""
        set_aside = tuple(
            SetAside(e["reason"], e["count"], tuple(e["examples"])) for e in stored["set_aside"]
        )
        placeholders = tuple(Placeholder(e["file"], e["products"]) for e in stored["placeholders"])
        images = ImageAccount.from_dict(stored["images"]) if "images" in stored else ImageAccount()
        return cls(**{**stored, "set_aside": set_aside, "placeholders": placeholders, "images": images})

    def without_names(self) -> Account:
        """Return the account for a private bundle: without names of files."""
        placeholders = tuple(replace(each, file="") for each in self.placeholders)
        return replace(self, placeholders=placeholders, images=self.images.without_names())

    def lines(self) -> list[str]:
        """Return the account for the terminal, as lines."""
        lines = [f"{self.rows_read} rows read, {self.rows_kept} kept"]
        if self.variants:
            lines.append(f"  variants, merged with their products: {self.variants}")
        lines += [f"  set aside: {each.count} ({each.reason})" for each in self.set_aside]
        lines.append(f"  kept without text: {self.without_text}, without an image: {self.without_image}")
        lines += [f"  {line}" for line in self.images.lines()]
        if self.broken_images:
            lines.append(f"  images that cannot be opened: {self.broken_images}")
        if self.empty_images:
            lines.append(f"  images that show nothing, one colour or noise: {self.empty_images}")
        lines += [
            f"  placeholder image {each.file}: {each.products} different products show it, "
            "which count as without an image"
            for each in self.placeholders
        ]
        return lines


class Sieve:
    """Sets rows of a table aside and records the reasons; `unread` are rows that never came as far."""

    def __init__(self, unread: Mapping[str, Count] | None = None) -> None:
        self._unread = unread or {}
        self._dropped: dict[str, list[str]] = {}

    def keep(self, table: pd.DataFrame, wanted: np.ndarray | pd.Series[bool], reason: str) -> pd.DataFrame:
        """Return the rows of `table` where `wanted` (bool, (n,)) holds; the others are set aside."""
        kept = np.asarray(wanted, dtype=bool)
        if kept.all():
            return table
        self._dropped.setdefault(reason, []).extend(table.loc[~kept, "sku"])
        return table[kept]

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """One entry per reason, in the order in which they first applied."""
        return (
            *(SetAside(reason, each.rows, tuple(each.places)) for reason, each in self._unread.items()),
            *(SetAside(reason, len(skus), tuple(skus[:_EXAMPLES])) for reason, skus in self._dropped.items()),
        )
