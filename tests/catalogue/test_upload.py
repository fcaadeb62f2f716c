import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.catalogue import upload as limits
from core.catalogue.reading import read_chunks
from core.catalogue.upload import check_columns, guess_columns, read_chunk, receive
from core.common.errors import CatalogueError, ImageError
from core.serving.bulk.run import Run
from core.serving.predictor import Predictor
from tests import tiny

TABLE = b"Code,Title,Text,Photo,Price\n-5,ceramic mug,a cup,7.png,9\n,chair,,no.png,3\n"


def image(seed: int = 1, ending: str = "PNG") -> bytes:
    stream = io.BytesIO()
    tiny.draw_image("Mugs", seed).save(stream, ending)
    return stream.getvalue()


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_columns_are_guessed_from_their_names_and_cells_are_unchanged():
    upload = receive("new.csv", TABLE)
    assert guess_columns(upload) == {"sku": "Code", "name": "Title", "description": "Text", "image": "Photo"}
    assert list(upload.table.columns) == ["Code", "Title", "Text", "Photo", "Price"]
    assert upload.table["Code"].tolist() == ["-5", ""]
    assert len(upload.images) == 0


def test_unusual_names_are_left_to_the_user():
    upload = receive("new.csv", b"x;y\n1;2\n")
    assert guess_columns(upload) == {}
    assert read_chunk(upload, {"name": "y"}, 0, 9).table["name"].tolist() == ["2"]


def test_a_column_that_is_not_chosen_is_not_read_whatever_its_name():
    table = read_chunk(receive("new.csv", TABLE), {"name": "Title"}, 0, 9).table
    assert table["sku"].tolist() == ["row-1", "row-2"]
    assert table["description"].tolist() == ["", ""]


def test_pieces_are_what_the_command_line_reads(tmp_path):
    data = tiny.write_catalogue(tmp_path / "data", per_class=10)
    archive = zipped({f"a/b/{path.name}": path.read_bytes() for path in (data / "images").iterdir()})
    upload = receive("products.csv", (data / "products.csv").read_bytes(), archive)
    columns = guess_columns(upload)
    whole = next(read_chunks(data, "csv")).table
    pieces = [read_chunk(upload, columns, start, 7) for start in range(0, 30, 7)]
    assert [len(piece.table) for piece in pieces] == [7, 7, 7, 7, 2]
    for column in ("sku", "name", "description", "image", "has_text", "has_image", "text_length"):
        assert [cell for piece in pieces for cell in piece.table[column]] == whole[column].tolist()


def test_images_are_matched_by_name_and_by_id():
    files = {"in/a/7.PNG": image(1), "in/b/k.png": image(2)}
    upload = receive("t.csv", b"id,name,image\nk,mug,\nz,cup,a/7.png\n", zipped(files))
    chunk = read_chunk(upload, guess_columns(upload), 0, 9)
    assert chunk.table["has_image"].tolist() == [True, True]
    assert chunk.images.read(chunk.table["image"][1]) == files["in/a/7.PNG"]


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/passwd", "a\x00b.csv", "", "CON", "x" * 400])
def test_unsafe_file_names_are_replaced(name):
    upload = receive(name, TABLE)
    assert upload.name == "table.csv"
    assert len(upload.table) == 2


def test_the_folder_is_deleted_with_the_upload():
    from pathlib import Path

    upload = receive("t.csv", TABLE, zipped({"a.png": image()}))
    folder = Path(upload.folder.name)
    assert folder.exists()
    del upload
    assert not folder.exists()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (b"", "t.csv: the file is empty"),
        (b"\n \n", "empty"),
        (b"name,image\n", "it has a header but no rows"),
        (b"PK\x03\x04\x00\x00", "not a zip file"),
        (b"," * (2 << 20) + b"\n1\n", "first line is too long"),
        (b",".join(b"c%d" % i for i in range(201)) + b"\n1\n", "201 columns, more than the 200"),
    ],
)
def test_an_invalid_table_gives_one_line(table, message):
    with pytest.raises(CatalogueError, match=message) as error:
        receive("t.csv", table)
    assert "/tmp" not in str(error.value) and "\n" not in str(error.value)


def test_encodings_that_spreadsheets_write_are_read():
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        upload = receive("t.csv", "name;größe\ncafé;1\n".encode(encoding))
        assert upload.table.to_dict("list") == {"name": ["café"], "größe": ["1"]}


def test_tables_and_zips_have_limits(monkeypatch):
    monkeypatch.setattr(limits, "MOST_ROWS", 1)
    with pytest.raises(CatalogueError, match="more than the 1 rows"):
        receive("t.csv", TABLE)
    monkeypatch.undo()
    monkeypatch.setattr(limits, "UPLOAD_MB", 0)
    with pytest.raises(CatalogueError, match="0 MB, more than the 0 MB"):
        receive("t.csv", TABLE)
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MOST_FILES", 1)
    with pytest.raises(CatalogueError, match="2 files, more than the 1"):
        receive("t.csv", TABLE, zipped({"a.png": b"", "b.png": b""}))


def test_a_zip_bomb_is_rejected_unopened(monkeypatch):
    monkeypatch.setattr(limits, "IMAGE_MB", 1)
    with pytest.raises(CatalogueError, match="a file of more than 1 MB"):
        receive("t.csv", TABLE, zipped({"7.png": bytes(2 << 20)}))
    monkeypatch.setattr(limits, "UNPACKED_MB", 2)
    with pytest.raises(CatalogueError, match="would unpack to 3 MB, more than the 2 MB"):
        receive("t.csv", TABLE, zipped({f"{i}.png": bytes(1 << 20) for i in range(3)}))


def test_a_zip_entry_gives_no_more_bytes_than_it_states():
    bomb = bytearray(zipped({"7.png": bytes(3 << 20)}))
    true, stated = (3 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    bomb = bytes(bomb).replace(true, stated)
    upload = receive("t.csv", TABLE, bomb)
    with pytest.raises(ImageError):
        upload.images.read("7.png")


@pytest.mark.parametrize(
    "content", [b"", b"not a zip", zipped({"a.png": b"x" * 99})[:-30]], ids=("empty", "no zip", "cut off")
)
def test_an_invalid_zip_gives_one_line(content):
    with pytest.raises(CatalogueError, match="not a zip file") as error:
        receive("t.csv", TABLE, content)
    assert "/tmp" not in str(error.value)


def test_entries_outside_the_folder_and_ambiguous_names_are_ignored():
    files = {"../7.png": image(1), "/no.png": image(2), "a/k.png": image(3), "b/k.png": image(4)}
    upload = receive("t.csv", TABLE + b"k,mug,,k.png,1\n", zipped(files))
    assert not read_chunk(upload, guess_columns(upload), 0, 9).table["has_image"].any()


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_products_with_damaged_entries_have_no_image(compression, tiny_bundle):
    content = np.random.default_rng(0).integers(0, 16, 5000, dtype=np.uint8).tobytes()
    archive = bytearray(zipped({"7.png": content, "no.png": image(5)}, compression))
    archive[60:2000] = bytes(b ^ 0x5A for b in archive[60:2000])
    upload = receive("t.csv", TABLE, bytes(archive))
    predictor = Predictor.load(Bundle.open(tiny_bundle))
    run = Run(upload, guess_columns(upload)).advanced(predictor)
    assert run.parts[0]["note"].tolist() == ["image cannot be opened or shows nothing", ""]
    assert run.parts[0]["rests_on"].tolist() == ["text", "text + image"]


@pytest.mark.parametrize(
    ("columns", "archive", "modalities", "enough"),
    [
        ({"name": "Title"}, False, ("text",), True),
        ({"description": "Text"}, False, ("text", "image", "fused"), True),
        ({"image": "Photo"}, True, ("image",), True),
        ({"sku": "Code"}, True, ("text", "image", "fused"), True),
        ({"image": "Photo"}, False, ("image",), False),
        ({"image": "Photo"}, True, ("text",), False),
        ({"name": "Title"}, True, ("image",), False),
        ({}, True, ("text", "image", "fused"), False),
    ],
)
def test_the_columns_must_contain_an_input(columns, archive, modalities, enough):
    upload = receive("t.csv", TABLE, zipped({"7.png": image()}) if archive else None)
    if enough:
        check_columns(upload, columns, modalities)
    else:
        with pytest.raises(CatalogueError, match="nothing to classify"):
            check_columns(upload, columns, modalities)


def test_images_by_sku_in_pieces_are_never_anothers():
    table = b"sku,name,image\n" + b"".join(b"%d,p,%s\n" % (n, b"" if n < 4 else b"2.png") for n in range(8))
    upload = receive(
        "new.csv", table, zipped({f"{n}.png": image(n) for n in range(4)} | {"3_2.png": image(9)})
    )
    columns = guess_columns(upload)
    names = [read_chunk(upload, columns, n, 1).table.iloc[0] for n in range(8)]
    assert [row["image"] for row in names] == ["0.png", "1.png", "", "3.png", *["2.png"] * 4]
    assert names[3]["images"] == '["3.png", "3_2.png"]'


def test_a_workbook_is_held_in_memory_and_must_be_small(monkeypatch):
    book = io.BytesIO()
    pd.DataFrame({"name": ["mug"], "category": ["Mugs"]}).to_excel(book, index=False)
    assert len(receive("t.xlsx", book.getvalue()).table) == 1
    monkeypatch.setattr(limits, "MOST_WORKBOOK", 1000)
    with pytest.raises(CatalogueError, match="save it as CSV"):
        receive("t.xlsx", book.getvalue())
    archive = zipped({"t.xlsx": book.getvalue()})
    with pytest.raises(CatalogueError, match="save it as CSV"):  # no way around it
        receive("t.zip", archive)


def test_so_much_text_and_no_more(monkeypatch):
    monkeypatch.setattr(limits, "MOST_TEXT_MB", 1)
    long = "x" * (1 << 19)
    assert len(receive("t.csv", f"name\n{long}\n{long}\n".encode()).table) == 2
    with pytest.raises(CatalogueError, match="more than the 1 MB of text"):
        receive("t.csv", f"name\n{long}\n{long}\nx\n".encode())


def test_rows_that_cannot_be_read_are_said():
    upload = receive("t.csv", b"name,price\nMug,1\nCup,2,3,4\nBowl,3\n")
    assert len(upload.table) == 2
    assert upload.notes == ("1 row set aside: more cells than the header has (line 3)",)


def test_rows_of_one_product_are_merged_as_its_shop_exports_them(tmp_path):
    from tests.catalogue.layouts.kinds import NAMES, WRITERS

    WRITERS["shopify"][1](tmp_path)
    (file,) = tmp_path.iterdir()
    upload = receive(file.name, file.read_bytes())
    assert upload.table["Title"].tolist() == NAMES
    assert upload.notes == ("a Shopify product export: 8 rows are merged with their products",)
    columns = guess_columns(upload)
    assert columns["name"] == "Title" and columns["description"] == "Body (HTML)"
    assert columns["sku"] == "Handle" and columns["image"] == "Image Src"


def test_images_in_the_zip_of_the_table_and_in_the_table_itself_are_found():
    table = b"id,title,photo\n1,ceramic mug,one.png\n2,chair,two.png\n"
    columns = {"sku": "id", "name": "title", "image": "photo"}
    upload = receive("shop.zip", zipped({"shop/list.csv": table, "shop/pics/one.png": image()}))
    assert read_chunk(upload, columns, 0, 2).table["has_image"].tolist() == [True, False]
    with pytest.raises(CatalogueError, match="put the images into it"):
        receive("shop.zip", zipped({"list.csv": table}), zipped({"one.png": image()}))
    stream = io.BytesIO()
    held = [{"bytes": image(), "path": "a.png"}, None]
    pd.DataFrame({"id": ["1", "2"], "title": ["ceramic mug", "chair"], "photo": held}).to_parquet(stream)
    upload = receive("shop.parquet", stream.getvalue())
    assert read_chunk(upload, columns, 0, 2).table["has_image"].tolist() == [True, False]
