"""Room for the vectors of a whole catalogue, outside the memory that a process must hold."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

import numpy as np

LARGE = 64 << 20
"""Bytes from which vectors are mapped."""

_log = logging.getLogger(__name__)


def room_for(shape: tuple[int, ...], folder: Path | None) -> np.ndarray:
    """Return zeros, float32 of `shape`: in memory, or where they are `LARGE`, mapped from a file in `folder`.

    The system keeps of a mapped file in memory what fits. The file has no name: its room on the disk is free
    again as soon as nobody reads the array any more, and after a kill. All of it is taken at once, since a
    disk that is full later would end the process; on one that is full now, the zeros are in memory.

    Parameters
    ----------
    shape
        Of the array.
    folder
        Made if it is not there; None for memory.
    """
    size = int(np.prod(shape)) * np.dtype(np.float32).itemsize
    if folder is None or size < LARGE:
        return np.zeros(shape, np.float32)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            os.posix_fallocate(file.fileno(), 0, size)
            return np.asarray(np.memmap(file, np.float32, "r+", shape=shape))
    except OSError as error:
        _log.warning("Vectors are held in memory: no room for %d MB in %s (%s)", size >> 20, folder, error)
        return np.zeros(shape, np.float32)
