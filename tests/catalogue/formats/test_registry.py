import pytest

from core.catalogue.formats.registry import FORMATS, get_format
from core.common.errors import CatalogueError


def test_an_unknown_format_lists_the_known_ones():
    with pytest.raises(CatalogueError, match=r"'amazon'.*flipkart, fashion, bestbuy, csv"):
        get_format("amazon")
    assert all(format.name == name for name, format in FORMATS.items())


@pytest.mark.parametrize(("rows", "smallest"), [(30, 10), (1500, 15), (100_000, 20)])
def test_small_tables_keep_smaller_categories(rows, smallest):
    assert get_format("csv").smallest_class(rows) == smallest
    assert get_format("fashion").smallest_class(rows) == 100
