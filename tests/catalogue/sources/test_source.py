import pytest

from core.catalogue.sources.raw import Block
from core.catalogue.sources.source import MOST_COLUMNS, one_line
from core.common.errors import CatalogueError, ImageError
from tests.catalogue.sources.files import source


def test_a_table_of_a_source(tmp_path):
    given = source(tmp_path / "t.x", "x", details={"compression": "gzip"})
    table = given.table("list", ["a"], lambda: [Block([1], [["b"]])], details={"more": "yes"})
    assert (table.name, table.path, table.kind) == ("t.x", tmp_path / "t.x", "list")
    assert table.details == {"compression": "gzip", "more": "yes"}
    assert list(table.chunks()) == list(table.chunks()) == [{"a": ["b"]}]
    with pytest.raises(ImageError, match="holds no images"):
        table.image_bytes("parquet:x#1/a")


def test_a_table_of_too_many_columns_is_none(tmp_path):
    given = source(tmp_path / "t.x", "x")
    given.table("list", map(str, range(MOST_COLUMNS)), list)
    with pytest.raises(CatalogueError, match=r"t\.x: 5,001 columns, more than 5,000; this is no table"):
        given.table("list", map(str, range(MOST_COLUMNS + 1)), list)


def test_sheets_of_what_has_none(tmp_path):
    source(tmp_path / "t.x", "x").without_sheets()
    with pytest.raises(CatalogueError, match="no sheet 'Stock'"):
        source(tmp_path / "t.x", sheet="Stock").without_sheets()


def test_notes_are_made_once_and_name_the_part(tmp_path):
    given = source(tmp_path / "t.x", "x", part="b.csv")
    given.note("odd")
    given.note("odd")
    assert given.problems.notes == ["b.csv: odd"]


def test_errors_in_one_short_line():
    assert one_line(ValueError("a\n  b")) == "a b"
    assert len(one_line(ValueError("a" * 999))) == 200
