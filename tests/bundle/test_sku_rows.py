import numpy as np
import pyarrow as pa
import pytest

from core.bundle.sku_rows import SkuRows

SKUS = ["b", "a", "Ä", "", "日本", "a0", "A", "😀", "ﬀ", "=1"]


@pytest.fixture
def rows() -> SkuRows:
    return SkuRows.of(pa.array(SKUS, type=pa.large_string()))


def test_every_product_is_found_by_its_id_and_no_other(rows):
    assert [rows[sku] for sku in SKUS] == list(range(len(SKUS)))
    assert all(sku in rows for sku in SKUS)
    for absent in ("aa", "zzz", "ä", "\uffff", 3, None):
        assert absent not in rows
    with pytest.raises(KeyError, match="zzz"):
        rows["zzz"]


def test_several_are_found_at_once(rows):
    found = rows.among(["日本", "b", "b"])
    assert found.tolist() == [4, 0, 0] and found.dtype == np.int64
    with pytest.raises(KeyError, match="zzz"):
        rows.among(["b", "zzz"])


def test_of_no_products_none_is_found():
    nothing = SkuRows.of(pa.array([], type=pa.large_string()))
    assert "a" not in nothing and len(nothing.among([])) == 0
