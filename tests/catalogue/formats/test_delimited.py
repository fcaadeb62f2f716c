import pytest

from core.common.errors import CatalogueError
from tests.catalogue.formats.tables import read, write, write_rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    rows = [["sku", "name", "label"], ["1", "Café – größer", "Küche"], ["2", f'"a{delimiter} b"', "Bad"]]
    write(tmp_path / "t.csv", "\n".join(delimiter.join(row) for row in rows), encoding)
    table = read(tmp_path, "csv")
    assert table["name"].tolist() == ["Café – größer", f"a{delimiter} b"]
    assert table["category"].tolist() == ["Küche", "Bad"]


def test_bytes_that_no_windows_has_are_latin_1(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"name,label\nCaf\xe9 \x81,a\n")
    assert read(tmp_path, "csv")["name"].tolist() == ["Café \x81"]


def test_hard_cells(tmp_path):
    long = "word " * 40_000  # over the csv module's own limit on a cell
    rows = [
        {"sku": "1", "name": "👟 כובע حذاء", "description": long, "label": "a"},
        {"sku": "2", "name": 'line one\nline "two", done', "description": "n\x00ul", "label": "a"},
    ]
    write_rows(tmp_path / "t.csv", rows)
    table = read(tmp_path, "csv")
    assert table["name"].tolist() == [row["name"] for row in rows]
    assert table["description"].tolist() == [long.strip(), "nul"]


def test_blank_and_short_lines(tmp_path):
    write(tmp_path / "t.csv", "\n\nsku,name,label,\r\n1,a,x\r\n\r\n2,b\r\n3,c,z,,,\r\n")
    table = read(tmp_path, "csv")
    assert table["sku"].tolist() == ["1", "2", "3"] and table["category"].tolist() == ["x", "", "z"]


def test_of_columns_with_one_name_the_first_is_read(tmp_path):
    write(tmp_path / "t.csv", "name,label,name\nfirst,x,second\n")
    assert read(tmp_path, "csv")["name"].tolist() == ["first"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv: the file is empty"),
        ("\n  \n\n", "t.csv: the file is empty"),
        ("sku,name,label\n", "it has a header but no rows"),
        ("sku,name,label\n\n\n", "it has a header but no rows"),
        ("name,label\na,x\nb,y,z\n", "line 3: 3 cells where the header has 2"),
        ('\nname,label\na,x\nb,"y\nc,z\n', "line 4: a quoted cell is never closed"),
        ("PK\x03\x04 not a table", "not a text file"),
        ("\x89PNG\x1a\x00\x00", "not a text file"),
    ],
)
def test_files_that_are_no_table(tmp_path, text, message):
    (tmp_path / "t.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(CatalogueError, match=message) as caught:
        read(tmp_path, "csv")
    assert "\n" not in str(caught.value)


def test_cut_off_utf_16(tmp_path):
    (tmp_path / "t.csv").write_bytes("name,label\na,b\n".encode("utf-16")[:-1])
    with pytest.raises(CatalogueError, match="not utf-16 text"):
        read(tmp_path, "csv")
