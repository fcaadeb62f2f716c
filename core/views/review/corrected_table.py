"""The owner's table with the categories that a review decided for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.catalogue.layouts.layout import Tally
from core.catalogue.writing.owner_table import own_ending
from core.common.errors import CatalogueError
from core.serving.bulk.owner_tables import in_own_format, write_corrected

if TYPE_CHECKING:
    from core.catalogue.recognition import Recognition


@dataclass(frozen=True, eq=False)
class OwnerTable:
    """The owner's table.

    Attributes
    ----------
    recognition, name
        How it is read, and the name of the owner's file.
    skus
        The ids of its products, in its order.
    """

    recognition: Recognition
    name: str
    skus: tuple[str, ...]

    @classmethod
    def of(cls, recognition: Recognition, name: str) -> OwnerTable:
        """Read the ids of a table."""
        frames = recognition.frames(tally=Tally())
        return cls(recognition, name, tuple(sku for frame in frames for sku in frame["sku"]))

    @property
    def corrected_name(self) -> str:
        """What to call the corrected file."""
        stem = self.name.partition(".")[0] or "table"
        return f"{stem}-corrected{own_ending(self.recognition.raw)}"

    def found(self, decided: Mapping[str, str]) -> int:
        """Return how many of the products that were decided on it has.

        Raises
        ------
        CatalogueError
            It has none of them.
        """
        found = sum(sku in decided for sku in self.skus)
        if not found:
            raise CatalogueError(
                f"{self.name}: none of the {len(decided)} products that were decided on is in it; "
                "add the table that this catalogue was built from"
            )
        return found

    def corrected(self, decided: Mapping[str, str]) -> bytes:
        """Return the file with the categories that were decided for (sku -> category), in its own format."""
        categories = [decided.get(sku) for sku in self.skus]
        return in_own_format(
            self.recognition.raw, lambda out: write_corrected(self.recognition, categories, out)
        )
