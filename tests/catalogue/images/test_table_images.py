"""Which images rows have, and what is said of those that were not found."""

import base64
import json

import pandas as pd
import pytest

from core.catalogue.images.account import Counted
from core.catalogue.images.files import ImageFiles
from core.catalogue.images.names import fetched_stem
from core.catalogue.images.row_images import RowImages
from core.catalogue.images.stores import LEADS_OUTSIDE
from core.catalogue.images.table_images import TableImages, no_images
from core.common.errors import ImageError
from tests.catalogue.frames import frame_of


def rows(**cells: list[str]) -> pd.DataFrame:
    return frame_of(**cells)


def images_in(folder, *names: str) -> ImageFiles:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return ImageFiles(folder)


def found(files, chunk):
    images = TableImages(files, lambda: [chunk])
    return images.of(chunk), images.account()


def test_all_images_of_a_list_in_its_order(tmp_path):
    files = images_in(tmp_path, "a.jpg", "b.jpg", "sub/c.jpg")
    chunk = rows(sku=["1", "2", "3"], image=["b.jpg|a.jpg", "gone.jpg;sub/c.jpg;c.jpg", "a.jpg"])
    names, account = found(files, chunk)
    assert names == [("b.jpg", "a.jpg"), ("sub/c.jpg",), ("a.jpg",)]  # c.jpg is the same file
    assert (account.found, account.unnamed, account.several) == (3, 0, 1)
    assert account.missing == Counted(1, ("gone.jpg",))


def test_fetched_images_of_a_list_of_addresses(tmp_path):
    one, two, three = (f"http://x.example/{n}/front.jpg" for n in range(3))
    files = images_in(tmp_path, f"{fetched_stem(one)}.jpg", f"{fetched_stem(two)}.png")
    names, account = found(files, rows(sku=["1", "2"], image=[f"{two},{one},{three}", three]))
    assert names == [(f"{fetched_stem(two)}.png", f"{fetched_stem(one)}.jpg"), ()]
    assert account.not_fetched == 1 and account.missing.count == 0


def test_images_named_by_sku(tmp_path):
    files = images_in(tmp_path, "A.jpg", "A_2.jpg", "A-1.png", "b_1.jpg", "c.jpg", "x/d.jpg", "y/d.jpg")
    names, account = found(files, rows(sku=["A", "B", "c", "d", "e"], name=list("ABcde")))
    assert names == [("A.jpg", "A-1.png", "A_2.jpg"), ("b_1.jpg",), ("c.jpg",), (), ()]
    assert account.ambiguous == Counted(1, ("d",))
    assert (account.found, account.unnamed, account.several) == (7, 2, 1)


def test_never_an_image_that_another_row_names(tmp_path):
    files = images_in(tmp_path, "1.jpg", "2.jpg", "3.jpg", "3_1.jpg", "4.jpg")
    chunk = rows(sku=["1", "2", "3", "4"], image=["", "1.jpg", "", "3_1.jpg|4.jpg"])
    assert found(files, chunk)[0] == [(), ("1.jpg",), ("3.jpg",), ("3_1.jpg", "4.jpg")]


def test_never_an_image_that_is_called_by_another_rows_sku(tmp_path):
    files = images_in(tmp_path, "A.jpg", "A-2.jpg", "A-2_1.jpg", "b.jpg")
    names, _ = found(files, rows(sku=["A", "A-2", "B", "b"], name=list("1234")))
    assert names == [("A.jpg",), ("A-2.jpg", "A-2_1.jpg"), (), ("b.jpg",)]


def test_the_whole_table_is_read_only_if_a_sku_may_name_an_image(tmp_path):
    read = []
    files = images_in(tmp_path, "a.jpg", "s.jpg")

    def chunks():
        read.append(1)
        return [rows(sku=["9"], image=["s.jpg"])]

    images = TableImages(files, chunks)
    assert images.of(rows(sku=["1", "2"], image=["a.jpg", "gone.jpg"])) == [("a.jpg",), ()]
    assert not read
    for _ in range(2):
        assert images.of(rows(sku=["s"], image=[""])) == [()]
    assert read == [1]


def test_what_is_missing_and_ambiguous_is_named(tmp_path):
    files = images_in(tmp_path, "x/7.jpg", "y/7.jpg", "8.jpg")
    cells = [f"{n}.png" for n in range(6)] + ["0.png", "7.jpg", "7.jpg", ""]
    _, account = found(files, rows(sku=[f"s{n}" for n in range(10)], image=cells))
    assert account.missing == Counted(7, tuple(f"{n}.png" for n in range(5)))
    assert account.ambiguous == Counted(2, ("7.jpg",))
    assert list(account.lines()) == [
        "images found: 3, files of no row: 3",
        "rows whose image file is missing: 7 (0.png, 1.png, 2.png, 3.png, 4.png, ...)",
        "rows whose image name fits several files: 2 (7.jpg, ...)",
    ]


def test_refused_links_are_said(tmp_path):
    (tmp_path / "far.jpg").write_text("far")
    files = images_in(tmp_path / "images", "a.jpg")
    (tmp_path / "images" / "b.jpg").symlink_to(tmp_path / "far.jpg")
    _, account = found(ImageFiles(tmp_path / "images"), rows(sku=["1", "2"], image=["a.jpg", "b.jpg"]))
    assert account.refused == {LEADS_OUTSIDE: Counted(1, ("b.jpg",))}
    assert list(account.lines())[-1] == "image files not read: 1 (b.jpg), links that lead out of the folder"
    assert account.missing.count == 1 and len(files) == 1


def test_images_in_cells():
    content = b"\xff\xd8\xff\xe0" + bytes(range(256))
    text = base64.b64encode(content).decode()
    files = ImageFiles(None)
    cells = [text, f"data:image/jpeg;base64,{text}", "data:image/png;base64,iVBOR", f'["{text}", "a.jpg"]']
    names, account = found(files, rows(sku=list("1234"), image=cells))
    assert names[0] == names[1] == names[3]
    assert files.read(names[0][0]) == content and files.digest(names[0][0]) in names[0][0]
    assert files.read(names[2][0]) == cells[2].encode()  # it counts as an image that cannot be opened
    assert (account.found, account.unnamed, account.missing.count) == (2, 0, 1)


def test_images_in_the_tables_rows(tmp_path):
    contents = {f"parquet:my shop.parquet#{n}/image": b"bytes %d" % n for n in range(2)}

    def read(reference: str) -> bytes:
        if reference not in contents:
            raise ImageError(f"{reference}: no image in this cell")
        return contents[reference]

    table = tmp_path / "my shop.parquet"
    table.write_text("table")
    files = ImageFiles(None, [RowImages(table, read)])
    one, two = contents
    names, account = found(files, rows(sku=["1", "2", "3"], image=[one, "", json.dumps([two, one])]))
    assert names == [(one,), (), (two, one)]
    assert (account.found, account.unnamed, account.several) == (2, 0, 1)
    assert files.read(one) == b"bytes 0"
    with pytest.raises(ImageError, match="no image in this cell"):
        files.read("parquet:my shop.parquet#2/image")
    before = files.stamp(one)
    table.write_text("another table")
    assert before.startswith(one) and files.stamp(one) not in ("", before)
    table.unlink()
    assert files.stamp(one) == ""


def test_no_images_are_needed():
    assert no_images().of(rows(sku=["1"], image=["a.jpg"])) == [()]
