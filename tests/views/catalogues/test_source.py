import gc

import pytest

from core.catalogue import upload
from core.common.access import NOT_THERE
from core.common.errors import AccessError, CatalogueError
from core.jobs.folder import jobs_folder
from core.views.catalogues.source import on_server, uploaded


@pytest.mark.parametrize(
    ("name", "kept", "suggested"),
    [
        ("products.csv", "products.csv", "products"),
        ("Artikel März (neu).xlsx", "Artikel-März-neu-.xlsx", "Artikel-März-neu"),
        ("../../etc/passwd.csv", "etc-passwd.csv", "passwd"),
        (".hidden.csv.gz", "hidden.csv.gz", "catalogue"),
        ("", "table", "catalogue"),
        ("a" * 300 + ".csv", "a" * 96 + ".csv", "a" * 40),
    ],
)
def test_a_file_is_kept_under_a_harmless_name(tmp_path, name, kept, suggested):
    source = uploaded(tmp_path, name, b"a,b\n")
    assert source.data.name == kept
    assert source.data.parent == source.draft.folder
    assert source.suggested_name == suggested
    folder = source.draft.folder
    del source
    gc.collect()
    assert not folder.exists()


def test_the_same_files_are_the_same_source(tmp_path):
    one, same, other = (uploaded(tmp_path, "a.csv", content) for content in (b"a", b"a", b"b"))
    assert one.id == same.id != other.id


def test_what_cannot_be_taken_is_one_line_and_leaves_nothing(tmp_path, monkeypatch):
    with pytest.raises(CatalogueError, match="not a zip"):
        uploaded(tmp_path, "a.csv", b"a", b"no zip")
    with pytest.raises(CatalogueError, match="put the images into it"):
        uploaded(tmp_path, "a.zip", b"a", b"no zip")
    monkeypatch.setattr(upload, "UPLOAD_MB", 0)
    with pytest.raises(CatalogueError, match="0 MB this page accepts"):
        uploaded(tmp_path, "a.csv", b"a")
    gc.collect()
    assert list(jobs_folder(tmp_path).iterdir()) == []


def test_a_folder_of_the_server_must_be_open_to_visitors(tmp_path, monkeypatch):
    assert on_server(f" {tmp_path} ").data == tmp_path.resolve()
    with pytest.raises(AccessError, match=NOT_THERE):
        on_server(str(tmp_path / "none"))
    monkeypatch.setenv("PRODUCT_LENS_MODE", "public")
    for name in ("", "none"):
        with pytest.raises(AccessError, match=NOT_THERE):
            on_server(str(tmp_path / name))
