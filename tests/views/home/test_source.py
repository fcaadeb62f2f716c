from core.bundle.manifest import DataSource
from core.views.home.source import source_line


def test_only_what_was_stated_is_said():
    assert source_line(DataSource("a shop", "MIT", False)) == "Origin: a shop · Licence: MIT"
    assert source_line(DataSource("not stated", "MIT", False)) == "Licence: MIT"
    assert source_line(DataSource("", "not stated", False)) == ""
