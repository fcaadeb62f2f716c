import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.catalogue.sources import parquet_tables
from core.catalogue.sources.parquet_tables import BINARY, read_parquet
from core.common.errors import CatalogueError
from core.common.meter import Meter
from tests.catalogue.sources.files import mended, numbers_of, rows_of, source

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def read(folder, table, **options):
    pq.write_table(table, folder / "t.parquet", **options)
    return read_parquet(source(folder / "t.parquet"))


def test_a_table(tmp_path):
    table = read(tmp_path, pa.table({"sku": [1.0, None, 3.0], "name": ["a", "b", None]}))
    assert (table.kind, table.columns, table.unit, table.encoding) == (
        "parquet",
        ("sku", "name"),
        "row",
        None,
    )
    assert rows_of(table, 2) == rows_of(table) == [["1", "a"], ["", "b"], ["3", ""]]
    assert numbers_of(table) == [1, 2, 3]


def test_classes_of_hugging_face(tmp_path):
    features = {"label": {"names": ["Mugs", "Lamps"], "_type": "ClassLabel"}, "image": {"_type": "Image"}}
    stored = json.dumps({"info": {"features": features}})
    table = pa.table({"image": pa.array([{"bytes": b"abc", "path": "a.jpg"}] * 2, IMAGE), "label": [1, -1]})
    found = read(tmp_path, table.replace_schema_metadata({"huggingface": stored}))
    assert rows_of(found) == [["parquet:t.parquet#0/image", "Lamps"], ["parquet:t.parquet#1/image", ""]]
    assert found.image_bytes("parquet:t.parquet#1/image") == b"abc"


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", '{"info": {"features": [1]}}', '{"info": {"features": {"label": 3}}}']
)
def test_metadata_that_says_nothing(tmp_path, stored):
    table = pa.table({"label": [1, 0]}).replace_schema_metadata({"huggingface": stored})
    assert rows_of(read(tmp_path, table)) == [["1"], ["0"]]


def test_the_bytes_of_images_are_read_only_where_some_are_missing(tmp_path):
    whole = pa.array([{"bytes": b"x", "path": None}] * 4, IMAGE)
    part = pa.array([{"bytes": b"x", "path": None}] * 3 + [{"bytes": None, "path": "b.jpg"}], IMAGE)
    table = read(tmp_path, pa.table({"im": pa.chunked_array([whole, part])}), row_group_size=4)
    with pq.ParquetFile(table.path) as file:
        assert [parquet_tables._needed_leaves(file, group) for group in (0, 1)] == [
            ["im.path"],
            ["im.bytes", "im.path"],
        ]
    assert [row[0] for row in rows_of(table)] == [*(f"parquet:t.parquet#{n}/im" for n in range(7)), "b.jpg"]


def test_empty_rows_and_binary_data(tmp_path):
    table = read(tmp_path, pa.table({"a": [None, "x"], "b": pa.array([None, b"\xfe\xff"])}))
    assert rows_of(table) == [["x", ""]] and numbers_of(table) == [2]
    assert table.problems.blank == 1 and mended(table) == {BINARY: 1}


def test_columns_of_one_name(tmp_path):
    table = pa.table([pa.array(["x"]), pa.array(["y"])], names=["Bild", "Bild"])
    assert read(tmp_path, table).columns == ("Bild", "Bild (2)")


def test_large_rows_are_read_few_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_tables, "_BATCH_BYTES", 1000)
    table = read(tmp_path, pa.table({"a": ["x" * 400 + str(n) for n in range(50)]}), use_dictionary=False)
    assert [row[0][400:] for row in rows_of(table)] == [str(n) for n in range(50)]


@pytest.mark.parametrize(
    ("table", "message"),
    [(pa.table({"a": pa.array([], pa.string())}), "without rows"), (pa.table({}), "without rows")],
)
def test_tables_of_nothing(tmp_path, table, message):
    with pytest.raises(CatalogueError, match=message):
        read(tmp_path, table)


def test_a_damaged_file(tmp_path):
    table = pa.table({"a": [f"text {n}" for n in range(5000)]})
    pq.write_table(table, tmp_path / "t.parquet", use_dictionary=False, compression="zstd")
    content = bytearray((tmp_path / "t.parquet").read_bytes())
    content[60:200] = bytes(140)
    found = read_parquet(source(tmp_path / "t.parquet", bytes(content)))
    with pytest.raises(CatalogueError, match="damaged after row 0"):
        rows_of(found)


@pytest.mark.parametrize(
    "column",
    [
        lambda: [f"{number}" + "x" * 1_000_000 for number in range(400)],
        lambda: pa.DictionaryArray.from_arrays(pa.array([0] * 5000, pa.int32()), pa.array(["x" * 1_000_000])),
        lambda: pa.DictionaryArray.from_arrays(pa.array([0] * 40_000, pa.int32()), pa.array(["x" * 100_000])),
    ],
)
def test_a_small_file_that_unpacks_to_gigabytes_is_one_clear_line(tmp_path, column):
    pq.write_table(pa.table({"name": column()}), tmp_path / "t.parquet", compression="zstd")
    assert (tmp_path / "t.parquet").stat().st_size < 1_000_000
    with Meter() as meter, pytest.raises(CatalogueError, match="unpacks to more than 268,435,456 bytes"):
        rows_of(read_parquet(source(tmp_path / "t.parquet")))
    assert meter.peak_mb < 1000
