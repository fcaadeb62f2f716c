"""Parquet tables: read as a CSV with the same cells, in one go or piece by piece."""

import pickle
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.catalogue.formats.format import ReadOptions
from core.catalogue.formats.registry import get_format
from core.catalogue.reading import read_catalogue, read_chunks
from core.common.errors import CatalogueError
from tests import tiny

ROWS = ReadOptions(chunk_rows=4)


@pytest.fixture
def data(tmp_path) -> Path:
    """A catalogue as CSV, and the same as three Parquet parts of several row groups each."""
    folder = tiny.write_catalogue(tmp_path / "data")
    table = pd.read_csv(folder / "products.csv")
    table.loc[3, "sku"] = None
    table.to_csv(folder / "products.csv", index=False)
    (folder / "products.parquet").mkdir()
    for part in range(3):
        rows = table.iloc[part * 30 : (part + 1) * 30]
        rows.to_parquet(folder / "products.parquet" / f"part-{part}.parquet", row_group_size=7)
    return folder


def read(data: Path, **options) -> pd.DataFrame:
    return pd.concat(get_format("parquet").read(data, ReadOptions(**options)), ignore_index=True)


def write(file: Path, **columns) -> Path:
    pq.write_table(pa.table(columns), file)
    return file


def test_the_same_catalogue_as_from_csv(data):
    tables = [
        pd.concat([chunk.table for chunk in read_chunks(data, format, chunk_rows=4)], ignore_index=True)
        for format in ("csv", "parquet")
    ]
    pd.testing.assert_frame_equal(*tables)
    assert tables[1]["sku"][3] == "row-4"
    catalogues = [read_catalogue(data, format, minimum=5) for format in ("csv", "parquet")]
    assert catalogues[0].fingerprint == catalogues[1].fingerprint


def test_pieces_read_apart_make_up_the_whole(data):
    pieces = get_format("parquet").pieces_of(data)
    assert len(pieces) == 15
    assert [piece.first_row for piece in pieces][:6] == [0, 7, 14, 21, 28, 30]
    copies = pickle.loads(pickle.dumps(pieces))  # noqa: S301
    apart = [chunk for piece in copies for chunk in piece.read(ROWS)]
    pd.testing.assert_frame_equal(pd.concat(apart, ignore_index=True), read(data))


def test_a_format_that_cannot_be_cut_is_one_piece(data):
    (piece,) = get_format("csv").pieces_of(data)
    assert piece.first_row == 0
    assert sum(len(chunk) for chunk in piece.read(ROWS)) == 90


def test_cells_of_any_plain_type(tmp_path):
    file = write(
        tmp_path / "t.parquet",
        id=[7.0, 8.0, None],
        title=pa.array(["Mug", None, "Lamp"]).dictionary_encode(),
        category=[1, 2, 2],
        price=["1,299.00", "", "5"],
        tags=[["a"], [], None],
    )
    table = read(file)
    assert list(table["sku"]) == ["7", "8", "row-3"]
    assert list(table["name"]) == ["Mug", "", "Lamp"]
    assert list(table["category"]) == ["1", "2", "2"]
    assert table["price"].iat[0] == 1299
    assert read(file, columns={"category": "price"})["category"].iat[0] == "1,299.00"


def test_what_cannot_be_read_is_said_in_one_line(tmp_path):
    with pytest.raises(CatalogueError, match="no such file"):
        read(tmp_path / "nowhere")
    with pytest.raises(CatalogueError, match="no product table found"):
        read(tmp_path)
    with pytest.raises(CatalogueError, match=r"holds list.*expected texts or numbers"):
        read(write(tmp_path / "lists.parquet", name=[["a"], ["b"]]))
    with pytest.raises(CatalogueError, match="no name, description or image column"):
        read(write(tmp_path / "other.parquet", colour=["red"]))
    with pytest.raises(CatalogueError, match="without rows"):
        read(write(tmp_path / "empty.parquet", name=pa.array([], pa.string())))
    whole = write(tmp_path / "whole.parquet", name=["a" * 50 + str(i) for i in range(3000)]).read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CatalogueError, match="not a Parquet file"):
        read(tmp_path / "cut.parquet")
    broken = bytearray(whole)
    broken[4:2000] = bytes(1996)
    (tmp_path / "broken.parquet").write_bytes(broken)
    with pytest.raises(CatalogueError, match="damaged"):
        read(tmp_path / "broken.parquet")
