import json

import pytest

from core.catalogue.sources.json_scan import CUT_OFF
from core.catalogue.sources.json_tables import looks_like_json, read_json
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import counts, mended, numbers_of, rows_of, source, text

PRODUCTS = [
    {"sku": "001", "price": 1.5, "images": ["a.jpg", "b.jpg"]},
    {"sku": "002", "name": {"de": "Tasse"}},
]
COLUMNS = ("sku", "price", "images", "name.de")
ROWS = [["001", "1.5", '["a.jpg", "b.jpg"]', ""], ["002", "", "", "Tasse"]]


def read(folder, content, encoding="utf-8", **options):
    given = source(folder / "t.json", content, encoding, **options)
    assert looks_like_json(text(given))
    return read_json(given, text(given))


@pytest.mark.parametrize(
    ("content", "details", "numbers"),
    [
        (json.dumps(PRODUCTS), {"list": "the whole file"}, [1, 2]),
        (json.dumps(PRODUCTS, indent=1), {"list": "the whole file"}, [1, 2]),
        (json.dumps({"a": {"x": 1}, "b": {"items": PRODUCTS}}), {"list": "b.items"}, [1, 2]),
        ("\n".join(map(json.dumps, PRODUCTS)), {"layout": "a product a line"}, [1, 2]),
        ("\n\n".join(map(json.dumps, PRODUCTS)), {"layout": "a product a line"}, [1, 3]),
        ("\n".join(map(repr, PRODUCTS)), {"layout": "a product a line"}, [1, 2]),
        ("\n".join(json.dumps(each, indent=1) for each in PRODUCTS), {"list": "the whole file"}, [1, 2]),
    ],
)
def test_layouts(tmp_path, content, details, numbers):
    table = read(tmp_path, content)
    assert (table.kind, table.columns, table.details) == ("json", COLUMNS, details)
    assert rows_of(table, 1) == rows_of(table) == ROWS
    assert numbers_of(table) == numbers and table.problems.lost == 0


def test_products_with_keys(tmp_path):
    table = read(tmp_path, '{"p1": {"a": "x"}, "p2": {"a": "y"}}')
    assert table.columns == ("key", "a") and rows_of(table) == [["p1", "x"], ["p2", "y"]]


@pytest.mark.parametrize(
    "content",
    [
        '{"sku": {"0": "1", "1": "2"}, "name": {"0": "a", "1": null}}',
        '{"sku": ["1", "2"], "name": ["a", null]}',
        '{"columns": ["sku", "name"], "index": [0, 1], "data": [["1", "a"], ["2", null]]}',
        '[["sku", "name"], ["1", "a"], ["2"]]',
    ],
)
def test_columns_side_by_side_and_arrays(tmp_path, content):
    table = read(tmp_path, content)
    assert table.columns == ("sku", "name") and rows_of(table) == [["1", "a"], ["2", ""]]


def test_one_product(tmp_path):
    assert rows_of(read(tmp_path, '{"sku": "1", "images": ["a"]}')) == [["1", '["a"]']]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_encodings(tmp_path, encoding):
    table = read(tmp_path, '[{"имя": "Кружка для чая"}, {"имя": "Лампа настольная"}]', encoding)
    assert table.columns == ("имя",) and rows_of(table) == [["Кружка для чая"], ["Лампа настольная"]]
    assert table.encoding == encoding


def test_a_file_that_is_cut_off(tmp_path):
    table = read(tmp_path, json.dumps([{"a": str(n)} for n in range(9)])[:-30])
    rows = rows_of(table)
    assert rows == [[str(n)] for n in range(len(rows))] and counts(table) == {CUT_OFF: 1}


def test_damage_in_the_middle_counts_all_behind_it(tmp_path):
    table = read(tmp_path, '[{"a": 1}, {"a": 2,,}, {"a": 3}, {"a": 4}]')
    assert rows_of(table) == [["1"]] and counts(table) == {CUT_OFF: 3}


def test_a_damaged_line_is_set_aside(tmp_path):
    table = read(tmp_path, '{"a": 1}\n{"a": 2\n{"a": 3}\n')
    assert rows_of(table) == [["1"], ["3"]] and table.problems.set_aside["not valid JSON"].places == [
        "line 2"
    ]


def test_bad_bytes_are_counted(tmp_path):
    table = read(tmp_path, b'[{"a": "caf\xc3\xa9 \xff"}, {"a": "b"}]')
    assert rows_of(table) == [["café \ufffd"], ["b"]] and list(mended(table).values()) == [1]


def test_many_products_are_read_in_pieces(tmp_path):
    products = [{"sku": str(n), "text": "é" * 300} for n in range(3000)]
    table = read(tmp_path, json.dumps({"x": products}, ensure_ascii=False))
    assert [row[0] for row in rows_of(table, 500)] == [str(n) for n in range(3000)]


@pytest.mark.parametrize("content", ["[]", "[1, 2]", '{"a": ', "{}", '[{"a": {}}]'])
def test_no_products(tmp_path, content):
    with pytest.raises(CatalogueError, match=r"t\.json: (no |not valid)"):
        read(tmp_path, content)


def test_what_does_not_look_like_json(tmp_path):
    for content in ("a,b\n1,2\n", "[brand] name;x\n", "{name} x\n"):
        assert not looks_like_json(text(source(tmp_path / "t.txt", content)))
