"""How a table is read: what the user says comes first, then the bundle, then what is recognised."""

from pathlib import Path

import pytest

from core.catalogue.read_options import ReadAs, ReadOptions
from core.catalogue.reading import chunks_of, read_catalogue
from core.catalogue.recognition import recognise
from core.common.errors import CatalogueError

ROWS = ["1,Amber mug,a fine one,Mugs", "2,Slate lamp,a fine one,Lamps"]
BUNDLE = ReadAs("csv", "Gruppe", {"sku": "Nr", "name": "Etikett", "category": "Gruppe"})


def write(folder: Path, header: str, rows: list[str] = ROWS, name: str = "products.csv") -> Path:
    (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def test_the_bundles_columns_are_read(tmp_path):
    found = recognise(write(tmp_path, "Nr,Etikett,name,Gruppe"), ReadOptions(as_bundle=BUNDLE))
    assert found.columns_read() == {"sku": "Nr", "name": "Etikett", "category": "Gruppe"}
    assert found.matching.matches["name"].why == "as in the bundle"


def test_a_user_knows_better_than_the_bundle(tmp_path):
    options = ReadOptions(columns={"name": "Titel"}, label="Art", as_bundle=BUNDLE)
    found = recognise(write(tmp_path, "Nr,Titel,Etikett,Art"), options)
    assert (found.columns_read()["name"], found.label) == ("Titel", "Art")


def test_a_column_that_the_bundle_reads_texts_from_is_missed(tmp_path):
    with pytest.raises(CatalogueError, match=r"no column 'Etikett' among .*--columns name=COLUMN"):
        recognise(write(tmp_path, "Nr,Titel,text,Gruppe"), ReadOptions(as_bundle=BUNDLE))


def test_bundles_from_before_columns_were_recorded(tmp_path):
    found = recognise(
        write(tmp_path, "id,title,text,label"), ReadOptions(as_bundle=ReadAs("csv", "category", {}))
    )
    assert found.columns_read() == {"sku": "id", "name": "title", "description": "text", "category": "label"}


def test_new_categories_are_written_as_the_bundles(tmp_path):
    data = write(
        tmp_path, "sku,name,text,category", ["1,a mug,x,mugs ", "2,a lamp,x,LAMPS", "3,a cup,x,Cups"]
    )
    (chunk,) = chunks_of(recognise(data), classes=("Mugs", "Lamps"))
    assert chunk.table["category"].tolist() == ["Mugs", "Lamps", "Cups"]


def test_labels_in_a_second_table(tmp_path):
    write(tmp_path, "id,name", ["1,Amber mug", "2,Slate lamp", "3,Coral cup"])
    (tmp_path / "more").mkdir()
    write(tmp_path / "more", "id,category", ["2,Lamps", "1,Mugs"], "labels.csv")
    options = ReadOptions(join=tmp_path / "more" / "labels.csv", on="id")
    frames = list(recognise(tmp_path, options).frames())
    assert [each for frame in frames for each in frame["category"]] == ["Mugs", "Lamps", ""]
    with pytest.raises(CatalogueError, match=r"no column 'nr' among id, name"):
        recognise(tmp_path, ReadOptions(join=tmp_path / "more" / "labels.csv", on="nr"))
    with pytest.raises(CatalogueError, match="--on COLUMN needs --join"):
        recognise(tmp_path, ReadOptions(on="id"))


def test_an_encoding_can_be_named(tmp_path):
    (tmp_path / "t.csv").write_bytes("sku,name,category\n1,Größe,Küche\n".encode("cp850"))
    (frame,) = recognise(tmp_path, ReadOptions(encoding="cp850")).frames()
    assert frame["name"].tolist() == ["Größe"]


def test_placeholders_are_set_aside_unless_kept(tmp_path):
    rows = [f"{n},thing {n},,{'Uncategorized' if n % 2 else 'None'}" for n in range(8)]
    data = write(tmp_path, "sku,name,text,category", rows)
    catalogue = read_catalogue(data, minimum=1)
    assert catalogue.classes == ("None",)
    (aside,) = catalogue.account.set_aside
    assert (aside.count, "Uncategorized" in aside.reason, "--keep-placeholders" in aside.reason) == (
        4,
        True,
        True,
    )
    (frame,) = recognise(data, ReadOptions(keep_placeholders=True)).frames()
    assert set(frame["category"]) == {"None", "Uncategorized"}


def test_spellings_of_a_category_are_one_and_it_is_said(tmp_path):
    data = write(
        tmp_path,
        "sku,name,text,category",
        [f"{n},mug {n},,{c}" for n, c in enumerate(["Mugs", "Mugs", "mugs "])],
    )
    catalogue = read_catalogue(data, minimum=1)
    assert catalogue.classes == ("Mugs",)
    assert any("'mugs' (1)" in note for note in catalogue.notes)


def test_a_format_that_there_is_not(tmp_path):
    with pytest.raises(CatalogueError, match="expected one of auto, shopify"):
        recognise(write(tmp_path, "sku,name,text,category"), ReadOptions("ebay"))
