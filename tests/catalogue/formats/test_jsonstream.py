import json

import pytest

from core.catalogue.formats.format import ReadOptions
from core.catalogue.formats.registry import get_format
from core.common.errors import CatalogueError
from tests.catalogue.formats.tables import read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no objects"),
        ("[]", "no objects"),
        ('[{"sku": 1}, {"sku": ', "damaged or truncated after 1 objects"),
        ('[{"sku": 1}, 7]', "expected a product object after 1, got '7"),
        ('[{"sku" 1}]' + " " * 300_000, "damaged or truncated after 0"),
    ],
)
def test_broken_json(tmp_path, text, message):
    (tmp_path / "products.json").write_text(text)
    with pytest.raises(CatalogueError, match=message):
        read(tmp_path, "bestbuy")


def test_json_is_read_piece_by_piece(tmp_path):
    # Objects longer than a block, and more of them than one block holds.
    records = [{"sku": n, "name": "x" * (400_000 if n == 1 else 1000)} for n in range(900)]
    (tmp_path / "products.json").write_text(json.dumps(records))
    chunks = get_format("bestbuy").read(tmp_path, ReadOptions(chunk_rows=100))
    assert next(chunks)["sku"].tolist() == [str(n) for n in range(100)]
    assert sum(len(chunk) for chunk in chunks) == 800
