"""Arrays in a bundle: what their headers say is checked before anything is read."""

from __future__ import annotations

import tokenize
from collections.abc import Sequence
from pathlib import Path

import numpy as np

MOST_BYTES = 64 << 30
"""The largest array; vectors are mapped, not read."""

Shape = Sequence[int | None]
"""Lengths; None stands for any."""


def load_array(
    file: Path, dtype: np.dtype | type[np.generic], shape: Shape, *, mapped: bool = False
) -> np.ndarray:
    """Read an npy file.

    Parameters
    ----------
    file
        The file.
    dtype, shape
        As it must have them.
    mapped
        Map it into memory, read-only, instead of reading it.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        It is no npy file, has another dtype or shape, or is not as long as its header says.
    """
    got_shape, got_dtype, start = _header(file)
    wanted = np.dtype(dtype)
    fits = len(got_shape) == len(shape) and all(
        length in (None, got) for length, got in zip(shape, got_shape, strict=True)
    )
    if got_dtype != wanted or not fits:
        expected = ", ".join("any" if length is None else str(length) for length in shape)
        raise ValueError(f"{file.name}: expected {wanted} ({expected}), got {got_dtype} {got_shape}")
    size = wanted.itemsize
    for length in got_shape:
        size *= length
    if size > MOST_BYTES or start + size != file.stat().st_size:
        raise ValueError(f"{file.name}: expected {start + size} bytes, got {file.stat().st_size}")
    array: np.ndarray = np.load(file, mmap_mode="r" if mapped and size else None, allow_pickle=False)
    return array


def save_array(file: Path, array: np.ndarray) -> None:
    """Write an array as an npy file.

    As NumPy's own way does, but for what it raises where the disk is full: that has no error number.

    Raises
    ------
    OSError
        It cannot be written.
    """
    with file.open("wb") as stream:
        whole = np.ascontiguousarray(array)
        header = np.lib.format.header_data_from_array_1_0(whole)
        np.lib.format.write_array_header_1_0(stream, header)
        stream.write(whole.data)


def _header(file: Path) -> tuple[tuple[int, ...], np.dtype, int]:
    """Return shape, dtype and where the numbers begin."""
    with file.open("rb") as stream:
        version = np.lib.format.read_magic(stream)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        if version not in read:
            raise ValueError(f"{file.name}: version {version} of the format")
        try:
            shape, _, dtype = read[version](stream)
        except (ValueError, tokenize.TokenError, SyntaxError, RecursionError) as error:
            raise ValueError(f"{file.name}: no header of an array") from error
        return shape, dtype, stream.tell()
