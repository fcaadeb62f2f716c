"""Where images are looked for."""

import os
import zipfile

import pytest

from core.catalogue.images.finding import find_images
from core.common.errors import CatalogueError


def put(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def pack(file, *names):
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, f"{file.name}/{name}")


@pytest.mark.parametrize(
    "folder",
    [
        "images",
        "Images",
        "pictures",
        "img",
        "photos",
        "Bilder",
        "media/catalog/product",
        "pub/media/catalog/product",
    ],
)
def test_names_of_folders(tmp_path, folder):
    put(tmp_path, f"{folder}/a/b/ab.jpg", "logo.png", "other/c.jpg")
    for data in (tmp_path, tmp_path / "logo.png"):
        images = find_images(data)
        assert len(images) == 1
        assert "ab.jpg" in images and "/a/b/ab.jpg" in images and "logo.png" not in images


def test_several_folders_and_zips_side_by_side(tmp_path):
    put(tmp_path, "images/a.jpg", "images/both.jpg", "photos/b.jpg", "photos/both.jpg")
    pack(tmp_path / "images-2.zip", "images/c.jpg")
    pack(tmp_path / "Photos part 3.zip", "d.jpg")
    pack(tmp_path / "backup.zip", "a.jpg")
    images = find_images(tmp_path)
    assert images.read("a.jpg") == b"images/a.jpg" and images.read("b.jpg") == b"photos/b.jpg"
    assert images.read("c.jpg") == images.read("images/c.jpg") == b"images-2.zip/images/c.jpg"
    assert images.read("d.jpg") == b"Photos part 3.zip/d.jpg"
    assert "both.jpg" not in images and len(images.matches("both.jpg")) == 2
    assert images.read("photos/both.jpg") == b"photos/both.jpg"
    assert images.stamp("d.jpg") and images.stamp("b.jpg").startswith("b.jpg 12")


def test_an_unpacked_zip_beside_its_folder(tmp_path):
    put(tmp_path, "images/a.jpg", "images/sub/b.jpg")
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for name in ("a.jpg", "sub/b.jpg"):
            archive.write(tmp_path / "images" / name, f"images/{name}")
        archive.writestr("images/c.jpg", "c")
    images = find_images(tmp_path)
    assert images.matches("a.jpg") == ("images/a.jpg",)
    assert images.matches("b.jpg") == images.matches("b") == ("images/sub/b.jpg",)
    assert images.read("c.jpg") == b"c"


def test_a_zip_of_any_name_that_holds_images(tmp_path):
    pack(tmp_path / "table.zip", "products.csv")
    pack(tmp_path / "shop-export.zip", "x/a.jpg")
    (tmp_path / "broken.zip").write_text("no zip")
    assert "a.jpg" in find_images(tmp_path)


def test_images_in_folders_without_a_table(tmp_path):
    put(tmp_path, "Mugs/7.jpg", "Lamps/8.jpg", "products.csv")
    assert "Mugs/7.jpg" in find_images(tmp_path)
    assert len(find_images(tmp_path / "products.csv")) == 0  # the folder may be anybody's


def test_a_damaged_zip_that_should_hold_the_images(tmp_path):
    (tmp_path / "pictures.zip").write_text("no zip")
    with pytest.raises(CatalogueError, match=r"pictures\.zip: not a zip"):
        find_images(tmp_path)


@pytest.mark.usefixtures("never_blocked")
@pytest.mark.parametrize("pipe", ["a.zip", "images.zip", "images", "b.jpg", "images/b.jpg"])
def test_a_pipe_holds_no_images(tmp_path, pipe):
    put(tmp_path, "products.csv", "c.jpg" if pipe != "images/b.jpg" else "images/c.jpg")
    os.mkfifo(tmp_path / pipe)
    for data in (tmp_path, tmp_path / "products.csv"):
        images = find_images(data)
        assert "c.jpg" in images and "b.jpg" not in images
