import errno
import os

import numpy as np

from core.features import room
from core.features.room import room_for


def test_small_arrays_are_in_memory(tmp_path):
    array = room_for((3, 2), tmp_path / "cache")
    assert array.base is None and not array.any() and array.dtype == np.float32
    assert not (tmp_path / "cache").exists()


def test_large_arrays_are_mapped_from_a_file_without_a_name(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "LARGE", 1)
    array = room_for((3, 2), tmp_path / "cache")
    assert isinstance(array.base, np.memmap) and type(array) is np.ndarray
    assert array.shape == (3, 2) and array.dtype == np.float32 and not array.any()
    array[1] = 7
    assert array.sum() == 14
    assert not list((tmp_path / "cache").iterdir())
    assert room_for((3, 2), None).base is None


def test_a_full_disk_is_said_and_memory_does(tmp_path, monkeypatch, caplog):
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(room, "LARGE", 1)
    monkeypatch.setattr(os, "posix_fallocate", full)
    assert not room_for((3, 2), tmp_path).any()
    assert "No space left" in caplog.text
