"""What every reader shares: the `Format` record, finding the table, and one normal shape for its rows."""

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
"""A piece of a source table: its own column names, one list of cells each."""

TEXT_COLUMNS = ("sku", "name", "description", "image", "category")
LEVELS = 6  # taxonomy columns level_1 .. level_6; deeper paths are cut

# What tables write where there is no value: pandas' own list, and SQL's.
_ABSENT = {"nan", "NaN", "NA", "N/A", "n/a", "<NA>", "#N/A", "null", "NULL", "None", "\\N"}
_NUMBER = re.compile(r"\d[\d.,]*")
FETCH_REPORT = "fetch-report.csv"  # lies beside the table and is none


@dataclass(frozen=True)
class ReadOptions:
    """How to read a table.

    Attributes
    ----------
    label : str or None
        The label column; None takes the format's default.
    columns : mapping of str to str, or None
        Our word to the table's column name (``{"name": "Titel"}``); format ``csv`` only.
    chunk_rows : int
        Rows held in memory at a time.
    label_required : bool
        Whether a table without a label column is an error (it is for building, not for predicting).
    addresses : str or None
        A column with addresses of images to hand out besides, as ``address``.
    """

    label: str | None = None
    columns: Mapping[str, str] | None = None
    chunk_rows: int = 2048
    label_required: bool = False
    addresses: str | None = None


@dataclass(frozen=True)
class Piece:
    """A part of a table that can be read without the rest.

    Attributes
    ----------
    first_row : int
        Rows of the table before it.
    read : callable
        ``options -> chunks``: its normalised DataFrames in file order. Can be pickled.
    """

    first_row: int
    read: Callable[[ReadOptions], Iterator[pd.DataFrame]]


@dataclass(frozen=True)
class Format:
    """One way a product table is written.

    Attributes
    ----------
    name : str
        The word for ``--format``.
    labels : tuple of str
        Label columns it offers, the first is the default; empty where the table decides.
    minimum : int
        Rows a class needs to be kept.
    floor : int or None
        Where set, one row in a hundred is enough, but never fewer than `floor` nor more than `minimum`.
    read : callable
        ``(data, options) -> chunks``: normalised DataFrames in file order.
    pieces : callable or None
        ``data -> pieces`` for a table that several processes can read at once; None where it has to be read
        from its beginning.
    """

    name: str
    labels: tuple[str, ...]
    minimum: int
    read: Callable[[Path, ReadOptions], Iterator[pd.DataFrame]]
    floor: int | None = None
    pieces: Callable[[Path], list[Piece]] | None = None

    def pieces_of(self, data: Path) -> list[Piece]:
        """Return the pieces of a table, the whole as one where it cannot be cut."""
        return self.pieces(data) if self.pieces else [Piece(0, partial(self.read, data))]

    def smallest_class(self, rows: int) -> int:
        """Return the rows a class needs to be kept in a table of `rows` rows."""
        if self.floor is None:
            return self.minimum
        return max(self.floor, min(self.minimum, rows // 100))


def find_table(data: Path, preferred: Sequence[str], endings: Sequence[str]) -> Path:
    """Return the table in `data`: the file itself, a preferred name, or the only file with such an ending.

    Raises
    ------
    CatalogueError
        When `data` does not exist, or holds no table or several.
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
    """Return the column called `name`, whatever its case, or None."""
    if name in columns:
        return columns[name]
    return next((cells for key, cells in columns.items() if key.lower() == name.lower()), None)


def choose_label(table: Path, format: Format, label: str | None) -> str:
    """Return the label column asked for, in the format's own spelling.

    Raises
    ------
    CatalogueError
        When the format has no such label; the message lists those it has.
    """
    if label is None:
        return format.labels[0]
    found = next((known for known in format.labels if known.lower() == label.lower()), None)
    if found is None:
        offered = ", ".join(format.labels)
        raise CatalogueError(
            f"{table.name}: format {format.name} has no category column {label!r}: expected one of {offered}"
        )
    return found


def missing_label(table: Path, wanted: str, columns: Sequence[str]) -> CatalogueError:
    """Return the error for a table without its label column."""
    return CatalogueError(
        f"{table.name}: no category column ({wanted}) among its columns {', '.join(columns)}; "
        "choose one with --label COLUMN"
    )


def clean(cell: str) -> str:
    """Return a cell without surrounding space, NUL characters, lone surrogates or a word for "no value"."""
    cell = cell.replace("\x00", "").strip()
    if cell in _ABSENT:
        return ""
    if cell.isascii():
        return cell
    return cell.encode("utf-8", "replace").decode("utf-8")


def price(cell: str) -> float:
    """Return the first number in `cell` ("Rs. 1,299.00" is 1299.0), NaN where there is none."""
    found = _NUMBER.search(cell)
    if found is None:
        return float("nan")
    number = found.group().rstrip(".,")
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
    """Return the column of image addresses that `options` names, or None where it names none.

    Raises
    ------
    CatalogueError
        When the table has no such column; the message lists those it has.
    """
    if options.addresses is None:
        return None
    cells = pick(columns, options.addresses)
    if cells is None:
        raise CatalogueError(f"{table.name}: no column {options.addresses!r} among {', '.join(columns)}")
    return cells


def level_columns(paths: Sequence[Sequence[str]]) -> Columns:
    """Return taxonomy paths, outermost first, as the columns ``level_1`` to ``level_6``, "" where shorter."""
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
    """Bring a piece of a table into the one shape all readers yield.

    Parameters
    ----------
    first_row : int
        Rows of the table before this piece; a row without an sku is called ``row-<its number, from 1>``.
    rows : int
        Rows in this piece.
    columns : mapping of str to cells
        Our words to cells; None for a column the table does not have. ``image_url`` is taken from ``image``
        where it is not given.
    prices : sequence of float or None
        In the source's currency, NaN where absent; None where the source has no prices.

    Returns
    -------
    DataFrame
        ``sku, name, description, image, category, image_url`` (str, "" where absent), then the extra
        columns. ``image`` is a file's name, ``image_url`` the address the table gives for it.
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
