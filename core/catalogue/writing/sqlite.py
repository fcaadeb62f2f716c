"""Write an SQLite database back: a copy, whose table gets columns or other cells."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from core.catalogue.sources.sqlite_tables import SqliteOrigin
from core.catalogue.writing.changes import Changes
from core.common.errors import CatalogueError


def write_sqlite(origin: SqliteOrigin, added: Sequence[str], changes: Changes, out: Path) -> None:
    """Write a database with columns added to a table, or cells of it replaced.

    Raises
    ------
    CatalogueError
        If it is a view, or a table without row ids.
    """
    shutil.copyfile(origin.file, out)
    table = _quoted(origin.table)
    try:
        with closing(sqlite3.connect(out)) as base, base:
            keys = [row[0] for row in base.execute(f"SELECT rowid FROM {table}")]
            kinds = {"confidence": "REAL", "needs_review": "INTEGER"}
            for name in added:
                kind = kinds.get(name.removesuffix("_new"), "TEXT")
                base.execute(f"ALTER TABLE {table} ADD COLUMN {_quoted(name)} {kind}")
            for number, change in changes:
                cells = dict(zip(added, change.added, strict=bool(change.added)))
                cells |= {origin.columns[name]: cell for name, cell in change.replaced.items()}
                if cells:
                    sets = ", ".join(f"{_quoted(name)} = ?" for name in cells)
                    base.execute(
                        f"UPDATE {table} SET {sets} WHERE rowid = ?", (*cells.values(), keys[number - 1])
                    )
    except sqlite3.Error as error:
        raise CatalogueError(
            f"table {origin.table!r} cannot be changed ({error}); name a file that ends in .csv or .xlsx"
        ) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
