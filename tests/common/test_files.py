import hashlib
import os
import subprocess
import sys
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
from tests.paths import ROOT


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


OTHER = """
from core.common.files import temporary_folder
folder = temporary_folder()
print(folder.name, flush=True)
input()
"""


def test_temporary_folders_stay_while_their_owner_lives_and_go_after_its_kill(tmp_path, monkeypatch):
    """The owner's process id means nothing: a killed container's first process has that of the new one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    other, own = Path(process.stdout.readline().strip()), temporary_folder()
    monkeypatch.setattr(os, "getpid", lambda: process.pid)
    remove_left_folders()
    assert other.is_dir() and Path(own.name).is_dir()
    process.kill()
    process.communicate()
    other_of_the_same_id = other.rename(f"{other}-{os.getpid()}")
    remove_left_folders()
    assert not other_of_the_same_id.exists() and Path(own.name).is_dir()
    remove_own_folders()
    assert not list(tmp_path.iterdir())


def test_an_ended_block_leaves_no_folder_and_no_lock_open(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(5):
        with temporary_folder() as folder:
            assert Path(folder).is_dir()
    assert not list(tmp_path.iterdir())
    assert len(list(Path("/dev/fd").iterdir())) <= before + 1
