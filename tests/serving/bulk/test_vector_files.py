from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.common.errors import CoreError
from core.serving.bulk.vector_files import vector_writer

SKUS = np.array(["a", "b", "ü,1"], dtype=object)
VECTORS = np.arange(12, dtype=np.float32).reshape(3, 4) / 7


def write(file: Path) -> None:
    with vector_writer(file, file, 4) as writer:
        writer.write(SKUS[:2], VECTORS[:2])
        writer.write(SKUS[2:], VECTORS[2:])


def test_parquet(tmp_path):
    write(tmp_path / "v.parquet")
    table = pd.read_parquet(tmp_path / "v.parquet")
    assert list(table["sku"]) == list(SKUS)
    np.testing.assert_array_equal(np.stack(list(table["vector"])), VECTORS)


def test_csv(tmp_path):
    write(tmp_path / "v.csv")
    table = pd.read_csv(tmp_path / "v.csv")
    assert list(table["sku"]) == list(SKUS)
    np.testing.assert_allclose(table.drop(columns="sku").to_numpy(), VECTORS, rtol=1e-6)


def test_an_sku_in_a_csv_file_is_no_formula(tmp_path):
    file = tmp_path / "v.csv"
    skus = np.array(["=1+1", "@SUM(A1)", "-5"], dtype=object)
    with vector_writer(file, file, 4) as writer:
        writer.write(skus, VECTORS)
    assert [line.split(",")[0] for line in file.read_text().splitlines()] == [
        "sku",
        "'=1+1",
        "'@SUM(A1)",
        "-5",
    ]


def test_npy_grows_in_place(tmp_path):
    write(tmp_path / "v.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "v.npy"), VECTORS)


def test_unknown_ending_names_the_known(tmp_path):
    with pytest.raises(CoreError, match=r"\.parquet, \.csv, \.npy"):
        vector_writer(tmp_path / "v.xlsx", tmp_path / "v.xlsx", 4)
