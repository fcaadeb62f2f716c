"""Read a file of vectors block by block, whatever kind of file it is; memory holds one block at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import numpy as np

from core.common.errors import EncoderError

ROWS = 2000
"""Vectors of a block, about."""


@dataclass(frozen=True)
class Block:
    """Some rows of a file.

    Attributes
    ----------
    ids
        An id a row, as the file has it.
    vectors
        float32 (n, d); rows in `wrong` hold nothing.
    wrong
        Row -> what is wrong with it: its length, or that it holds no numbers.
    """

    ids: Sequence[str]
    vectors: np.ndarray
    wrong: dict[int, str] = field(default_factory=dict)


Read = Callable[[Path], Iterator[Block]]

READERS = {
    ".npy": ("arrays", "read_npy"),
    ".npz": ("arrays", "read_npz"),
    ".parquet": ("tables", "read_parquet"),
    ".csv": ("tables", "read_csv"),
    ".tsv": ("tables", "read_csv"),
    ".gz": ("tables", "read_csv"),
}
"""Ending -> module of this folder, and its function."""


def read_blocks(file: Path) -> Iterator[Block]:
    """Yield the vectors of a file.

    Raises
    ------
    EncoderError
        There is no such file, its kind is unknown, or it is not what its ending says.
    """
    if not file.is_file():
        raise EncoderError(f"no file of vectors at {file}")
    ending = file.suffix.lower()
    if ending not in READERS:
        raise EncoderError(f"{file.name}: vectors are read from {', '.join(READERS)}, got '{ending}'")
    module, function = READERS[ending]
    read: Read = getattr(import_module(f"core.features.given.{module}"), function)
    yield from read(file)


def block_of_rows(ids: Sequence[str], rows: Sequence[np.ndarray | str], dim: int | None) -> Block:
    """Return a block of vectors that come one by one.

    Parameters
    ----------
    ids
        An id a row.
    rows
        Numbers, or why there are none.
    dim
        How many numbers are expected; None takes the length of the first row that has some.
    """
    if dim is None:
        dim = next((len(row) for row in rows if not isinstance(row, str) and len(row)), 0)
    vectors = np.zeros((len(rows), dim), dtype=np.float32)
    wrong: dict[int, str] = {}
    for number, row in enumerate(rows):
        if isinstance(row, str):
            wrong[number] = row
        elif len(row) != dim:
            wrong[number] = f"{len(row)} numbers"
        else:
            vectors[number] = row
    return Block(ids, vectors, wrong)
