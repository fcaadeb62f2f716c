"""Images by name, from folders and zips as people have them."""

import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.catalogue.images.digest import bytes_digest
from core.catalogue.images.files import ImageFiles
from core.catalogue.images.finding import find_images
from core.common.errors import CatalogueError, ImageError


def make_zip(file: Path, *names: str) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return file


def make_folder(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


@pytest.fixture(params=["zip", "folder"])
def images_of(request, tmp_path):
    def make(*names: str) -> ImageFiles:
        if request.param == "zip":
            return ImageFiles(make_zip(tmp_path / "images.zip", *names))
        return ImageFiles(make_folder(tmp_path / "images", *names))

    return make


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("7.jpg", "7.jpg"),
        ("7.jpg", "images/7.jpg"),
        ("7.jpg", "train/images/7.jpg"),
        ("7.jpg", r"train\7.jpg"),
        ("7.jpg", "./7.jpg"),
        ("images/7.jpg", "7.jpg"),
        ("images/7.jpg", "images/7.jpg"),
        ("data/images/7.jpg", "images/7.jpg"),
        ("data/images/7.jpg", "7.jpg"),
        ("data/images/7.JPG", "7.jpg"),
        ("images/a.jpg", "A.JPG"),
        ("images/fruit/7.jpg", "fruit/7.jpg"),
        ("images/fruit/7.jpg", "images/fruit/7.jpg"),
        ("images/fruit/7.jpg", "7.jpg"),
    ],
)
def test_ways_to_name_an_image(images_of, entry, name):
    images = images_of(entry, "images/other/8.jpg")
    assert name in images
    assert images.read(name) == entry.encode()
    assert images.digest(name) == bytes_digest(entry.encode())


def test_an_ambiguous_name_finds_no_image(images_of):
    images = images_of("images/fruit/7.jpg", "images/shoes/7.jpg", "images/fruit/8.jpg", "images/9.jpg")
    assert images.read("shoes/7.jpg") == b"images/shoes/7.jpg"
    assert "7.jpg" not in images
    assert "shoes/8.jpg" not in images  # not the fruit of that number
    assert images.read("shoes/9.jpg") == b"images/9.jpg"


def test_equal_files_of_one_name_are_no_ambiguity(tmp_path):
    for name, content in (("x/7.jpg", b"a"), ("y/7.jpg", b"a"), ("x/8.jpg", b"a"), ("y/8.jpg", b"b")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    images = ImageFiles(tmp_path)
    assert images.read("7.jpg") == b"a" and images.named("7") == "x/7.jpg"
    assert "8.jpg" not in images and images.named("8") is None


def test_the_case_decides_between_two_images(tmp_path):
    images = ImageFiles(make_zip(tmp_path / "images.zip", "a.jpg", "A.jpg"))
    assert images.read("a.jpg") == b"a.jpg" and images.read("A.jpg") == b"A.jpg"
    assert "a.JPG" not in images


def test_named_by_sku(images_of):
    images = images_of("images/B07X.png", "images/two.jpg", "images/sub/two.png", "images/notes.txt")
    assert images.named("b07x") == "images/B07X.png"
    assert images.named("two") is None and images.named("notes") is None and images.named("") is None


def test_files_that_are_not_catalogue_images_are_ignored(tmp_path):
    archive = make_zip(
        tmp_path / "images.zip", "images/1.jpg", "../2.jpg", "/etc/3.jpg", r"..\4.jpg", "C:/5.jpg",
        "__MACOSX/images/._1.jpg", "images/.DS_Store", "images/",
    )  # fmt: skip
    images = ImageFiles(archive)
    assert len(images) == 1
    for name in ("2.jpg", "../2.jpg", "3.jpg", "/etc/3.jpg", "4.jpg", "5.jpg", ".DS_Store"):
        assert name not in images


def test_nothing_outside_the_folder_is_read(tmp_path):
    secret = tmp_path / "secret.jpg"
    secret.write_text("secret")
    folder = make_folder(tmp_path / "images", "1.jpg")
    (folder / "link.jpg").symlink_to(secret)
    (folder / "same.jpg").symlink_to(folder / "1.jpg")
    images = ImageFiles(folder)
    for name in ("link.jpg", "../secret.jpg", str(secret)):
        assert name not in images
        with pytest.raises(ImageError, match="no such image"):
            images.read(name)
    assert images.read("same.jpg") == b"1.jpg"


def test_an_invalid_zip(tmp_path):
    (tmp_path / "images.zip").write_text("this is text")
    with pytest.raises(CatalogueError, match=r"images\.zip: not a zip"):
        find_images(tmp_path)


def test_a_damaged_entry(tmp_path):
    archive = make_zip(tmp_path / "images.zip", "1.jpg", "2.jpg")
    content = archive.read_bytes().replace(b"1.jpg1.jpg", b"1.jpg1.jpX")
    archive.write_bytes(content)
    images = ImageFiles(archive)
    with pytest.raises(ImageError, match=r"1\.jpg: cannot be read"):
        images.read("1.jpg")
    assert images.read("2.jpg") == b"2.jpg"


def test_an_encrypted_entry(tmp_path):
    archive = make_zip(tmp_path / "images.zip", "1.jpg")
    content = bytearray(archive.read_bytes())
    content[6] |= 1  # the flag in the entry's own header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    archive.write_bytes(content)
    with pytest.raises(ImageError, match="cannot be read"):
        ImageFiles(archive).read("1.jpg")


def test_too_many_bytes(images_of, monkeypatch):
    monkeypatch.setattr("core.catalogue.images.stores.LARGEST", 4)
    with pytest.raises(ImageError, match="5 bytes, more than the limit of 4"):
        images_of("1.jpg").read("1.jpg")


def test_places_where_images_are_looked_for(tmp_path):
    table = tmp_path / "table.csv"
    table.touch()
    assert len(find_images(tmp_path)) == 0
    make_folder(tmp_path, "beside.jpg")
    assert "beside.jpg" in find_images(tmp_path)
    make_zip(tmp_path / "Images.zip", "zipped.jpg")
    assert "zipped.jpg" in find_images(tmp_path)
    (tmp_path / "images").mkdir()
    assert "zipped.jpg" in find_images(table)
    make_folder(tmp_path / "images", "filed.jpg")
    assert "filed.jpg" in find_images(table)
    assert "zipped.jpg" in find_images(tmp_path / "Images.zip")
    with pytest.raises(CatalogueError, match="no such file or folder"):
        find_images(tmp_path / "nowhere")


def test_no_images():
    images = ImageFiles(None)
    assert len(images) == 0 and "1.jpg" not in images and "" not in images
    with pytest.raises(ImageError, match=r"1\.jpg: no such image in a catalogue without images"):
        images.read("1.jpg")


def test_many_threads_read_one_zip(tmp_path):
    names = [f"images/{n}.jpg" for n in range(200)]
    images = ImageFiles(make_zip(tmp_path / "images.zip", *names))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(images.read, names * 5)) == [name.encode() for name in names * 5]


@pytest.mark.data
def test_real_images(data_dir):
    assert len(find_images(data_dir("flipkart"))) == 732
    assert len(find_images(data_dir("fashion"))) == 37589
    assert "grocery/00000.jpg" in find_images(data_dir("photos"))
