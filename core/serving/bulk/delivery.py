"""A classified table as its owner's file: the same format, with categories filled in or answers added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from core.catalogue.columns.own_columns import CHECKED, PREDICTIONS
from core.catalogue.sources.finding import unpacked
from core.catalogue.writing.changes import Changes, RowChange, Value, free_names
from core.catalogue.writing.owner_table import own_ending, write_table
from core.catalogue.writing.product_rows import product_rows
from core.common.spreadsheet import file_name
from core.serving.bulk.owner_tables import in_own_format, write_corrected

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.recognition import Recognition


@dataclass(frozen=True, eq=False)
class Delivery:
    """The owner's file and what there is to write into it.

    Attributes
    ----------
    recognition, name
        How the file is read (`core.catalogue.upload.Upload.recognised`), and its name.
    rows
        The products that are classified, as `core.serving.bulk.results.results_frame` lays them out; the
        first of the file's, in its order.
    categories
        For each of them the category that was accepted or chosen; None while it is open.
    """

    recognition: Recognition
    name: str
    rows: pd.DataFrame
    categories: Sequence[str | None]

    @property
    def file_name(self) -> str:
        """What to call the file."""
        ending = own_ending(self.recognition.raw).removeprefix(".")
        return file_name(unpacked(PurePosixPath(self.name)).stem, "classified", ending=ending)

    def with_categories(self) -> bytes:
        """Return the file with accepted and chosen categories in its column, or in a new one.

        Open products, and those that are not classified yet, are left as they are.
        """
        wanted = [*self.categories, *[None] * self._unclassified()]
        return in_own_format(self.recognition.raw, lambda out: write_corrected(self.recognition, wanted, out))

    def with_answers(self) -> bytes:
        """Return the file with `PREDICTIONS` and `CHECKED` as columns beside its own."""
        added = free_names((*PREDICTIONS, CHECKED), self.recognition.raw.columns)
        return in_own_format(
            self.recognition.raw,
            lambda out: write_table(self.recognition.raw, added, self._changes(), out),
        )

    def _changes(self) -> Changes:
        cells = list(self._cells())
        nothing: list[Value] = [""] * (len(PREDICTIONS) + 1)
        for batch in product_rows(self.recognition):
            for number, product in zip(batch.numbers, batch.products, strict=True):
                yield number, RowChange(cells[product] if product < len(cells) else nothing)

    def _cells(self) -> Iterator[list[Value]]:
        columns = [self.rows[name].tolist() for name in PREDICTIONS]
        for *answer, checked in zip(*columns, self.categories, strict=True):
            yield [*("" if cell != cell else cell for cell in answer), checked or ""]  # NaN is not itself

    def _unclassified(self) -> int:
        last = max((max(batch.products) for batch in product_rows(self.recognition)), default=-1)
        return last + 1 - len(self.rows)
