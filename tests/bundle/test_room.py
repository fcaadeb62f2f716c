import shutil
from collections import namedtuple

import pytest

from core.bundle.room import check_room, disk_use
from core.common.errors import LimitError

MB = 1 << 20


@pytest.fixture
def root(tmp_path):
    """Two bundles and a job's file, 3 MB together."""
    root = tmp_path / "artifacts"
    for name in ("a", "b"):
        (root / name).mkdir(parents=True)
        (root / name / "manifest.json").write_bytes(b"x" * MB)
    (root / ".jobs").mkdir()
    (root / ".jobs" / "file").write_bytes(b"x" * MB)
    return root


def test_hidden_files_count_and_links_are_not_followed(root, tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 5 * MB)
    (root / "link").symlink_to(tmp_path / "large")
    assert 3 * MB <= disk_use(root) < 3 * MB + 1000


def test_a_folder_that_is_not_there_yet_has_room(tmp_path):
    check_room(tmp_path / "no" / "folder", coming=1, catalogues=1)


def test_so_many_catalogues_and_no_more(root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "catalogues=3")
    check_room(root, catalogues=1)
    with pytest.raises(LimitError, match=r"too many catalogues: 3 is the most here"):
        check_room(root, catalogues=2)


def test_what_is_coming_counts_for_the_disk(root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "disk=4")
    check_room(root, coming=MB)
    with pytest.raises(LimitError, match="4 is the most here"):
        check_room(root, coming=MB + 1)


def test_some_of_the_disk_stays_free(root, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1000 * MB, 0, 600 * MB))
    check_room(root, coming=100 * MB)
    with pytest.raises(LimitError, match="the disk is nearly full: 499 MB would be left"):
        check_room(root, coming=101 * MB)
