"""Large tables as Arrow files in the cache folder, mapped into memory; made on first use.

A Parquet file is unpacked and copied in full before one of its rows can be read. An Arrow file that is mapped
is read where it is looked at, at once, and its memory is shared by all processes and taken back by the system
when it is needed elsewhere.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.files import atomic_path, cache_dir
from core.common.kept_files import forget, is_whole, keep

if TYPE_CHECKING:
    import pyarrow as pa

LARGE = 100_000
"""Products from which a bundle's tables are mapped: below, reading them takes a fraction of a second."""
_VERSION = 1
"""Of what is in the files; others are made again."""

_log = logging.getLogger(__name__)


def mapped_table(folder: Path, name: str, key: object, make: Callable[[], pa.Table]) -> pa.Table:
    """Return a table from a mapped file, which is made where it is not there.

    Parameters
    ----------
    folder
        The bundle's, which tells its files from those of others.
    name
        Of the table, a plain word.
    key
        What the content follows from; a file for another one is replaced.
    make
        Returns the table; its errors are raised, and nothing is kept.

    Returns
    -------
    pyarrow.Table
        Of one chunk a column. Where no file can be written it is in memory, and a warning says so.
    """
    import pyarrow as pa

    place = cache_dir() / "mapped" / f"{folder.name}-{_short(folder.resolve())}"
    file = place / f"{name}-{_short(_VERSION, key)}.arrow"
    if not is_whole(file):
        table = make().combine_chunks()
        try:
            _write(file, table)
        except OSError as error:
            _log.warning("%s of %s stays in memory: cannot write %s (%s)", name, folder.name, file, error)
            return table
        for other in place.glob(f"{name}-*.arrow"):
            if other != file and other.stem.rpartition("-")[0] == name:
                forget(other)
        del table
        pa.default_memory_pool().release_unused()
    return pa.ipc.open_file(pa.memory_map(str(file))).read_all()


def _write(file: Path, table: pa.Table) -> None:
    import pyarrow as pa

    with atomic_path(file) as temporary, pa.ipc.new_file(str(temporary), table.schema) as writer:
        writer.write_table(table)
    keep(file)


def _short(*parts: object) -> str:
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).hexdigest()
