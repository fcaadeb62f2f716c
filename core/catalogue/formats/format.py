"""Shared parts of the table readers: the `Format` record, finding the table, and normalising its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from core.catalogue.images.names import image_address, image_name
from core.common.errors import CatalogueError

Columns = dict[str, list[str]]
"""Rows of a source table: its column names, each with a list of cells."""

TEXT_COLUMNS = ("sku", "name", "description", "image", "category")
LEVELS = 6  # taxonomy columns level_1 .. level_6; deeper paths are cut

# Spellings of missing values: those of pandas and of SQL.
_ABSENT = {"nan", "NaN", "NA", "N/A", "n/a", "<NA>", "#N/A", "null", "NULL", "None", "\\N"}
_NUMBER = re.compile(r"\d[\d.,]*")
FETCH_REPORT = "fetch-report.csv"  # beside the table, but not a product table


@dataclass(frozen=True)
class ReadOptions:
    """How to read a table.

    Attributes
    ----------
    label : str or None
        The category column; None takes the format's default.
    columns : mapping of str to str, or None
        Our field names to the table's column names (``{"name": "Titel"}``), for tables without a fixed
        format.
    chunk_rows : int
        Rows held in memory at a time.
    label_required : bool
        Whether a table without a category column is an error (for building, not for predicting).
    addresses : str or None
        A column of image addresses to add to the result, as ``address``.
    """

    label: str | None = None
    columns: Mapping[str, str] | None = None
    chunk_rows: int = 2048
    label_required: bool = False
    addresses: str | None = None


@dataclass(frozen=True)
class Piece:
    """A part of a table that can be read independently.

    Attributes
    ----------
    first_row : int
        Rows of the table before this part.
    read : callable
        ``options -> chunks``: normalised DataFrames in file order; picklable.
    """

    first_row: int
    read: Callable[[ReadOptions], Iterator[pd.DataFrame]]


@dataclass(frozen=True)
class Format:
    """A format of product tables.

    Attributes
    ----------
    name : str
        Its name for ``--format``.
    labels : tuple of str
        Possible category columns, the default first; empty if they depend on the table.
    minimum : int
        Rows a category needs to be kept.
    floor : int or None
        If set, the minimum is 1 % of the rows, but at least `floor` and at most `minimum`.
    read : callable
        ``(data, options) -> chunks``: normalised DataFrames in file order.
    pieces : callable or None
        ``data -> pieces`` for tables that several processes can read in parallel; None if a table has to be
        read from the start.
    """

    name: str
    labels: tuple[str, ...]
    minimum: int
    read: Callable[[Path, ReadOptions], Iterator[pd.DataFrame]]
    floor: int | None = None
    pieces: Callable[[Path], list[Piece]] | None = None

    def pieces_of(self, data: Path) -> list[Piece]:
        """Return the pieces of a table; a table that cannot be split is one piece."""
        return self.pieces(data) if self.pieces else [Piece(0, partial(self.read, data))]

    def smallest_class(self, rows: int) -> int:
        """Return the rows a category needs to be kept in a table of `rows` rows."""
        if self.floor is None:
            return self.minimum
        return max(self.floor, min(self.minimum, rows // 100))


def find_table(data: Path, preferred: Sequence[str], endings: Sequence[str]) -> Path:
    """Find the table in `data`: the file itself, a preferred name, or the only file with one of the endings.

    Raises
    ------
    CatalogueError
        If `data` does not exist, or has no table or several.
    """
    if data.is_file():
        return data
    if not data.is_dir():
        raise CatalogueError(f"{data}: no such file or folder")
    files = sorted(file for file in data.iterdir() if file.is_file() and not file.name.startswith("."))
    files = [file for file in files if file.name.lower() != FETCH_REPORT]
    by_name = {file.name.lower(): file for file in files}
    for name in preferred:
        if name in by_name:
            return by_name[name]
    tables = [file for file in files if file.suffix.lower() in endings]
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise CatalogueError(
            f"{data}: no product table found (looked for {', '.join([*preferred, *endings])})"
        )
    names = ", ".join(file.name for file in tables)
    raise CatalogueError(f"{data}: several tables ({names}); give the path of the one to read")


def pick(columns: Columns, name: str) -> list[str] | None:
    """Return the column called `name`, ignoring case, or None."""
    if name in columns:
        return columns[name]
    return next((cells for key, cells in columns.items() if key.lower() == name.lower()), None)


def choose_label(table: Path, format: Format, label: str | None) -> str:
    """Return the chosen category column in the format's spelling.

    Raises
    ------
    CatalogueError
        If the format has no such category column; the message lists the columns it has.
    """
    if label is None:
        return format.labels[0]
    chosen = next((column for column in format.labels if column.lower() == label.lower()), None)
    if chosen is None:
        offered = ", ".join(format.labels)
        raise CatalogueError(
            f"{table.name}: format {format.name} has no category column {label!r}: expected one of {offered}"
        )
    return chosen


def missing_label(table: Path, wanted: str, columns: Sequence[str]) -> CatalogueError:
    """Return the error for a table without its category column."""
    return CatalogueError(
        f"{table.name}: no category column ({wanted}) among its columns {', '.join(columns)}; "
        "choose one with --label COLUMN"
    )


def clean(cell: str) -> str:
    """Strip a cell of space, NUL characters and lone surrogates; "" for spellings of a missing value."""
    cell = cell.replace("\x00", "").strip()
    if cell in _ABSENT:
        return ""
    if cell.isascii():
        return cell
    return cell.encode("utf-8", "replace").decode("utf-8")


def price(cell: str) -> float:
    """Return the first number in `cell` ("Rs. 1,299.00" is 1299.0), NaN if there is none."""
    match = _NUMBER.search(cell)
    if match is None:
        return float("nan")
    number = match.group().rstrip(".,")
    comma, point = number.rfind(","), number.rfind(".")
    decimal_comma = comma > point and (point >= 0 or len(number) - comma - 1 < 3) and number.count(",") == 1
    if decimal_comma:
        number = number.replace(".", "").replace(",", ".")
    else:
        number = number.replace(",", "")
        if number.count(".") > 1:
            number = number.replace(".", "")
    return float(number)


def address_cells(table: Path, columns: Columns, options: ReadOptions) -> list[str] | None:
    """Return the column of image addresses chosen in `options`, or None.

    Raises
    ------
    CatalogueError
        If the table has no such column; the message lists the columns it has.
    """
    if options.addresses is None:
        return None
    cells = pick(columns, options.addresses)
    if cells is None:
        raise CatalogueError(f"{table.name}: no column {options.addresses!r} among {', '.join(columns)}")
    return cells


def level_columns(paths: Sequence[Sequence[str]]) -> Columns:
    """Return taxonomy paths, from the root, as columns ``level_1`` to ``level_6``, "" for missing levels."""
    return {
        f"level_{depth + 1}": [path[depth] if depth < len(path) else "" for path in paths]
        for depth in range(LEVELS)
    }


def normalise(
    first_row: int,
    rows: int,
    columns: Mapping[str, Sequence[str] | None],
    prices: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Convert rows of a table to the shape that all readers yield.

    Parameters
    ----------
    first_row : int
        Rows of the table before these; a row without an sku becomes ``row-<number, from 1>``.
    rows : int
        Number of rows.
    columns : mapping of str to cells
        Our field names to cells; None for columns that the table lacks. ``image_url`` defaults to ``image``.
    prices : sequence of float or None
        In the source's currency, NaN if missing; None if the source has no prices.

    Returns
    -------
    DataFrame
        ``sku, name, description, image, category, image_url`` (str, "" if absent), then the extra
        columns. ``image`` is a file name, ``image_url`` the image's address in the table.
    """
    cells = {name: [""] * rows for name in TEXT_COLUMNS}
    cells |= {name: [clean(cell) for cell in given] for name, given in columns.items() if given is not None}
    cells["image_url"] = [image_address(cell) for cell in cells.get("image_url", cells["image"])]
    cells["image"] = [image_name(cell) for cell in cells["image"]]
    if "address" in cells:
        cells["address"] = [image_address(cell) for cell in cells["address"]]
    cells["sku"] = [sku or f"row-{first_row + row + 1}" for row, sku in enumerate(cells["sku"])]
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in cells.items()})
    if prices is not None:
        frame["price"] = pd.Series(prices, dtype="float64")
    return frame
