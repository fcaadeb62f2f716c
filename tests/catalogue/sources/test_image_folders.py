from pathlib import PurePosixPath

import pytest

from core.catalogue.sources.image_folders import LEADS_OUTSIDE, image_paths, is_hidden, read_images
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import counts, rows_of, source


def read(folder, *images):
    return read_images(source(folder), images)


def test_a_folder_per_category(tmp_path):
    table = read(tmp_path, "data/Mugs/1.jpg", "data/Mugs/2.jpg", "data/Lamps/Desk/3.jpg")
    assert (table.kind, table.columns) == ("images", ("image", "category"))
    assert rows_of(table) == [
        ["data/Mugs/1.jpg", "Mugs"], ["data/Mugs/2.jpg", "Mugs"], ["data/Lamps/Desk/3.jpg", "Lamps > Desk"],
    ]  # fmt: skip
    assert table.problems.notes == ["no table: 3 images, whose 2 folders are the categories"]


def test_splits_are_no_categories(tmp_path):
    table = read(tmp_path, "train/Mugs/1.jpg", "Test/Mugs/2.jpg", "valid/Lamps/3.jpg")
    assert table.columns == ("image", "category", "split")
    assert [row[1:] for row in rows_of(table)] == [
        ["Mugs", "train"],
        ["Mugs", "test"],
        ["Lamps", "validation"],
    ]


def test_a_category_may_be_called_test(tmp_path):
    assert [row[1] for row in rows_of(read(tmp_path, "test/1.jpg", "Mugs/2.jpg"))] == ["test", "Mugs"]


def test_images_outside_of_folders_have_no_category(tmp_path):
    assert [row[1] for row in rows_of(read(tmp_path, "1.jpg", "Mugs/2.jpg"))] == ["", "Mugs"]


@pytest.mark.parametrize(
    "images", [["1.jpg", "2.jpg"], ["images/1.jpg", "images/2.jpg"], ["train/1.jpg", "test/2.jpg"]]
)
def test_no_categories(tmp_path, images):
    with pytest.raises(CatalogueError, match="2 images, but no table and no folder per category"):
        read(tmp_path, *images)


def test_image_files_of_a_folder(tmp_path):
    for name in ("b/2.PNG", "b/10.jpg", "a/x.txt", ".hidden/3.jpg", "__MACOSX/b/._2.jpg", "b/.4.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    assert image_paths(tmp_path) == ["b/10.jpg", "b/2.PNG"]
    assert is_hidden(PurePosixPath("a/.b/c")) and not is_hidden(PurePosixPath("a/b.c"))


def test_links_that_lead_outside_are_counted(tmp_path):
    outside, folder = tmp_path / "store", tmp_path / "data"
    outside.mkdir()
    (outside / "1.jpg").touch()
    (folder / "Mugs").mkdir(parents=True)
    (folder / "Mugs" / "2.jpg").touch()
    (folder / "Mugs" / "1.jpg").symlink_to(outside / "1.jpg")
    (folder / "Lamps").mkdir()
    (folder / "Lamps" / "3.jpg").symlink_to(folder / "Mugs" / "2.jpg")
    table = read_images(source(folder), image_paths(folder), folder)
    assert [row[0] for row in rows_of(table)] == ["Lamps/3.jpg", "Mugs/2.jpg"] and counts(table) == {
        LEADS_OUTSIDE: 1
    }
