"""Images that stand in cells."""

import base64
import io
import textwrap

import pytest
from PIL import Image

from core.catalogue.images.cells import CellImages, image_data
from core.catalogue.values.image_data import is_image_data
from core.common.errors import ImageError


def drawn(ending: str) -> bytes:
    stream = io.BytesIO()
    Image.radial_gradient("L").resize((20, 20)).convert("RGB").save(stream, ending)
    return stream.getvalue()


@pytest.mark.parametrize("ending", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
def test_base64_of_every_format(ending):
    content = drawn(ending)
    text = base64.b64encode(content).decode()
    for cell in (
        text,
        text.rstrip("="),
        "\n".join(textwrap.wrap(text, 76)),
        base64.urlsafe_b64encode(content).decode(),
        f"data:image/{ending.lower()};base64,{text}",
        f"data:image/{ending.lower()};charset=utf-8;base64, {text}",
    ):
        assert is_image_data(cell)
        assert image_data(cell) == content


def test_an_address_of_data_that_is_not_base64():
    assert image_data("data:image/svg+xml,%3Csvg%2F%3E") == b"<svg/>"


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "a.jpg",
        "/9j/a.jpg",
        "/9j/" + "folder/" * 20 + "a.jpg",
        "Qk1",
        "https://x.example/" + "a" * 99,
        "data:text/csv,a",
    ],
)
def test_names_and_addresses_are_no_data(cell):
    assert not is_image_data(cell)


def test_damaged_base64():
    with pytest.raises(ImageError, match="an image in a cell is damaged"):
        image_data("data:image/png;base64,iVBOR")


def test_an_image_is_kept_once():
    cells = CellImages()
    one, two = cells.add(b"one"), cells.add(b"two")
    assert cells.add(b"one") == one != two
    assert (cells.read(one), cells.read(two)) == (b"one", b"two")
    assert one in cells and cells.stamp(one) == one and "cell:0" not in cells
    assert CellImages().add(b"one") == one
