"""Folders and zips as people and their tools make them."""

import os
import stat
import zipfile

import pytest

from core.catalogue.images import stores
from core.catalogue.images.stores import FolderStore, ZipStore, is_hidden
from core.common.errors import ImageError


def without_utf8_flag(file):
    """Clear the flag that says a zip's names are UTF-8, as older tools leave it."""
    content = bytearray(file.read_bytes())
    for mark, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] &= ~0x08
            start = content.find(mark, start + 4)
    file.write_bytes(content)
    return file


def write_zip(file, *names):
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return file


def test_utf8_names_without_the_flag(tmp_path):
    file = without_utf8_flag(write_zip(tmp_path / "images.zip", "Bär.jpg", "стул.jpg", "a.jpg"))
    with zipfile.ZipFile(file) as archive:
        assert "Bär.jpg" not in archive.namelist()
    store = ZipStore(file)
    assert store.entries == ["Bär.jpg", "стул.jpg", "a.jpg"]
    assert store.read("стул.jpg").decode() == "стул.jpg"
    assert store.stamp("Bär.jpg").startswith("Bär.jpg 8 ")


def test_names_of_dos_stay_as_they_are(tmp_path):
    """In cp437, 0x84 is ä; as UTF-8 it would be no letter."""
    file = tmp_path / "dos.zip"
    content = write_zip(file, "B!r.jpg", "C+r.jpg").read_bytes()
    file.write_bytes(content.replace(b"B!r", b"B\x84r").replace(b"C+r", b"\xc3\xa9r"))
    assert ZipStore(file).entries == ["Bär.jpg", "├⌐r.jpg"]  # one name that is no UTF-8 decides for all


def test_flagged_names_are_not_decoded_again(tmp_path):
    assert ZipStore(write_zip(tmp_path / "i.zip", "├⌐r.jpg")).entries == ["├⌐r.jpg"]


def test_refused_entries_of_a_zip(tmp_path):
    link = zipfile.ZipInfo("link.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "i.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        for name in ("../up.jpg", "/root.jpg", "C:/drive.jpg", "__MACOSX/._a.jpg", "a/Thumbs.db", "a.jpg"):
            archive.writestr(name, b"x")
    store = ZipStore(tmp_path / "i.zip")
    assert store.entries == ["a.jpg"]
    assert store.refused == {
        stores.LINK_IN_ZIP: ["link.jpg"],
        stores.NAMED_OUTSIDE: ["../up.jpg", "/root.jpg", "C:/drive.jpg"],
    }


def test_links_of_a_folder(tmp_path):
    folder, other = tmp_path / "images", tmp_path / "store"
    for path in (folder / "sub", other):
        path.mkdir(parents=True)
    (other / "far.jpg").write_bytes(b"far")
    (folder / "near.jpg").write_bytes(b"near")
    (folder / "out.jpg").symlink_to(other / "far.jpg")
    (folder / "outside").symlink_to(other)
    (folder / "inside").symlink_to(folder / "sub")
    (folder / "gone.jpg").symlink_to(other / "gone.jpg")
    (folder / "circle.jpg").symlink_to(folder / "circle.jpg")
    (folder / "sub" / "same.jpg").symlink_to(folder / "near.jpg")
    store = FolderStore(folder)
    assert store.entries == ["near.jpg", "sub/same.jpg"]
    assert store.read("sub/same.jpg") == b"near" and store.size("sub/same.jpg") == 4
    assert store.refused == {
        stores.LEADS_OUTSIDE: ["out.jpg", "outside"],
        stores.LINKED_FOLDER: ["inside"],
        stores.LEADS_NOWHERE: ["circle.jpg", "gone.jpg"],
    }


def test_a_folder_that_is_itself_a_link(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "a.jpg").write_bytes(b"a")
    (tmp_path / "images").symlink_to(tmp_path / "store")
    assert FolderStore(tmp_path / "images").entries == ["a.jpg"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_closed_folder(tmp_path):
    (tmp_path / "closed").mkdir(mode=0)
    assert FolderStore(tmp_path).refused == {stores.CLOSED_FOLDER: ["closed/"]}


def test_a_file_that_is_gone(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"a")
    store = FolderStore(tmp_path)
    (tmp_path / "a.jpg").unlink()
    assert store.stamp("a.jpg") == ""
    with pytest.raises(ImageError, match=r"a\.jpg: cannot be read"):
        store.read("a.jpg")


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("a/b.jpg", False),
        (".git/b.jpg", True),
        ("a/._b.jpg", True),
        ("__MACOSX/b.jpg", True),
        ("a/Thumbs.db", True),
        ("Desktop.ini", True),
        ("@eaDir/b.jpg", True),
        ("thumbs/b.jpg", False),
    ],
)
def test_hidden_files(path, hidden):
    assert is_hidden(path) is hidden
