import pytest

from core.common.errors import EncoderError
from core.features.given.columns import find_columns


@pytest.mark.parametrize(
    ("names", "ids", "numbers", "listed"),
    [
        (["sku", "v0", "v1", "v2"], "sku", ("v0", "v1", "v2"), False),
        (
            ["ImageName", "0", "1", "10", *map(str, range(2, 10))],
            "ImageName",
            tuple(map(str, range(11))),
            False,
        ),
        (["", "ImageName", "price", "class_1", "embeddings"], "ImageName", ("embeddings",), True),
        (["Image Name", "sku", "Embedding"], "sku", ("Embedding",), True),
        (["id", "dim_002", "dim_001", "x1"], "id", ("dim_001", "dim_002"), False),
    ],
)
def test_columns_are_found_by_their_names(names, ids, numbers, listed):
    found = find_columns(names, "f.csv")
    assert (found.ids, found.numbers, found.listed) == (ids, numbers, listed)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["v0", "v1"], "f.csv: expected a column of ids, such as sku, id or ImageName.*got v0, v1"),
        (["sku", "name"], "expected a column of lists, such as embeddings, or one column a number.*got name"),
        (["sku", "v0", "v1", "v3"], "none for number 2"),
        (["sku", "v5", "v6"], "none for number 4"),
    ],
)
def test_other_columns_are_refused_in_a_line(names, message):
    with pytest.raises(EncoderError, match=message):
        find_columns(names, "f.csv")
