"""Reading a catalogue at once and in chunks: what is kept, what is set aside, and the account."""

import base64
import csv
import io
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.catalogue.account import Account, Placeholder
from core.catalogue.images.digest import bytes_digest
from core.catalogue.reading import product_texts, read_catalogue, read_chunks
from core.common.errors import CatalogueError

COLUMNS = ["sku", "name", "description", "image", "category", "price"]


def jpeg(seed: int = 0, size: tuple[int, int] = (12, 8)) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG")
    return written.getvalue()


def make(folder: Path, rows: list[tuple], images: dict[str, bytes] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / "products.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    if images is not None:
        with zipfile.ZipFile(folder / "images.zip", "w") as archive:
            for name, content in images.items():
                archive.writestr(f"images/{name}", content)
    return folder


def rows_of(category: str, count: int, start: int = 0) -> list[tuple]:
    numbers = range(start, start + count)
    return [(f"{category}{n}", f"{category} no {n}", "", f"{category}{n}.jpg", category, n) for n in numbers]


@pytest.fixture
def messy(tmp_path):
    """Return two good classes of 10, and one row of everything that goes wrong."""
    rows = [
        *rows_of("a", 10),
        *rows_of("b", 10),
        ("nolabel", "n", "", "", "", ""),
        ("a1", "the same again", "", "", "a", ""),
        ("nothing", "<br>", "", "gone.jpg", "a", ""),
        ("single", "alone", "", "", "c", ""),
        ("textfile", "", "", "text.jpg", "a", ""),
        ("zero", "has a name", "", "zero.jpg", "a", ""),
    ]
    images = {f"{name}{n}.jpg": jpeg(n, (12 + n, 8)) for name in "ab" for n in range(9)}
    return make(tmp_path / "messy", rows, images | {"text.jpg": b"text", "zero.jpg": b""})


def test_every_row_is_accounted_for(messy):
    catalogue = read_catalogue(messy, "csv")
    account = catalogue.account
    assert {each.reason: (each.count, each.examples) for each in account.set_aside} == {
        "no category": (1, ("nolabel",)),
        "duplicate sku": (1, ("a1",)),
        "no text and no image": (2, ("nothing", "textfile")),
        "category with fewer than 10 products": (1, ("single",)),
    }
    assert account.rows_read == 26 and account.rows_kept == len(catalogue.table) == 21
    assert account.rows_read == account.rows_kept + sum(each.count for each in account.set_aside)
    assert account.classes_set_aside == {"c": 1}
    assert (account.without_text, account.without_image, account.broken_images) == (0, 3, 2)


def test_the_table(messy):
    catalogue = read_catalogue(messy, "csv")
    table = catalogue.table
    assert (catalogue.name, catalogue.format, catalogue.label) == ("messy", "csv", "category")
    assert catalogue.classes == ("a", "b")
    assert table.index.equals(pd.RangeIndex(21))
    assert table.dtypes.astype(str).to_dict() == {
        **dict.fromkeys([*COLUMNS[:5], "currency", "images", "image_digest"], "str"),
        "price": "float64",
        **dict.fromkeys(["has_text", "has_image"], "bool"),
        **dict.fromkeys(["text_length", "image_width", "image_height"], "int64"),
    }
    first, last = table.iloc[3], table.iloc[-1]
    assert (first.sku, first.image_width, first.image_height) == ("a3", 15, 8)
    assert first.image_digest == catalogue.images.digest(first.image) and len(first.image_digest) == 32
    assert (last.sku, last.has_image, last.image_digest, last.image_width) == ("zero", False, "", 0)
    assert table["text_length"].tolist() == [len(text) for text in product_texts(table)]


def test_a_broken_image_can_make_a_category_too_small(tmp_path):
    rows = [*rows_of("a", 10), *[(f"b{n}", "", "", f"b{n}.jpg", "b", "") for n in range(10)]]
    data = make(tmp_path / "d", rows, {f"b{n}.jpg": jpeg(n) if n else b"no image" for n in range(10)})
    catalogue = read_catalogue(data, "csv")
    assert catalogue.classes == ("a",) and catalogue.account.classes_set_aside == {"b": 9}
    assert catalogue.account.rows_kept == 10
    assert read_catalogue(data, "csv", minimum=9).account.rows_kept == 19


def test_a_placeholder_is_no_image(tmp_path):
    rows = [*rows_of("a", 20), *rows_of("b", 20), *[(f"t{n}", "", "", "none.jpg", "b", "") for n in range(3)]]
    shows = np.arange(43) % 4 == 0
    rows = [
        (*row[:3], "none.jpg" if show else row[3], *row[4:]) for row, show in zip(rows, shows, strict=True)
    ]
    images = {f"{name}{n}.jpg": jpeg(n, (12 + n, 8)) for name in "ab" for n in range(20)}
    images |= {f"b{n}.jpg": jpeg(20 + n) for n in range(20)}
    catalogue = read_catalogue(make(tmp_path / "d", rows, images | {"none.jpg": jpeg(99)}), "csv")
    table, account = catalogue.table, catalogue.account
    assert table["has_image"].tolist() == (~shows[:40]).tolist()
    assert (table["image_digest"] == "").tolist() == shows[:40].tolist()
    assert table["image_width"][0] == table["image_height"][0] == 0
    assert account.placeholders == (Placeholder("none.jpg", 13),)
    assert catalogue.placeholders == (catalogue.images.digest("none.jpg"),)
    assert (account.without_image, account.broken_images) == (10, 0)
    # Nothing is left of products that have no text either.
    assert {each.reason: each.count for each in account.set_aside} == {"no text and no image": 3}
    assert len(set(catalogue.grouping.numbers)) == 40


def test_a_parent_is_read_groups_and_changes_the_fingerprint(tmp_path):
    data = make(tmp_path / "d", rows_of("a", 10))
    plain = read_catalogue(data, "csv")
    table = pd.read_csv(data / "products.csv", keep_default_na=False)
    table.assign(**{"Master product": ["P1", "P1", *[""] * 8]}).to_csv(data / "products.csv", index=False)
    named = read_catalogue(data, "csv", columns={"parent": "Master product"})
    assert named.table["parent"].tolist() == ["P1", "P1", *[""] * 8]
    assert named.grouping.numbers.tolist() == [0, 0, *range(1, 9)]
    assert "parent" not in plain.table.columns
    assert named.fingerprint != plain.fingerprint == read_catalogue(data, "csv").fingerprint


def test_images_named_by_sku(tmp_path):
    data = make(tmp_path / "d", [(f"s{n}", "x", "", "", "a", "") for n in range(10)], {"S3.PNG": jpeg()})
    table = read_catalogue(data, "csv").table
    assert table["has_image"].tolist() == [n == 3 for n in range(10)]
    assert table["image"][3] == "images/S3.PNG"


def test_the_fingerprint_follows_rows_and_images(tmp_path):
    def fingerprint(rows, images, folder):
        return read_catalogue(make(tmp_path / folder, rows, images), "csv").fingerprint

    rows = rows_of("a", 10)
    base = fingerprint(rows, {"a1.jpg": jpeg(1)}, "one")
    assert fingerprint(rows, {"a1.jpg": jpeg(1), "spare.jpg": jpeg(2)}, "two") == base
    assert fingerprint(rows, {"a1.jpg": jpeg(2)}, "three") != base
    changed = [("a0", "another name", *rows[0][2:]), *rows[1:]]
    assert fingerprint(changed, {"a1.jpg": jpeg(1)}, "four") != base


def test_a_sample_leaves_other_images_alone(tmp_path):
    data = make(
        tmp_path / "d", [*rows_of("a", 60), *rows_of("b", 30)], {f"a{n}.jpg": jpeg(n) for n in range(60)}
    )
    seen = []
    sample = read_catalogue(data, "csv", limit=45, seed=1, progress=lambda *step: seen.append(step))
    assert sample.table["category"].value_counts().to_dict() == {"a": 30, "b": 15}
    assert seen == [("images", 30, 30)]
    assert ("over the limit of 45 products", 45) in [
        (each.reason, each.count) for each in sample.account.set_aside
    ]
    assert sample.table["sku"].tolist() == read_catalogue(data, "csv", limit=45, seed=1).table["sku"].tolist()
    assert sample.table["sku"].tolist() != read_catalogue(data, "csv", limit=45, seed=2).table["sku"].tolist()
    assert read_catalogue(data, "csv", limit=1000).account.rows_kept == 90
    with pytest.raises(CatalogueError, match="limit: expected at least 1 row, got 0"):
        read_catalogue(data, "csv", limit=0)


def test_a_table_without_usable_rows(tmp_path):
    data = make(tmp_path / "d", [*rows_of("a", 3), ("x", "y", "", "", "", "")])
    with pytest.raises(
        CatalogueError, match=r"none of the 4 rows .*no category: 1, category with fewer than 10 products: 3"
    ):
        read_catalogue(data, "csv")


def test_a_table_of_another_format_than_named(tmp_path):
    with pytest.raises(CatalogueError, match="is it a Fashion table"):
        read_catalogue(make(tmp_path / "d", rows_of("a", 10)), "fashion")


def test_named_columns(tmp_path):
    data = make(tmp_path / "d", rows_of("a", 10))
    catalogue = read_catalogue(data, "csv", columns={"category": "image"}, minimum=1)
    assert catalogue.label == "image" and catalogue.classes[0] == "a0.jpg"


def test_hard_text_passes_through(tmp_path):
    rows = rows_of("a", 9)
    rows.append(("emoji👟", "حذاء 👟", "x\x00y " + "word " * 25_000, "", "a", "Rs. 1,299"))
    row = read_catalogue(make(tmp_path / "d", rows), "csv").table.iloc[-1]
    assert (row.sku, row["name"], row.price, row.text_length) == ("emoji👟", "حذاء 👟", 1299, 2000)
    assert row.description.startswith("xy word")


# --- in pieces


def test_chunks_drop_nothing_and_agree_with_the_catalogue(messy):
    chunks = list(read_chunks(messy, "csv", chunk_rows=7))
    assert [len(chunk.table) for chunk in chunks] == [7, 7, 7, 5]
    whole = pd.concat([chunk.table for chunk in chunks], ignore_index=True)
    assert whole["sku"].tolist()[-4:] == ["nothing", "single", "textfile", "zero"]
    catalogue = read_catalogue(messy, "csv")
    kept = whole.drop_duplicates("sku").set_index("sku").loc[catalogue.table["sku"]].reset_index()
    columns = ["sku", "name", "description", "image", "category", "price", "has_text", "text_length"]
    pd.testing.assert_frame_equal(kept[columns], catalogue.table[columns])
    assert chunks[0].images.read("a0.jpg") == jpeg(0)


def test_chunks_need_no_label(tmp_path):
    (tmp_path / "t.csv").write_text("sku,name\n1,a\n2,b\n")
    (chunk,) = read_chunks(tmp_path, "csv")
    assert chunk.table["category"].tolist() == ["", ""] and not chunk.table["has_image"].any()
    with pytest.raises(CatalogueError, match="no column 'kind'"):
        list(read_chunks(tmp_path, "csv", label="kind"))
    with pytest.raises(CatalogueError, match="no category column"):
        read_catalogue(tmp_path, "csv")


def test_some_rows_of_a_chunk(messy):
    (chunk,) = read_chunks(messy, "csv")
    assert chunk.take(np.array([2, 0])).table["sku"].tolist() == ["a2", "a0"]


@pytest.mark.parametrize("format", ["csv", "flipkart", "fashion", "bestbuy"])
def test_a_folder_that_is_not_there(tmp_path, format):
    with pytest.raises(CatalogueError, match="no such file or folder"):
        read_catalogue(tmp_path / "nowhere", format)


def test_importing_is_light():
    heavy = "torch tensorflow keras transformers sklearn scipy umap openTSNE onnxruntime streamlit"
    code = f"import sys, core.catalogue.reading; print([m for m in {heavy.split()} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- the real catalogues


@pytest.mark.data
def test_real_flipkart(data_dir):
    catalogue = read_catalogue(data_dir("flipkart"), "flipkart")
    account = catalogue.account
    assert (account.rows_read, account.rows_kept, account.without_image, account.without_text) == (
        735,
        735,
        3,
        0,
    )
    assert account.set_aside == () and account.broken_images == 0
    assert len(catalogue.classes) == 7
    assert catalogue.table["price"].notna().sum() == 734
    assert catalogue.table.query("has_image")[["image_width", "image_height"]].max(axis=1).eq(320).all()


@pytest.mark.data
def test_real_fashion(data_dir):
    catalogue = read_catalogue(data_dir("fashion"), "fashion")
    account = catalogue.account
    assert (account.rows_read, account.rows_kept, len(catalogue.classes)) == (37589, 37001, 24)
    assert account.without_image == account.without_text == account.broken_images == 0
    assert len(account.classes_set_aside) == 45 - 24


@pytest.mark.data
def test_real_bestbuy(data_dir):
    with pytest.raises(CatalogueError, match="category with fewer than 100 products: 33"):
        read_catalogue(data_dir("bestbuy"), "bestbuy")
    catalogue = read_catalogue(data_dir("bestbuy"), "bestbuy", minimum=1)
    assert catalogue.account.rows_kept == 33 and catalogue.account.without_image == 33


@pytest.mark.data
@pytest.mark.parametrize("label", ["category", "fine_category"])
def test_real_photos_are_images_without_text(data_dir, label):
    catalogue = read_catalogue(data_dir("photos"), "csv", label=label, limit=500)
    assert catalogue.table["has_image"].all() and not catalogue.table["has_text"].any()
    assert catalogue.account.without_text == 500 and catalogue.label == label


# --- images


def lines_with(account: Account, *words: str) -> list[str]:
    return [line.strip() for line in account.lines() if any(word in line for word in words)]


def test_the_first_of_several_images_that_opens_is_the_default(tmp_path):
    rows = rows_of("a", 10)
    rows[0] = (*rows[0][:3], "broken.jpg|a0.jpg; a0 copy.jpg;a1.jpg;gone.jpg", *rows[0][4:])
    rows[1] = (*rows[1][:3], "broken.jpg", *rows[1][4:])
    images = {f"a{n}.jpg": jpeg(n, (12 + n, 8)) for n in range(10)}
    images |= {"broken.jpg": b"no image", "a0 copy.jpg": images["a0.jpg"]}
    catalogue = read_catalogue(make(tmp_path / "d", rows, images), "csv", minimum=1)
    first = catalogue.table.iloc[0]
    assert (first["image"], first["images"], first["image_width"]) == ("a0.jpg", '["a0.jpg", "a1.jpg"]', 12)
    assert first["image_digest"] == catalogue.images.digest("a0.jpg")
    assert (catalogue.table["images"][1:] == "").all()
    account = catalogue.account
    assert (account.broken_images, account.without_image) == (2, 1)
    assert lines_with(account, "images found", "missing") == [
        "images found: 12, rows with several: 1",
        "rows whose image file is missing: 1 (gone.jpg)",
    ]
    (chunk,) = read_chunks(tmp_path / "d", "csv")  # before images are opened
    assert chunk.table["images"][0] == '["broken.jpg", "a0.jpg", "a0 copy.jpg", "a1.jpg"]'


def test_a_product_with_a_placeholder_and_an_image_shows_the_image(tmp_path):
    rows = [*rows_of("a", 20), *rows_of("b", 20)]
    images = {f"{name}{n}.jpg": jpeg(n + 20 * (name == "b"), (12 + n, 8)) for name in "ab" for n in range(20)}
    rows = [
        (*row[:3], "none.jpg" if n % 4 == 0 else f"none.jpg|{row[3]}" if n % 4 == 1 else row[3], *row[4:])
        for n, row in enumerate(rows)
    ]
    catalogue = read_catalogue(make(tmp_path / "d", rows, images | {"none.jpg": jpeg(99)}), "csv")
    table = catalogue.table
    assert table["has_image"].tolist() == [n % 4 != 0 for n in range(40)]
    assert table["image"].tolist()[:3] == ["none.jpg", "a1.jpg", "a2.jpg"]
    assert (table["images"] == "").all()
    assert catalogue.account.placeholders == (Placeholder("none.jpg", 20),)


def test_further_images_are_part_of_the_fingerprint(tmp_path):
    rows = rows_of("a", 10)
    images = {f"a{n}.jpg": jpeg(n, (12 + n, 8)) for n in range(10)}
    plain = read_catalogue(make(tmp_path / "d", rows, images), "csv").fingerprint
    rows[0] = (*rows[0][:3], "a0.jpg|a1.jpg", *rows[0][4:])
    assert read_catalogue(make(tmp_path / "d", rows, images), "csv").fingerprint != plain


def test_an_image_by_sku_is_never_anothers_however_the_table_is_read(tmp_path):
    rows = [(str(n), f"product {n}", "", f"{41 - n}.jpg" if n > 20 else "", "a", "") for n in range(1, 41)]
    data = make(tmp_path / "d", rows, {f"{n}.jpg": jpeg(n) for n in range(1, 21)} | {"5_1.jpg": jpeg(55)})
    whole = read_catalogue(data, "csv").table
    expected = ["5_1.jpg" if n == 5 else f"{41 - n}.jpg" if n > 20 else "" for n in range(1, 41)]
    assert [name.removeprefix("images/") for name in whole["image"]] == expected
    parts = pd.concat([chunk.table for chunk in read_chunks(data, "csv", chunk_rows=7)])
    assert parts["image"].tolist() == whole["image"].tolist()


def test_images_in_cells_are_read_like_files(tmp_path):
    contents = [jpeg(n, (12 + n, 8)) for n in range(10)]
    cells = [base64.b64encode(content).decode() for content in contents]
    cells[1] = f"data:image/jpeg;base64,{cells[1]}"
    cells[2] = cells[2][:60]
    rows = [(f"a{n}", f"a no {n}", "", cell, "a", "") for n, cell in enumerate(cells)]
    catalogue = read_catalogue(make(tmp_path / "d", rows), "csv", minimum=1)
    table = catalogue.table
    assert table["image_width"].tolist() == [12, 13, 0, *range(15, 22)]
    assert table["image_digest"][1] == bytes_digest(contents[1])
    assert catalogue.images.read(table["image"][0]) == contents[0]
    assert catalogue.account.images.found == 10 and catalogue.account.broken_images == 1


def test_two_unicode_forms_of_names_and_files(tmp_path):
    names = [unicodedata.normalize(form, f"Stühl{n}.jpg") for n, form in enumerate(["NFC", "NFD"] * 5)]
    rows = [(f"a{n}", f"a no {n}", "", name, "a", "") for n, name in enumerate(names)]
    files = {
        unicodedata.normalize("NFD" if n % 2 == 0 else "NFC", name): jpeg(n) for n, name in enumerate(names)
    }
    assert read_catalogue(make(tmp_path / "d", rows, files), "csv").account.without_image == 0


@pytest.mark.parametrize("halves", ["\\ud800", "\\udfff\\ud800", "mug \\ud83d"])
def test_halves_of_letters_in_json_become_signs_that_can_be_written(tmp_path, halves):
    rows = [f'{{"sku": "{n}", "name": "{halves} {n}", "category": "{halves} {n % 2}"}}' for n in range(20)]
    file = tmp_path / "products.json"
    file.write_text(f"[{', '.join(rows)}]")
    table = read_catalogue(file, minimum=5).table
    assert table["category"].nunique() == 2 and len(table) == 20
    for cell in (*table["name"], *table["category"]):
        assert "\ufffd" in cell.encode().decode()
    file.write_text(f'[{{"name{halves}": "mug", "category{halves}": "Mugs"}}]')
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(file)
    assert "\n" not in str(refusal.value).strip() and str(refusal.value).encode()
