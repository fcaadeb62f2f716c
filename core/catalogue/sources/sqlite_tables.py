"""A table or a view of an SQLite database, opened for reading only."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.sources.cells import value_text
from core.catalogue.sources.raw import BLANK, MENDED, Block, Event, RawTable, unique_names
from core.catalogue.sources.source import Source, one_line
from core.common.errors import CatalogueError


@dataclass(frozen=True)
class SqliteOrigin:
    """A table of a database, and its columns as they are called there."""

    file: Path
    table: str
    columns: Mapping[str, str]


BINARY = "cells with binary data, read as empty"

_BLOCK = 1024
_MOST_SECONDS = 60  # that a view may compute until the next rows are there
_STEPS = 1_000_000  # of SQLite's machine between looks at the clock


def read_sqlite(source: Source) -> RawTable:
    """Read the only table of a database, or the table or view that `source.sheet` names.

    Raises
    ------
    CatalogueError
        If the database is damaged, or it is not clear which table is meant; the message lists them.
    """
    try:
        with closing(_connect(source.file)) as connection:
            table = _choose(connection, source)
            cursor = connection.execute(f"SELECT * FROM {_quoted(table)} LIMIT 1")
            names = [column[0] for column in cursor.description]
            if cursor.fetchone() is None:
                raise CatalogueError(f"{source.name}: table {table!r} has no rows")
    except (sqlite3.Error, UnicodeError) as error:
        raise CatalogueError(
            f"{source.name}: not an SQLite database that can be read ({one_line(error)})"
        ) from error
    return source.table(
        "sqlite",
        unique_names(names),
        lambda: _blocks(source, table),
        details={"table": table},
        name=f"{source.name}, table {table}",
        origin=SqliteOrigin(source.file, table, dict(zip(unique_names(names), names, strict=True))),
    )


def _connect(file: Path) -> sqlite3.Connection:
    # A database whose last changes stand in a log beside it needs that log; any other is not to be locked.
    mode = "mode=ro" if Path(f"{file}-wal").exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?{mode}", uri=True)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    _limit_time(connection)
    return connection


def _limit_time(connection: sqlite3.Connection) -> None:
    until = time.monotonic() + _MOST_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)


def _choose(connection: sqlite3.Connection, source: Source) -> str:
    listed = connection.execute(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ).fetchall()
    names = [str(name) for name, _ in listed]
    tables = [str(name) for name, kind in listed if kind == "table"]
    if source.sheet is not None:
        chosen = [name for name in names if name.lower() == source.sheet.strip().lower()]
        if not chosen:
            raise CatalogueError(f"{source.name}: no table {source.sheet!r} among {', '.join(names)}")
        return chosen[0]
    if not names:
        raise CatalogueError(f"{source.name}: a database without tables")
    if len(names) == 1:
        return names[0]
    if len(tables) == 1:
        views = ", ".join(name for name in names if name not in tables)
        source.note(f"read table {tables[0]}; views not read: {views}")
        return tables[0]
    raise CatalogueError(f"{source.name}: several tables ({', '.join(names)}); choose one with --sheet NAME")


def _blocks(source: Source, table: str) -> Iterator[Block]:
    number = 1
    try:
        with closing(_connect(source.file)) as connection:
            cursor = connection.execute(f"SELECT * FROM {_quoted(table)}")
            while found := cursor.fetchmany(_BLOCK):
                yield _block(found, number)
                number += len(found)
                _limit_time(connection)
    except (sqlite3.Error, UnicodeError) as error:
        raise CatalogueError(f"{source.name}: damaged after row {number - 1} ({one_line(error)})") from error


def _block(found: list[tuple[object, ...]], first: int) -> Block:
    numbers: list[int] = []
    rows: list[list[str]] = []
    events: list[Event] = []
    for number, values in enumerate(found, first):
        row = ["" if isinstance(value, bytes) else value_text(value) for value in values]
        if any(isinstance(value, bytes) for value in values):
            row, lost = _decoded(values)
            events += [Event(number, MENDED, BINARY)] if lost else []
        if not any(row):
            events.append(Event(number, BLANK))
            continue
        numbers.append(number)
        rows.append([cell.replace("\x00", "") for cell in row])
    return Block(numbers, rows, events)


def _decoded(values: tuple[object, ...]) -> tuple[list[str], bool]:
    """Return the cells of a row with binary ones: these are texts if they are UTF-8."""
    row, lost = [], False
    for value in values:
        try:
            row.append(value.decode("utf-8") if isinstance(value, bytes) else value_text(value))
        except UnicodeDecodeError:
            row.append("")
            lost = True
    return row, lost


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
