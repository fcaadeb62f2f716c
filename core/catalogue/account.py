"""What became of every row of a table: kept, or set aside for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

_EXAMPLES = 5


@dataclass(frozen=True)
class SetAside:
    """Rows left out for one reason, with the skus of the first few."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """What became of a table's rows; ``rows_read == rows_kept + sum of set_aside counts``.

    Attributes
    ----------
    rows_read, rows_kept : int
        Rows in the table, rows in the catalogue.
    set_aside : tuple of SetAside
        One entry a reason.
    without_text, without_image : int
        Kept rows with no text, with no image that opens.
    broken_images : int
        Rows whose image is there and cannot be opened (they count as without image).
    classes_set_aside : dict of str to int
        Classes with too few rows, and how many they had.
    """

    rows_read: int
    rows_kept: int
    set_aside: tuple[SetAside, ...] = ()
    without_text: int = 0
    without_image: int = 0
    broken_images: int = 0
    classes_set_aside: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers and texts, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Account:
        """Return the account that :meth:`to_dict` made `stored` from."""
        set_aside = tuple(
            SetAside(e["reason"], e["count"], tuple(e["examples"])) for e in stored["set_aside"]
        )
        return cls(**{**stored, "set_aside": set_aside})

    def lines(self) -> list[str]:
        """Return the account in words, a line each."""
        lines = [f"{self.rows_read} rows read, {self.rows_kept} kept"]
        lines += [f"  set aside: {each.count} ({each.reason})" for each in self.set_aside]
        lines.append(f"  kept without text: {self.without_text}, without an image: {self.without_image}")
        if self.broken_images:
            lines.append(f"  images that cannot be opened: {self.broken_images}")
        return lines


class Sieve:
    """Drops rows from a table and remembers why."""

    def __init__(self) -> None:
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
        """One entry a reason, in the order the reasons first applied."""
        return tuple(
            SetAside(reason, len(skus), tuple(skus[:_EXAMPLES])) for reason, skus in self._dropped.items()
        )
