"""Image cells: every style of list, and names that hold what separates entries elsewhere."""

import base64
import io
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.catalogue.values.image_cells import gather_images, is_address, looks_like_image, split_images
from core.catalogue.values.image_data import data_bytes, is_data

A, B = "https://x.example/a.jpg", "https://x.example/b.jpg?v=1"


@pytest.mark.parametrize(
    "cell",
    [
        f"{A},{B}", f"{A}, {B}", f"{A};{B}", f"{A} ; {B}", f"{A}|{B}", f"{A} | {B}", f"{A} {B}", f"{A}\n{B}",
        f"{A}\t{B}",
        f"{A},\n{B},", f'["{A}", "{B}"]', f"['{A}', '{B}']", f"[{A}, {B}]", f"['{A}' '{B}']",
        f"({A!r}, {B!r})",
        f"{{{A},{B}}}", json.dumps([A, B]).replace("/", r"\/"), f'[{{"url": "{A}"}}, {{"url": "{B}"}}]',
        f"[{{'src': '{A}', 'alt': 'cup'}}, {{'src': '{B}', 'alt': None}}]",
        f'{{"images": [{{"link": "{A}"}}, {{"link": "{B}"}}]}}',
        f'{{"hi_res": ["{A}", null], "large": ["z", "{B}"]}}',
        f'[{{"hi_res": null, "large": "{A}", "thumb": "z"}}, {{"hi_res": "{B}", "large": "z"}}]',
        f'{{"edges": [{{"node": {{"url": "{A}"}}}}, {{"node": {{"url": "{B}"}}}}]}}',
        f'<p><img src="{A}" alt="x"><IMG alt=y src={B}></p>', f"{A} ! alt : a, b ! title : c | {B}",
        f"{A}, {B}, {A}",
    ],
)  # fmt: skip
def test_lists_of_addresses(cell):
    assert split_images(cell) == [A, B]
    assert looks_like_image(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "a.jpg|b.PNG", "a.jpg, b.PNG", "a.jpg,b.PNG", "a.jpg;b.PNG", "a.jpg ; b.PNG", "a.jpg b.PNG",
        "a.jpg\nb.PNG", '["a.jpg", "b.PNG"]', "['a.jpg', 'b.PNG']", "[a.jpg, b.PNG]", "{a.jpg,b.PNG}",
        '{"path": ["a.jpg", "b.PNG"]}', "'a.jpg', 'b.PNG'", "./a.jpg, ./b.PNG", ".\\a.jpg|.\\b.PNG",
        "a.jpg?v=1, b.PNG", "a.jpg,,b.PNG,",
    ],
)  # fmt: skip
def test_lists_of_files(cell):
    assert split_images(cell) == ["a.jpg", "b.PNG"]


@pytest.mark.parametrize(
    ("cell", "images"),
    [
        # Signs inside names and addresses.
        ("Cup, red; big.jpg", ["Cup, red; big.jpg"]),
        ("my photo.jpg", ["my photo.jpg"]),
        ("my photo.jpg, my other photo.jpg", ["my photo.jpg", "my other photo.jpg"]),
        ("http://x.example/a, b.jpg", ["http://x.example/a, b.jpg"]),
        ("https://x.example/w_100,h_100;q=1/a.jpg", ["https://x.example/w_100,h_100;q=1/a.jpg"]),
        (
            "https://x.example/w_1,h_1/a.jpg, https://x.example/w_2,h_2/b.jpg",
            ["https://x.example/w_1,h_1/a.jpg", "https://x.example/w_2,h_2/b.jpg"],
        ),
        ("https://x.example/a?u=https://y.example/b.jpg", ["https://x.example/a?u=https://y.example/b.jpg"]),
        ("https://x.example/a.jpg|b.jpg", ["https://x.example/a.jpg", "b.jpg"]),
        ("http://[broken/a.jpg", ["http://[broken/a.jpg"]),
        ('["http://x.example/men\'s, 1.jpg"]', ["http://x.example/men's, 1.jpg"]),
        ('["Cup, red.jpg", "b.jpg"]', ["Cup, red.jpg", "b.jpg"]),
        ("https://x.example/image.php?id=7&amp;s=2", ["https://x.example/image.php?id=7&amp;s=2"]),
        ("HTTPS://X.example/A.JPG", ["HTTPS://X.example/A.JPG"]),
        # Without a scheme.
        ("//cdn.example/a.jpg", ["https://cdn.example/a.jpg"]),
        ("//cdn.example/a.jpg,//cdn.example/b.jpg", ["https://cdn.example/a.jpg",
        "https://cdn.example/b.jpg"]),
        ("www.x.example/a.jpg", ["https://www.x.example/a.jpg"]),
        # Paths.
        ("C:\\Shop\\images\\a.JPG", ["C:/Shop/images/a.JPG"]),
        ("C:\\Shop\\a.jpg;D:\\b.jpg", ["C:/Shop/a.jpg", "D:/b.jpg"]),
        ("\\\\server\\share\\a.jpg", ["server/share/a.jpg"]),
        ("file:///C:/Shop/my%20cup.jpg", ["C:/Shop/my cup.jpg"]),
        ("file:///home/me/a.jpg", ["/home/me/a.jpg"]),
        ("file:///a.jpg, file:///b.jpg", ["/a.jpg", "/b.jpg"]),
        ("/media/a/b.jpg", ["/media/a/b.jpg"]),
        ("shops/7", ["shops/7"]),
        ("00001, 00002;00003", ["00001", "00002", "00003"]),
        ("Cafe\u0301.jpg", ["Café.jpg"]),
        ('=IMAGE("https://x.example/a.jpg", 1)', ["https://x.example/a.jpg"]),
        ("[1, 2]", ["1", "2"]),
        ('["", null, "a.jpg"]', ["a.jpg"]),
        ('{"bytes": null, "path": "a.jpg"}', ["a.jpg"]),
        # Nothing.
        ("", []), (" ", []), ("[]", []), ("{}", []), ("nan", []), ("None", []), ("-", []), ("[null]", []),
        ('["', []),
        ('["http://x.example/a.jp', []), (" , ; | ", []), ('{"alt": "x"}', []), ("[[[[[[[[[[1]]]]]]]]]]", []),
    ],
)  # fmt: skip
def test_one_cell(cell, images):
    assert split_images(cell) == images


def test_half_characters_are_replaced():
    assert split_images(r'["http://x.example/a\u0000\ud83d.jpg"]') == ["http://x.example/a?.jpg"]


def encoded(kind: str) -> tuple[bytes, str]:
    file = io.BytesIO()
    Image.effect_noise((8, 8), 60).save(file, kind)
    return file.getvalue(), base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF"])
def test_images_in_base64(kind):
    raw, text = encoded(kind)
    address = f"data:image/{kind.lower()};base64,{text}"
    spaced = "\n".join(text[start : start + 76] for start in range(0, len(text), 76))
    for cell in (
        text,
        address,
        f" {address} ",
        f'["{text}"]',
        json.dumps({"bytes": text, "path": None}),
        spaced,
    ):
        image = split_images(cell)[0]
        assert is_data(image) and not is_address(image) and data_bytes(image) == raw
        assert looks_like_image(cell)
    url_safe = address.replace("+", "-").replace("/", "_").replace("image_", "image/")
    assert data_bytes(url_safe.rstrip("=")) == raw
    assert data_bytes(split_images(f"{address}|{address[:-4]}AAAA")[0]) == raw
    assert split_images(f"{address}, a.jpg;{A}") == [address, "a.jpg", A]


def test_what_is_no_image_in_base64():
    assert data_bytes("data:image/png;base64,@@") is None and data_bytes("a.jpg") is None
    assert data_bytes("data:image/svg+xml,%3Csvg/%3E") == b"<svg/>"
    assert split_images("/9j/a.jpg") == ["/9j/a.jpg"]


def test_numbered_columns_are_gathered():
    columns = [["a.jpg", "", "x.jpg"], ["b.jpg", "c.jpg, d.jpg", ""], ["a.jpg", "None", ""]]
    assert gather_images(columns) == [["a.jpg", "b.jpg"], ["c.jpg", "d.jpg"], ["x.jpg"]]
    assert gather_images(columns[:1]) == [["a.jpg"], [], ["x.jpg"]]


@pytest.mark.parametrize("cell", ["Cup", "12.50", "", "https://x.example/product/7", "Mugs, Lamps"])
def test_cells_that_name_no_image(cell):
    assert not looks_like_image(cell)


names = st.text(st.sampled_from("abC ,;-_().é"), min_size=1, max_size=9).map(lambda name: f"x{name}x.jpg")


@given(st.lists(names, min_size=1, max_size=4, unique=True))
@settings(max_examples=60, deadline=None)
def test_a_json_list_is_read_as_it_was_written(images):
    assert split_images(json.dumps(images)) == images
    assert split_images(str(images)) == images
    assert split_images("|".join(images)) == images


@given(st.text(st.sampled_from("[]{}()\"',;|/:.ab\\\n <img src=htp&data=j")) | st.text())
@settings(max_examples=200, deadline=None)
def test_any_cell_can_be_read(cell):
    assert all(image and image == image.strip() for image in split_images(cell))


HARD = [
    "http://x" + " " * 100_000 + "y", "[" + "'" * 100_001, "[" * 100_000, "a.jpg," * 20_000, "|" * 100_000,
    "{" * 9999,
    "http://" * 20_000, "data:image/" * 20_000, "data:image/png;base64," * 9000, "<img " * 30_000,
    "//a." * 30_000,
    '["' * 50_000 + "]", "['" * 50_000 + "']", "a" * 200_000, "www." * 50_000, " ! alt : " * 20_000,
    "a|" * 50_000,
    "/9j/" * 50_000, '{"url":' * 5000, "http://x/a|" * 10_000, ".jpg " * 20_000, "file:" * 20_000,
    "src=" * 9000,
    "x." * 50_000, "a-" * 50_000 + "|", "https://x.y/" + "a;" * 50_000, "\n" * 100_000 + "a",
]  # fmt: skip


@pytest.mark.parametrize("cell", HARD)
def test_hard_cells_take_linear_time(cell):
    began = time.process_time()
    split_images(cell)
    assert time.process_time() - began < 1.5
