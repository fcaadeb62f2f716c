import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalogue.sources import delimited
from core.catalogue.sources.delimited import (
    JOINED,
    NUL,
    STRAY,
    TOO_LONG,
    TOO_SHORT,
    find_layout,
    read_blocks,
    read_delimited,
)
from core.catalogue.sources.encodings import REPLACEMENT
from core.catalogue.sources.raw import REPEATED, Block
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import PROPERTY, counts, mended, numbers_of, rows_of, source, text


def read(folder, content, encoding="utf-8", **options):
    given = source(folder / "t.csv", content, encoding, **options)
    return read_delimited(given, text(given))


def test_a_plain_table(tmp_path):
    table = read(tmp_path, 'sku,name\r\n0012,"Mug, blue"\r\n0013,Lamp\r\n')
    assert (table.name, table.kind, table.encoding, table.unit) == ("t.csv", "delimited", "utf-8", "line")
    assert table.columns == ("sku", "name")
    assert dict(table.details) == {"delimiter": "comma", "quote": '"', "header": "line 1"}
    assert rows_of(table) == rows_of(table) == [["0012", "Mug, blue"], ["0013", "Lamp"]]
    assert numbers_of(table) == [2, 3]
    assert (table.problems.rows, table.problems.lines()) == (2, [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    rows = [["sku", "größe"], ["1", "Café"], ["2", f'"a{delimiter} ü"']]
    table = read(tmp_path, "\n".join(delimiter.join(row) for row in rows), encoding)
    assert table.columns == ("sku", "größe")
    assert rows_of(table) == [["1", "Café"], ["2", f"a{delimiter} ü"]]
    assert bool(table.problems.notes) == (encoding == "cp1252")


def test_excel_s_first_line_is_no_row(tmp_path):
    table = read(tmp_path, "sep=;\r\nsku;name, long\r\n1;a, b\r\n")
    assert table.columns == ("sku", "name, long") and rows_of(table) == [["1", "a, b"]]
    assert table.details["header"] == "line 2" and numbers_of(table) == [3]


def test_titles_and_blank_lines(tmp_path):
    table = read(tmp_path, "\nMy shop\n\nsku,name,price,stock\n\n1,a,2,3\n,,,\n \n2,b,3,4\n")
    assert table.details["header"] == "line 4" and numbers_of(table) == [6, 9]
    assert (table.problems.rows, table.problems.blank, table.problems.lost) == (2, 2, 0)


def test_no_header(tmp_path):
    table = read(tmp_path, "00017,Mug,Mugs\n00018,Cup,Mugs\n00019,Lamp,Lamps\n")
    assert table.columns == ("column 1", "column 2", "column 3") and len(rows_of(table)) == 3
    assert table.details["header"] == "none" and table.problems.notes == [
        "the table has no header; its columns are numbered"
    ]


def test_two_columns_of_one_name(tmp_path):
    assert read(tmp_path, "sku,Bild,Bild\n1,a,b\n").columns == ("sku", "Bild", "Bild (2)")


def test_rows_that_are_too_long_are_set_aside(tmp_path):
    table = read(tmp_path, "sku,name,category\n1,a,Mugs\n2,b, blue,Mugs\n3,c,Mugs,,\n4,d,Mugs\n")
    assert rows_of(table) == [["1", "a", "Mugs"], ["3", "c", "Mugs"], ["4", "d", "Mugs"]]
    assert counts(table) == {TOO_LONG: 1} and table.problems.set_aside[TOO_LONG].places == ["line 3"]
    assert mended(table) == {}


def test_delimiters_in_free_text_at_the_end(tmp_path):
    text = "sku,category,name\n1,Mugs,A blue mug\n2,Mugs,A red mug, large\n3,x,An old lamp\n4,x,My new lamp\n"
    table = read(tmp_path, text)
    assert rows_of(table)[1] == ["2", "Mugs", "A red mug, large"]
    assert mended(table) == {JOINED: 1} and counts(table) == {}


def test_rows_that_are_too_short_are_filled(tmp_path):
    table = read(tmp_path, "sku,name,category\n1,a,Mugs\n2,b\n3,c,Mugs\n")
    assert rows_of(table)[1] == ["2", "b", ""] and mended(table) == {TOO_SHORT: 1}


def test_empty_ends_that_are_left_out_lose_nothing(tmp_path):
    table = read(tmp_path, "sku,name,note\n1,a,new\n2,b,\n3,c\n4,d,\n")
    assert rows_of(table)[2] == ["3", "c", ""] and mended(table) == {}


def test_stray_quotes_are_counted(tmp_path):
    table = read(tmp_path, 'sku\tname\tcategory\n1\t"Cosy\tMugs\n2\tb\tMugs\n3\t"Big\tLamps\n4\td\tx\n')
    assert [row[1] for row in rows_of(table)] == ['"Cosy', "b", '"Big', "d"]
    assert mended(table) == {STRAY: 2} and table.problems.mended[STRAY].places == ["line 2", "line 4"]


def test_bad_bytes_are_counted(tmp_path):
    table = read(tmp_path, "sku,name\n1,Küche\n2,Stühle ".encode() + b"\x96\n3,\xc3\x9cbung\n")
    assert [row[1] for row in rows_of(table)] == ["Küche", f"Stühle {REPLACEMENT}", "Übung"]
    assert list(mended(table).values()) == [1] and table.encoding == "utf-8"


def test_nul_characters_are_removed(tmp_path):
    table = read(tmp_path, "sku,name\n1,a\x00b\n2,c\n")
    assert rows_of(table) == [["1", "ab"], ["2", "c"]] and mended(table) == {NUL: 1}


def test_a_header_in_the_middle_is_no_product(tmp_path):
    table = read(tmp_path, "sku,name\n1,a\nsku,name\n2,b\n")
    assert rows_of(table) == [["1", "a"], ["2", "b"]] and counts(table) == {REPEATED: 1}


def test_a_header_over_two_lines(tmp_path):
    table = read(tmp_path, '"sku\nnumber",name\n1,a\n2,b\n')
    assert table.columns == ("sku number", "name") and numbers_of(table) == [3, 4]


def test_one_column(tmp_path):
    table = read(tmp_path, "name\nBlue mug\n\nLamp, red\n")
    assert table.columns == ("name",) and rows_of(table) == [["Blue mug"], ["Lamp, red"]]


def test_carriage_returns_alone(tmp_path):
    table = read(tmp_path, 'sku,name\r1,"a\nb"\r2,c\r')
    assert rows_of(table) == [["1", "a\nb"], ["2", "c"]]


def test_long_cells(tmp_path):
    long = "word " * 200_000
    assert rows_of(read(tmp_path, f'sku,name\n1,"{long}"\n2,b\n'))[0] == ["1", long]


def test_a_table_of_many_blocks(tmp_path):
    rows = [[str(n), f"Mug, {n}", "a\nb" if n % 97 == 0 else "c"] for n in range(20_000)]
    file = io.StringIO()
    csv.writer(file).writerows([["sku", "name", "note"], *rows])
    table = read(tmp_path, file.getvalue())
    assert rows_of(table, 777) == rows and table.problems.lines() == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("sku,name\n", r"t\.csv: it has a header but no rows"),
        ("a," * (70 << 19), "a line is longer than 64 MB"),
        ("# Notes, mine\n\nSome, more, words\nsome, of, it, and\nthat, is, all, I, have\na, b\n", "no table"),
    ],
)
def test_files_that_are_no_table(tmp_path, content, message):
    with pytest.raises(CatalogueError, match=message):
        read(tmp_path, content)


def test_no_sheets(tmp_path):
    with pytest.raises(CatalogueError, match="no sheets"):
        read(tmp_path, "a,b\n1,2\n", sheet="x")


_LETTERS = st.sampled_from(list('ab1,,;"\n\n\r \\\x00é'))


@settings(PROPERTY, max_examples=400)
@given(st.text(_LETTERS, max_size=120), st.sampled_from(["", '4,"a\\"b",c\n', '4,"a\nb ""c""\n",d\n']))
def test_both_ways_of_reading_give_the_same(tmp_path, monkeypatch, content, more):
    given = source(tmp_path / "t.csv", "x,y,z\n" + "1,2,3\n" * 40 + more * 3 + content)
    layout = find_layout(text(given))
    fast = list(read_blocks(layout))
    with monkeypatch.context() as patch:
        patch.setattr(delimited, "_read_clean", lambda lines, layout: None)
        patch.setattr(delimited, "_read_regular", lambda *_: (Block([], []), 0))
        slow = list(read_blocks(layout))
    for of in ("numbers", "rows", "events"):
        assert [e for block in fast for e in getattr(block, of)] == [
            e for block in slow for e in getattr(block, of)
        ]


@settings(PROPERTY, max_examples=150)
@given(st.lists(st.text(st.sampled_from(list("ab1,; é'")), max_size=12), max_size=30))
def test_every_line_is_delivered_or_counted(tmp_path, lines):
    content = "\n".join(["sku,name,x", *["1,a,b"] * 40, *lines])
    given = source(tmp_path / "t.csv", content)
    layout = find_layout(text(given))
    table = read_delimited(given, text(given))
    rows_of(table)
    counted = table.problems.rows + table.problems.blank + table.problems.lost
    assert counted + layout.first_line - 1 == len(content.removesuffix("\n").split("\n"))
