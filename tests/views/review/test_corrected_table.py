import pytest

from core.catalogue.recognition import recognise
from core.common.errors import CatalogueError
from core.views.review.corrected_table import OwnerTable


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "shop.v2.tsv"
    file.write_text("sku\tname\tcategory\n1\tMug\tMugs\n2\tLamp\tMugs\n3\tLamp\tLamps\n")
    return OwnerTable.of(recognise(file), "shop.v2.tsv")


def test_what_was_decided_stands_in_the_owners_file(table):
    assert table.found({"2": "Lamps", "9": "Mugs"}) == 1
    assert table.corrected({"2": "Lamps", "9": "Mugs"}).decode() == (
        "sku\tname\tcategory\n1\tMug\tMugs\n2\tLamp\tLamps\n3\tLamp\tLamps\n"
    )
    assert table.corrected_name == "shop-corrected.tsv"


def test_another_table_is_refused(table):
    with pytest.raises(CatalogueError, match="none of the 1 products"):
        table.found({"9": "Mugs"})
