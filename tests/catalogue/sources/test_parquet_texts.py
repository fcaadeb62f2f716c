import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from core.catalogue.sources.parquet_texts import NO_TEXT, is_image, storage, text_column

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
CLASSES = {"label": ["Mugs", "Lamps"], "tags": ["new", "old"]}


def texts(values, name="a", first=0):
    column = text_column("t.parquet", pa.field(name, values.type), CLASSES)
    return dict(zip(column.names, column.read(values, first), strict=True))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([8901234567007.0, None, 3.5]), ["8901234567007", "", "3.5"]),
        (pa.array([0.1, 16777216.0], pa.float32()), ["0.1", "16777216"]),
        (pa.array([0.5, 2], pa.float16()), ["0.5", "2"]),
        (pa.array([2**63, None], pa.uint64()), ["9223372036854775808", ""]),
        (pa.array([True, False, None]), ["true", "false", ""]),
        (pa.array(["007", None, "a\x00b"]), ["007", "", "ab"]),
        (pa.array(["x", "y", "x"]).dictionary_encode(), ["x", "y", "x"]),
        (pa.array([Decimal("1.50")]), ["1.50"]),
        (pa.array([datetime.date(2024, 1, 2)]), ["2024-01-02"]),
        (pa.array([datetime.datetime(2024, 1, 2, 3)]), ["2024-01-02 03:00:00"]),
        (pa.array([datetime.datetime(2024, 1, 2)]), ["2024-01-02"]),
        (pa.array([0], pa.timestamp("ns", "Europe/Berlin")), ["1970-01-01"]),
        (pa.array([["a", "b"], [], None]), ['["a", "b"]', "", ""]),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), ['[["k", 1]]']),
        (pa.nulls(2), ["", ""]),
        (pa.array([b"caf\xc3\xa9", b"\xfe\xfe", None]), ["café", NO_TEXT, ""]),
    ],
)  # fmt: skip
def test_values_as_in_a_csv(values, expected):
    assert texts(values) == {"a": expected}


def test_classes_have_names():
    assert texts(pa.array([1, 0, -1, None, 7]), "label") == {"label": ["Lamps", "Mugs", "", "", "7"]}
    assert texts(pa.array([[0, 1], []]), "tags") == {"tags": ['["new", "old"]', ""]}
    assert texts(pa.array(["1"]), "label") == {"label": ["1"]}


def test_images_become_references():
    values = pa.array(
        [{"bytes": b"\xff\xd8", "path": "a.jpg"}, {"bytes": None, "path": "b.jpg"}, None], IMAGE
    )
    assert texts(values, "im", 40) == {"im": ["parquet:t.parquet#40/im", "b.jpg", ""]}
    assert texts(pa.array([b"\x89PNG..", None]), "raw", 3) == {"raw": ["parquet:t.parquet#3/raw", ""]}
    several = pa.array([[{"bytes": b"x", "path": None}, {"bytes": None, "path": "q"}, None]], pa.list_(IMAGE))
    assert texts(several) == {"a": ['["parquet:t.parquet#0/a[0]", "q"]']}


def test_images_whose_bytes_are_not_read():
    column = text_column("t.parquet", pa.field("im", IMAGE), {})
    assert column.read(pa.array([{"path": "a"}, {"path": None}]), 5) == [
        ["parquet:t.parquet#5/im", "parquet:t.parquet#6/im"]
    ]


def test_structs_are_flattened():
    values = pa.array([{"x": 1, "y": {"z": "q"}}, None, {"x": None, "y": None}])
    assert texts(values, "s") == {"s.x": ["1", "", ""], "s.y.z": ["q", "", ""]}


def test_values_of_another_type_than_the_schema_s():
    column = text_column("t.parquet", pa.field("a", pa.string()), {})
    with pytest.raises(ValueError, match="holds int64, expected string"):
        column.read(pa.array([1]), 0)


def test_types_below_dictionaries():
    assert storage(pa.dictionary(pa.int8(), pa.string())) == pa.string()
    assert is_image(IMAGE) and not is_image(pa.struct([("bytes", pa.string()), ("path", pa.string())]))
