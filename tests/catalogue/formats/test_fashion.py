import pytest

from core.common.errors import CatalogueError
from tests.catalogue.formats.tables import read, write

STYLES = (
    "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName\n"
    "15970,Men,Apparel,Topwear,Shirts,Navy Blue,Fall,2011,Casual,Plain Navy Shirt\n"
    "6394,Men,Apparel,Bottomwear,Shorts,Blue,Summer,2012,NA,Blue Shorts, 3.5\" wide, with belt\n"
)  # fmt: skip


def test_fashion_names_with_commas_and_no_quotes(tmp_path):
    write(tmp_path / "styles.csv", STYLES)
    table = read(tmp_path, "fashion")
    assert table["name"].tolist() == ["Plain Navy Shirt", 'Blue Shorts, 3.5" wide, with belt']
    assert table["image"].tolist() == ["15970.jpg", "6394.jpg"]
    assert table["category"].tolist() == ["Topwear", "Bottomwear"]
    assert table.loc[0, ["level_1", "level_2", "level_3"]].tolist() == ["Apparel", "Topwear", "Shirts"]
    assert table.loc[0, ["colour", "usage", "gender"]].tolist() == ["Navy Blue", "Casual", "Men"]
    assert table["usage"][1] == ""
    assert read(tmp_path, "fashion", label="articletype")["category"].tolist() == ["Shirts", "Shorts"]


def test_fashion_needs_its_own_table(tmp_path):
    write(tmp_path / "styles.csv", "sku,name\n1,a\n")
    with pytest.raises(CatalogueError, match="no column id among sku, name"):
        read(tmp_path, "fashion")
    write(tmp_path / "styles.csv", "id,productDisplayName\n1,a\n")
    assert read(tmp_path, "fashion")["category"].tolist() == [""]
    with pytest.raises(CatalogueError, match="no category column"):
        read(tmp_path, "fashion", label="articleType")


@pytest.mark.data
def test_real_fashion(data_dir):
    table = read(data_dir("fashion"), "fashion")
    assert len(table) == 37589
    assert table["category"].value_counts().ge(100).sum() == 24
    assert (table["name"] == "Nike Women's EM Tempo 3.5\" Pink Short").any()
