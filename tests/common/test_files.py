import hashlib
import os
import tempfile
import time
from pathlib import Path

import pytest

from core.common.files import (
    atomic_path,
    cache_dir,
    file_id,
    remove_left_folders,
    remove_own_folders,
    temporary_folder,
)


def test_the_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "chosen"))
    assert cache_dir() == tmp_path / "chosen"
    monkeypatch.delenv("PRODUCT_LENS_CACHE")
    assert cache_dir().name == "product-lens"


def test_a_file_appears_whole(tmp_path):
    target = tmp_path / "new" / "table.parquet"
    with atomic_path(target) as temporary:
        temporary.write_text("half")
        assert not target.exists()
        assert (temporary.parent, temporary.suffix) == (target.parent, ".parquet")
        temporary.write_text("whole")
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


def test_after_an_error_the_old_file_is_whole_and_alone(tmp_path):
    target = tmp_path / "file.txt"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_two_writers_do_not_meet(tmp_path):
    target = tmp_path / "file.txt"
    with atomic_path(target) as first, atomic_path(target) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert target.read_text() == "first"


def test_leavings_of_killed_processes_go_after_a_day(tmp_path):
    left = [tmp_path / ".writing-old.npz", tmp_path / ".writing-now.npz"]
    for path in left:
        path.write_text("half")
    os.utime(left[0], (time.time() - 2 * 24 * 3600,) * 2)
    with atomic_path(tmp_path / "file.npz") as temporary:
        temporary.write_text("whole")
    assert [path.exists() for path in left] == [False, True]


def test_file_id_is_the_start_of_sha256(tmp_path):
    path = Path(tmp_path, "weights")
    path.write_bytes(b"abc")
    assert file_id(path) == hashlib.sha256(b"abc").hexdigest()[:16]


def test_a_process_removes_its_own_folders_and_those_of_processes_that_are_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own, other = temporary_folder(), tmp_path / "product-lens-4194305-x"  # above the largest process id
    other.mkdir()
    remove_left_folders()
    assert [path.name for path in tmp_path.iterdir()] == [Path(own.name).name]
    remove_own_folders()
    assert not list(tmp_path.iterdir())
