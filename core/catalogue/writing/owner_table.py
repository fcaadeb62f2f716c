"""Write an owner's table back in its own format, or as CSV or a workbook if the file's name says so."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path

from core.catalogue.sources.delimited import Layout
from core.catalogue.sources.json_tables import JsonOrigin
from core.catalogue.sources.opening import open_table
from core.catalogue.sources.parquet_tables import ParquetOrigin
from core.catalogue.sources.raw import RawTable
from core.catalogue.sources.sheets import SheetOrigin
from core.catalogue.sources.sqlite_tables import SqliteOrigin
from core.catalogue.sources.xml_feeds import CATEGORY_ID, CATEGORY_PATH, XmlOrigin
from core.catalogue.writing.changes import Changes
from core.catalogue.writing.delimited import write_delimited
from core.catalogue.writing.json_text import write_json
from core.catalogue.writing.parquet import write_parquet
from core.catalogue.writing.plain_tables import write_csv, write_xlsx
from core.catalogue.writing.sqlite import write_sqlite
from core.catalogue.writing.workbook import is_xlsx, write_workbook
from core.catalogue.writing.xml_feed import write_xml
from core.common.errors import CatalogueError
from core.common.files import atomic_path

Write = Callable[[Sequence[str], Changes, Path], object]

_GZIP = ".gz"


@dataclass(frozen=True)
class Writer:
    """How a table is written.

    Attributes
    ----------
    write
        ``(added columns, changes, file)``.
    own
        Whether the file has the format of the owner's.
    compress
        Whether it is compressed by gzip.
    """

    write: Write
    own: bool
    compress: bool = False


def writer_of(raw: RawTable, out: Path) -> Writer:
    """Return how a table is written to a file of this name.

    Raises
    ------
    CatalogueError
        If neither the table's own format nor CSV or xlsx has such an ending.
    """
    compress = out.suffix.lower() == _GZIP
    ending = Path(out.stem).suffix.lower() if compress else out.suffix.lower()
    own = _own(raw)
    if own is not None and ending in own[0]:
        return Writer(own[1], own=True, compress=compress)
    if ending == ".csv":
        return Writer(partial(write_csv, raw), own=False, compress=compress)
    if ending == ".xlsx":
        return Writer(partial(write_xlsx, raw), own=False, compress=compress)
    expected = dict.fromkeys([*(own[0] if own else ()), ".csv", ".xlsx"])
    raise CatalogueError(
        f"{out.name}: {raw.name} can be written to a file that ends in {', '.join(expected)}"
    )


def write_table(raw: RawTable, added: Sequence[str], changes: Changes, out: Path) -> Writer:
    """Write a table with columns added or cells replaced; `out` appears when it is whole.

    Parameters
    ----------
    raw
        The owner's table.
    added
        Names of columns to add, none of which the table has.
    changes
        What changes, for each of the table's rows.
    out
        The file; its ending decides the format.

    Raises
    ------
    CatalogueError
        If the table cannot be written in that format.
    """
    writer = writer_of(raw, out)
    replaced: set[str] = set()

    def noted() -> Changes:
        for number, change in changes:
            replaced.update(change.replaced)
            yield number, change

    with atomic_path(out) as temporary:
        kept = writer.write(added, noted(), temporary)
        if writer.own and isinstance(raw.origin, (Layout, JsonOrigin, XmlOrigin)):
            if isinstance(raw.origin, XmlOrigin) and CATEGORY_PATH in replaced:
                replaced.add(CATEGORY_ID)
            marked = raw.encoding is None or raw.encoding.startswith("utf")
            _check(raw, temporary, replaced, None if marked or kept is False else raw.encoding)
        if writer.compress:
            _compress(temporary)
    return writer


def _check(raw: RawTable, written: Path, replaced: set[str], encoding: str | None) -> None:
    """Check that a text is read as the owner's was: how it is written can be a guess in either.

    Raises
    ------
    CatalogueError
        If it is not.
    """
    same = [name for name in raw.columns if name not in replaced and name not in raw.joined]
    try:
        again = open_table(written, encoding=encoding)
        sound = set(same) <= set(again.columns) and all(
            one == other for one, other in zip_longest(_rows(raw, same), _rows(again, same))
        )
    except CatalogueError:
        sound = False
    if not sound:
        raise CatalogueError(
            f"{raw.name}: so damaged or unusual that it would not be read the same when it is written back; "
            "name a file that ends in .xlsx"
        )


def _rows(table: RawTable, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for chunk in table.chunks():
        yield from zip(*(chunk[name] for name in columns), strict=True)


def own_ending(raw: RawTable) -> str:
    """Return the ending of a table's own format; of xlsx or CSV where it cannot be written in that."""
    own = _own(raw)
    if own is None:
        return ".xlsx" if isinstance(raw.origin, SheetOrigin) else ".csv"
    given = raw.file.suffix.lower() if raw.file is not None else ""
    return given if given in own[0] else own[0][0]


def _own(raw: RawTable) -> tuple[tuple[str, ...], Write] | None:
    """Return the endings and the writer of a table's own format, None if it cannot be written back."""
    origin = raw.origin
    if isinstance(origin, Layout):
        return (".csv", ".tsv", ".txt", ".tab", ".psv"), partial(write_delimited, origin)
    if isinstance(origin, JsonOrigin):
        return (".json", ".jsonl", ".ndjson"), partial(write_json, origin)
    if isinstance(origin, XmlOrigin):
        return (".xml", ".yml"), partial(write_xml, origin)
    if isinstance(origin, SheetOrigin) and is_xlsx(origin):
        return (".xlsx", ".xlsm"), partial(write_workbook, origin)
    if isinstance(origin, ParquetOrigin):
        return (".parquet",), partial(write_parquet, origin)
    if isinstance(origin, SqliteOrigin):
        return (".sqlite", ".db", ".sqlite3"), partial(write_sqlite, origin)
    return None


def _compress(file: Path) -> None:
    packed = file.with_name(f"{file.name}.packed")
    with file.open("rb") as source, gzip.open(packed, "wb") as target:
        shutil.copyfileobj(source, target)
    packed.replace(file)
