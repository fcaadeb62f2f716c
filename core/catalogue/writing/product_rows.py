"""Which product each row of a table belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.catalogue.recognition import Recognition
from core.catalogue.sources.raw import Columns


@dataclass(frozen=True)
class ProductRows:
    """Consecutive rows of a table.

    Attributes
    ----------
    numbers
        As the table's batches count rows.
    products
        For each row, the position of its product among those that `Recognition.frames` yields.
    first
        Whether a row is its product's first.
    columns
        The rows' cells, in the file's own columns.
    """

    numbers: list[int]
    products: list[int]
    first: list[bool]
    columns: Columns


def product_rows(recognition: Recognition, rows: int = 2048) -> Iterator[ProductRows]:
    """Yield all rows of a table in their order, with their products."""
    key = recognition.shape.product
    known: dict[str, int] = {}
    count = 0
    for batch in recognition.raw.batches(rows):
        products: list[int] = []
        first: list[bool] = []
        for name in [""] * len(batch.numbers) if key is None else map(str.strip, batch.columns[key]):
            new = not name or name not in known
            if new:
                known[name] = count
                count += 1
            products.append(count - 1 if not name else known[name])
            first.append(new)
        yield ProductRows(list(batch.numbers), products, first, batch.columns)
