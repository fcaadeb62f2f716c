import pytest

from core.common.errors import CatalogueError
from tests.catalogue.formats.tables import read, write


def test_csv_guesses_usual_names(tmp_path):
    write(
        tmp_path / "t.csv",
        "Product ID,Title,Long Description,Image,Label,Color,Price\n1,a,b,c.jpg,d,red,$3\n",
    )
    row = read(tmp_path, "csv").iloc[0]
    assert row[["sku", "name", "description", "image", "category", "colour", "price"]].tolist() == [
        "1", "a", "b", "c.jpg", "d", "red", 3.0,
    ]  # fmt: skip


def test_csv_columns_can_be_named(tmp_path):
    write(tmp_path / "t.csv", "Titel,Art,name\nStuhl,Möbel,kein Name\n")
    table = read(tmp_path, "csv", columns={"name": "titel", "category": "Art"}, label_required=True)
    assert table.loc[0, ["name", "category"]].tolist() == ["Stuhl", "Möbel"]
    assert read(tmp_path, "csv", label="art")["category"].tolist() == ["Möbel"]
    with pytest.raises(CatalogueError, match=r"no column 'Sorte' among Titel, Art, name"):
        read(tmp_path, "csv", label="Sorte")
    with pytest.raises(CatalogueError, match=r"unknown field 'titel'"):
        read(tmp_path, "csv", columns={"titel": "Titel"})


def test_csv_without_label(tmp_path):
    write(tmp_path / "t.csv", "sku,name\n1,a\n")
    assert read(tmp_path, "csv")["category"].tolist() == [""]
    with pytest.raises(CatalogueError, match=r"no category column .*sku, name; choose one with --label"):
        read(tmp_path, "csv", label_required=True)


def test_csv_without_text_and_image(tmp_path):
    write(tmp_path / "t.csv", "sku,weight,label\n1,2,x\n")
    with pytest.raises(CatalogueError, match="no name, description or image column among sku, weight, label"):
        read(tmp_path, "csv")


@pytest.mark.data
def test_real_photos_have_images_only(data_dir):
    table = read(data_dir("photos"), "csv", label="fine_category")
    assert len(table) == 6345 and (table["name"] == "").all() and table["image"][0].startswith("grocery/")
