import os

import pytest

from core.common.locks import is_locked, lock, remove_unlocked


def test_a_folder_is_locked_until_the_handle_is_closed(tmp_path):
    assert not is_locked(tmp_path)
    handle = lock(tmp_path)
    assert is_locked(tmp_path) and is_locked(tmp_path)
    os.close(handle)
    assert not is_locked(tmp_path)


def test_a_folder_that_is_not_there_is_not_locked_and_cannot_be(tmp_path):
    assert not is_locked(tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        lock(tmp_path / "gone")
    remove_unlocked(tmp_path / "gone")


def test_only_a_folder_that_nobody_holds_is_removed(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").touch()
    handle = lock(folder)
    remove_unlocked(folder)
    assert (folder / "file").exists()
    os.close(handle)
    remove_unlocked(folder)
    assert not folder.exists()
