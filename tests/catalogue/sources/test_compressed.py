import bz2
import gzip
import io
import lzma
import zipfile
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest

from core.catalogue.sources import compressed
from core.catalogue.sources.compressed import (
    check_zip_sizes,
    compression_of,
    entry_name,
    open_zip,
    unpack,
    unpack_entries,
)
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import zipped

PACKERS = {"gzip": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.fixture
def folder():
    with TemporaryDirectory() as place:
        yield type("Folder", (), {"name": place})


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize(
    ("name", "inner"), [("t.csv.gz", "t.csv"), ("t.csv.bz2", "t.csv"), ("t.xz", "t"), ("t", "t")]
)
def test_packed_files(tmp_path, folder, kind, name, inner):
    content = PACKERS[kind](b"a,b\n1,2\n")
    (tmp_path / name).write_bytes(content)
    assert compression_of(content) == kind
    file = unpack(tmp_path / name, name, folder)
    assert file.name == inner and file.read_bytes() == b"a,b\n1,2\n"


def test_what_is_not_packed():
    assert compression_of(b"PK\x03\x04") is compression_of(b"a,b") is compression_of(b"") is None


@pytest.mark.parametrize("kind", PACKERS)
def test_files_that_are_cut_off(tmp_path, folder, kind):
    (tmp_path / "t.gz").write_bytes(PACKERS[kind](bytes(range(256)) * 99)[:-9])
    with pytest.raises(CatalogueError, match=r"t\.gz: damaged or cut off"):
        unpack(tmp_path / "t.gz", "t.gz", folder)


def test_a_disk_that_is_nearly_full_ends_it(tmp_path, folder, monkeypatch):
    (tmp_path / "t.gz").write_bytes(gzip.compress(bytes(3 << 20)))
    free = iter([501 << 20, 499 << 20])
    monkeypatch.setattr(compressed, "_LOOK", 1 << 20)
    monkeypatch.setattr(compressed.shutil, "disk_usage", lambda path: SimpleNamespace(free=next(free)))
    with pytest.raises(CatalogueError, match="the disk for temporary files is nearly full"):
        unpack(tmp_path / "t.gz", "t.gz", folder)


@pytest.mark.parametrize("kind", PACKERS)
def test_bombs(tmp_path, folder, kind, monkeypatch):
    monkeypatch.setattr(compressed, "FREE_BYTES", 1 << 20)
    (tmp_path / "t.gz").write_bytes(PACKERS[kind](bytes(9 << 20)))
    with pytest.raises(CatalogueError, match=r"t\.gz: it unpacks to over .* times its size"):
        unpack(tmp_path / "t.gz", "t.gz", folder)
    monkeypatch.setattr(compressed, "MOST_RATIO", 1 << 30)
    monkeypatch.setattr(compressed, "MOST_BYTES", 2 << 20)
    with pytest.raises(CatalogueError, match="it unpacks to over"):
        unpack(tmp_path / "t.gz", "t.gz", folder)


def test_entries_of_a_zip(tmp_path, folder):
    (tmp_path / "t.zip").write_bytes(zipped({"a/x.csv": "1", "b\\x.csv": "2", "../../x.csv": "3"}))
    with open_zip(tmp_path / "t.zip", "t.zip") as archive:
        files = unpack_entries(archive, archive.infolist(), "t.zip", folder)
    assert [(file.name, file.read_text()) for file in files] == [
        ("x.csv", "1"),
        ("x.csv", "2"),
        ("x.csv", "3"),
    ]
    assert all(str(file).startswith(folder.name) for file in files)


def test_a_zip_bomb(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(compressed, "FREE_BYTES", 1 << 20)
    (tmp_path / "t.zip").write_bytes(zipped({"a.csv": bytes(9 << 20)}))
    with pytest.raises(CatalogueError, match="times its size"):
        check_zip_sizes(tmp_path / "t.zip", "t.zip")
    with (
        open_zip(tmp_path / "t.zip", "t.zip") as archive,
        pytest.raises(CatalogueError, match=r"t\.zip, a\.csv: .* times its size"),
    ):
        unpack_entries(archive, archive.infolist(), "t.zip", folder)


def test_a_zip_that_is_held_in_memory_may_have_less(tmp_path):
    (tmp_path / "t.zip").write_bytes(zipped({"a.xml": "x" * 600, "b.xml": "x" * 600}))
    check_zip_sizes(tmp_path / "t.zip", "t.zip", 1200)
    with pytest.raises(CatalogueError, match="more than the 0 MB this page accepts; save it as CSV"):
        check_zip_sizes(tmp_path / "t.zip", "t.zip", 1199)


def test_an_encrypted_entry(tmp_path, folder):
    content = bytearray(zipped({"a.csv": "1"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flags, locally and in the directory
        content[content.index(mark) + place] |= 1
    (tmp_path / "t.zip").write_bytes(content)
    with (
        open_zip(tmp_path / "t.zip", "t.zip") as archive,
        pytest.raises(CatalogueError, match="it is encrypted"),
    ):
        unpack_entries(archive, archive.infolist(), "t.zip", folder)


def test_a_damaged_zip(tmp_path):
    (tmp_path / "t.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(CatalogueError, match=r"t\.zip: not a zip file"):
        open_zip(tmp_path / "t.zip", "t.zip")


def test_names_stored_as_utf_8_without_saying_so():
    content = zipped({"Küche/Stühle.csv": "1", "plain.csv": "2"}).replace(
        "Küche/Stühle".encode(), "Küche/Stühle".encode()
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        said, plain = archive.infolist()
    assert entry_name(said) == "Küche/Stühle.csv" and entry_name(plain) == "plain.csv"
    said.flag_bits, said.filename = 0, "Küche".encode().decode("cp437")
    assert entry_name(said) == "Küche"
    said.filename = "K\x81che".encode("latin-1").decode("cp437")  # what DOS wrote
    assert entry_name(said) == "Küche"
