"""Vectors in NumPy's files: ``.npy`` with a file of ids beside it, ``.npz`` with ``ids`` and ``vectors``."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from core.common.errors import EncoderError
from core.features.given.blocks import ROWS, Block
from core.features.given.columns import id_column

BESIDE = (
    "{stem}.ids.txt",
    "{name}.ids.txt",
    "{name}.skus.txt",
    "{stem}.ids.csv",
    "{name}.ids.csv",
    "{stem}.csv",
)
"""Names that the file of ids may have."""
_OBJECTS = "holds Python objects, which may run code when they are read; save it as text or numbers"


def read_npy(file: Path) -> Iterator[Block]:
    """Yield the rows of a matrix, with the ids of the file beside it."""
    ids_file = ids_beside(file)
    ids = _listed_ids(ids_file)
    with file.open("rb") as stream:
        yield from _rows(stream, file.name, ids, ids_file.name)


def read_npz(file: Path) -> Iterator[Block]:
    """Yield the rows of ``vectors``, with ``ids``; nothing is unpickled."""
    try:
        with zipfile.ZipFile(file) as archive:
            lacking = [name for name in ("ids", "vectors") if f"{name}.npy" not in archive.namelist()]
            if lacking:
                found = ", ".join(name.removesuffix(".npy") for name in archive.namelist()[:8]) or "nothing"
                raise EncoderError(f"{file.name}: expected the arrays ids and vectors, got {found}")
            with archive.open("ids.npy") as stream:
                ids = _ids(stream, file.name)
            with archive.open("vectors.npy") as stream:
                yield from _rows(stream, file.name, ids, "ids")
    except zipfile.BadZipFile as error:
        raise EncoderError(f"{file.name}: no NumPy archive ({error})") from None


def ids_beside(file: Path) -> Path:
    """Return the file of ids beside a matrix.

    Raises
    ------
    EncoderError
        There is none; names what it may be called.
    """
    names = [name.format(stem=file.stem, name=file.name) for name in BESIDE]
    found = [file.with_name(name) for name in names if file.with_name(name).is_file()]
    if not found:
        raise EncoderError(
            f"{file.name} has no ids: expected a file with an id a line beside it, such as {names[0]}"
        )
    return found[0]


def _listed_ids(file: Path) -> list[str]:
    """Return the ids of a text file, one a line, or of a CSV file's column of ids."""
    try:
        if file.suffix == ".txt":
            lines = file.read_text(encoding="utf-8-sig").split("\n")
            return [line.strip("\r") for line in (lines[:-1] if not lines[-1] else lines)]
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            names = next(rows, [])
            column = names.index(id_column(names) or (names[0] if len(names) == 1 else ""))
            return [row[column] for row in rows if row]
    except (ValueError, IndexError, UnicodeDecodeError, csv.Error):
        raise EncoderError(f"{file.name}: expected a column of ids, such as sku, id or ImageName") from None


def _ids(stream: IO[bytes], name: str) -> list[str]:
    shape, dtype = _header(stream, name)
    if dtype.kind == "O":
        raise EncoderError(f"{name}: ids {_OBJECTS}, such as np.array(ids, dtype=str)")
    if len(shape) != 1 or dtype.kind not in "USiu":
        raise EncoderError(f"{name}: expected ids as texts or whole numbers, got {dtype} of shape {shape}")
    found = np.frombuffer(stream.read(), dtype=dtype)
    return [
        each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in found.tolist()
    ]


def _rows(stream: IO[bytes], name: str, ids: list[str], ids_name: str) -> Iterator[Block]:
    shape, dtype = _header(stream, name)
    if dtype.kind == "O":
        raise EncoderError(f"{name}: {_OBJECTS}, such as vectors.astype('float32')")
    if len(shape) != 2 or dtype.kind not in "fiu":
        raise EncoderError(f"{name}: expected numbers of shape (products, numbers), got {dtype} of {shape}")
    if len(ids) != shape[0]:
        raise EncoderError(
            f"{name}: expected an id for each of {shape[0]:,} rows, {ids_name} has {len(ids):,}"
        )
    width = shape[1] * dtype.itemsize
    for start in range(0, shape[0], ROWS):
        own = ids[start : start + ROWS]
        content = stream.read(len(own) * width)
        if len(content) != len(own) * width:
            raise EncoderError(f"{name}: expected {shape[0]:,} rows, the file ends before")
        yield Block(own, np.frombuffer(content, dtype=dtype).reshape(len(own), -1).astype(np.float32))


def _header(stream: IO[bytes], name: str) -> tuple[tuple[int, ...], np.dtype]:
    """Read NumPy's header: shape and dtype of rows that follow one after the other."""
    try:
        version = np.lib.format.read_magic(stream)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        shape, by_columns, dtype = read[version](stream)
    except (ValueError, KeyError) as error:
        raise EncoderError(f"{name}: no NumPy array ({' '.join(str(error).split())[:80]})") from None
    if by_columns and len(shape) > 1:
        raise EncoderError(f"{name}: stored by columns; save it with np.ascontiguousarray(vectors)")
    return shape, dtype
