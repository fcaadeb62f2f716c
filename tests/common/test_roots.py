import os

import pytest

from core.common.roots import MODE, ROOTS, may_read


@pytest.fixture
def places(tmp_path):
    for name in ("open", "open-too", "secret"):
        (tmp_path / name).mkdir()
    (tmp_path / "open" / "way").symlink_to(tmp_path / "secret")
    return tmp_path


def test_the_owner_of_the_machine_reads_everything(places, monkeypatch):
    for mode in ("", "local"):
        monkeypatch.setenv(MODE, mode)
        assert may_read(places / "secret")


@pytest.mark.parametrize("mode", ["team", "public", "anything else"])
def test_visitors_read_the_named_folders_and_what_is_in_them(places, monkeypatch, mode):
    monkeypatch.setenv(MODE, mode)
    monkeypatch.delenv(ROOTS, raising=False)
    assert not may_read(places / "open")
    monkeypatch.setenv(ROOTS, f"{places / 'open'}{os.pathsep}")
    assert may_read(places / "open")
    assert may_read(places / "open" / "deeper" / "products.csv")
    refused = ("secret", "open-too", "open/../secret", "open/way", "open/way/products.csv", "")
    assert not any(may_read(places / name) for name in refused)
