"""Which file an image is kept in, and that the readers look there."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalogue.images.files import ImageFiles
from core.catalogue.images.finding import find_images
from core.catalogue.images.names import fetched_stem
from core.catalogue.read_options import ReadOptions
from core.catalogue.recognition import recognise
from core.common.errors import CatalogueError
from core.downloads.plan import Present, Row, Target, count_with_image, found_image, plan, read_rows
from tests.servers import image

FRONT, BACK = "http://x.example/a/front.jpg", "http://x.example/b/front.jpg"


def rows_of(
    data: Path, format: str, addresses: str | None = None, columns: dict[str, str] | None = None
) -> Iterator[Row]:
    return read_rows(recognise(data, ReadOptions(format, columns=columns, addresses=addresses)))


def write(file: Path, header: str, *rows: tuple) -> Path:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header.split(","), *rows])
    return file


def fetched(folder: Path, rows: list[Row], ending: str = ".png") -> list[Row]:
    """Put an image where the plan says; return the rows whose image the reader then finds."""
    folder.mkdir(exist_ok=True)
    for each in plan(rows):
        for target in each.targets:
            (folder / target.file(ending)).write_bytes(each.address.encode())
    images = ImageFiles(folder)
    named = {row: found_image(images, row.name, row.image_url, row.sku) for row in rows}
    return [row for row, name in named.items() if name and images.read(name) == row.address.encode()]


def test_flipkart_rows(tmp_path):
    cells = [json.dumps([FRONT, BACK]), json.dumps([BACK]), "[]"]
    write(tmp_path / "f.csv", "uniq_id,product_name,image", *((n, "x", c) for n, c in enumerate(cells)))
    rows = list(rows_of(tmp_path, "flipkart"))
    assert [row.address for row in rows] == [FRONT, BACK, ""]
    assert [row.name for row in rows] == ["front.jpg", "front.jpg", ""]
    assert [each.targets for each in plan(rows)] == [(Target(fetched_stem(url)),) for url in (FRONT, BACK)]
    assert fetched(tmp_path / "images", rows) == rows[:2]


def test_bestbuy_json(tmp_path):
    products = [{"sku": 1, "name": "a", "image": FRONT, "big": BACK}, {"sku": 2, "name": "b", "image": None}]
    (tmp_path / "products.json").write_text(json.dumps(products))
    assert [row.address for row in rows_of(tmp_path, "bestbuy")] == [FRONT, ""]
    rows = list(rows_of(tmp_path, "bestbuy", "big"))
    assert [row.address for row in rows] == [BACK, ""]
    assert fetched(tmp_path / "images", rows) == rows[:1]
    with pytest.raises(CatalogueError, match="no column 'none'"):
        list(rows_of(tmp_path, "bestbuy", "none"))


def test_bestbuy_table_names_the_files_itself(tmp_path):
    write(
        tmp_path / "processed_products_with_images.csv",
        "sku,name,image,image_path,class_id",
        ("1", "a", FRONT, "data/images/1.jpg", "k"),
        ("2", "b", BACK, "", "k"),
        ("3", "c", "http://x.example/c/3.jpg", "left/same.jpg", "k"),
        ("4", "d", "http://x.example/c/4.jpg", "right/same.jpg", "k"),
        ("5", "e", "http://x.example/c/5.jpg", "data/images/../../../CON.jpg", "k"),
    )
    rows = list(rows_of(tmp_path, "bestbuy"))
    targets = [each.targets[0] for each in plan(rows)]
    assert targets[0] == Target("1", ".jpg")
    assert targets[1:] == [Target(fetched_stem(row.address)) for row in rows[1:]]
    assert fetched(tmp_path / "images", rows) == rows


def test_addresses_in_a_column_other_than_the_image_column(tmp_path):
    write(tmp_path / "t.csv", "sku,name,image,elsewhere", ("A-1", "a", "", FRONT), ("a/2", "b", "", BACK))
    rows = list(rows_of(tmp_path, "csv", "Elsewhere"))
    assert [each.targets for each in plan(rows)] == [(Target("A-1"),), (Target(fetched_stem(BACK)),)]
    assert fetched(tmp_path / "images", rows) == rows[:1]
    with pytest.raises(CatalogueError, match=r"no column 'foto' among sku, name, image, elsewhere"):
        list(rows_of(tmp_path, "csv", "foto"))


def test_a_table_of_file_names_and_links(tmp_path):
    write(tmp_path / "images.csv", "filename,link", ("15970.jpg", FRONT), ("6394.jpg", BACK))
    rows = list(rows_of(tmp_path / "images.csv", "csv", "link"))
    assert [each.targets for each in plan(rows)] == [(Target("15970", ".jpg"),), (Target("6394", ".jpg"),)]
    assert fetched(tmp_path / "images", rows) == rows


def test_columns_can_be_named_as_for_build(tmp_path):
    write(tmp_path / "t.csv", "Nummer,Bild", ("7", FRONT))
    assert [row.address for row in rows_of(tmp_path, "csv", columns={"image": "Bild"})] == [FRONT]
    (row,) = rows_of(tmp_path, "csv", "Bild")
    assert (row.sku, row.address, row.image_url) == ("7", FRONT, FRONT)
    assert plan([row])[0].targets == (Target(fetched_stem(FRONT)),)  # for build --columns image=Bild


def test_an_address_of_several_rows_is_fetched_once():
    rows = [Row("1", "front.jpg", FRONT, FRONT), Row("2", "front.jpg", FRONT, FRONT)]
    (wanted,) = plan(rows)
    assert wanted.targets == (Target(fetched_stem(FRONT)),) and wanted.rows == tuple(rows)
    (wanted,) = plan([Row("1", "", "", FRONT), Row("2", "", "", FRONT)])
    assert wanted.targets == (Target("1"), Target("2"))


def test_names_that_differ_in_case_only_are_not_shared():
    rows = [Row("a", "", "", FRONT), Row("A", "", "", BACK)]
    assert [each.targets for each in plan(rows)] == [(Target("a"),), (Target(fetched_stem(BACK)),)]


def test_the_image_of_another_address_is_not_used(tmp_path):
    rows = [Row("1", "front.jpg", FRONT, FRONT), Row("2", "front.jpg", BACK, BACK)]
    (tmp_path / f"{fetched_stem(FRONT)}.jpg").write_bytes(image())
    assert count_with_image(rows, tmp_path) == 1
    front, back = plan(rows)
    present = Present(tmp_path, [front, back])
    assert present.find(front) == (f"{fetched_stem(FRONT)}.jpg",) and present.find(back) is None


def test_images_that_the_reader_finds_are_present(tmp_path):
    rows = [
        Row("1", "own.jpg", "http://x.example/own.jpg", "http://x.example/own.jpg"),
        Row("2", "other.jpg", "http://x.example/other.jpg", "http://x.example/other.jpg"),
        Row("3", "front.jpg", FRONT, FRONT),
        Row("4", "front.jpg", BACK, BACK),
        Row("5", "cut.jpg", "http://x.example/cut.jpg", "http://x.example/cut.jpg"),
    ]
    content = image(side=200)
    for name in ("own.jpg", "2.png", "front.jpg"):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "cut.jpg").write_bytes(content[:-40])
    wanted = plan(rows)
    present = Present(tmp_path, wanted)
    assert [present.find(each) for each in wanted] == [("own.jpg",), ("2.png",), None, None, None]
    assert [Present(tmp_path / "nowhere", wanted).find(each) for each in wanted] == [None] * 5


def test_the_report_is_not_taken_for_a_table(tmp_path):
    write(tmp_path / "any.csv", "uniq_id,product_name,image", ("1", "x", FRONT))
    write(tmp_path / "fetch-report.csv", "url,file,outcome,reason", (FRONT, "", "failed", "x"))
    for format in ("flipkart", "csv"):
        (chunk,) = recognise(tmp_path, ReadOptions(format)).frames()
        assert len(chunk) == 1
    assert len(find_images(tmp_path)) == 0
