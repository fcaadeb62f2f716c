"""From an image's path or address to the name of its file."""

import pytest

from core.catalogue.images.names import fetched_stem, image_address, image_name, is_plain


@pytest.mark.parametrize(
    ("cell", "address", "name"),
    [
        ("http://x.example/a/b%20c.jpeg?size=2", "http://x.example/a/b%20c.jpeg?size=2", "b c.jpeg"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg", "a.jpg"),
        ("http://x.example/a, b.jpg", "http://x.example/a, b.jpg", "a, b.jpg"),
        ("http://[broken/a.jpg", "http://[broken/a.jpg", "a.jpg"),
        ("http://x.example", "http://x.example", ""),
        ("http://x.example/?id=7/8", "http://x.example/?id=7/8", ""),
        ("http://x.example/%2e%2e%2f%2e%2e%5cb.jpg", "http://x.example/%2e%2e%2f%2e%2e%5cb.jpg", "b.jpg"),
        ("shops/7.jpg", "", "shops/7.jpg"),
        (r"shops\7.jpg", "", "shops/7.jpg"),
        ("", "", ""),
    ],
)
def test_the_address_and_the_name_of_an_image(cell, address, name):
    assert image_address(cell) == address
    assert image_name(cell) == name


@pytest.mark.parametrize(
    ("address", "begins"),
    [
        ("http://x.example/image/red-shoe.jpeg", "red-shoe-"),
        ("http://x.example/image.php?id=7", "image-"),
        ("http://x.example/", "image-"),
        ("http://x.example", "image-"),
        ("http://x.example/..", "image-"),
        ("http://x.example/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "passwd-"),
        ("http://x.example/..%5c..%5cboot.ini", "boot-"),
        ("http://x.example/a%00b.jpg", "ab-"),
        ("http://x.example/CON.jpg", "CON-"),
        ("http://x.example/.hidden.jpg", "hidden-"),
        ("http://x.example/C:evil.jpg", "C-evil-"),
        ("http://x.example/%C3%A9t%C3%A9.jpg", "ete-"),
        ("http://x.example/%F0%9F%91%9F.jpg", "image-"),
        ("http://x.example/" + "n" * 5000 + ".jpg", "n" * 60 + "-"),
        ("http://x.example/a\nb|c*?.jpg", "a-b-c-"),
    ],
)
def test_a_fetched_files_name_is_safe_everywhere(address, begins):
    stem = fetched_stem(address)
    assert stem.startswith(begins) and is_plain(stem)
    assert len(stem) == len(begins) + 12 and set(stem[-12:]) <= set("0123456789abcdef")


def test_two_addresses_never_share_a_name():
    addresses = [
        *(f"http://{host}.example/{folder}/front.jpg" for host in "ab" for folder in "xy"),
        "http://a.example/x/front.jpg?v=2",
        "https://a.example/x/front.jpg",
        "http://a.example/x/FRONT.jpg",
    ]
    assert len({fetched_stem(each).lower() for each in addresses}) == len(addresses)
    assert fetched_stem(addresses[0]) == fetched_stem(addresses[0])


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("7.jpg", True),
        ("A-1 (front), 2.jpg", True),
        ("row.7", True),
        ("", False),
        (".hidden", False),
        ("..", False),
        ("a/b", False),
        ("a\\b", False),
        ("a:b", False),
        ("nul", False),
        ("COM1.jpg", False),
        ("Con .x.jpg", False),
        ("a\x00", False),
        ("a\n", False),
        ("é.jpg", False),
        ("n" * 101, False),
    ],
)
def test_plain_names(name, plain):
    assert is_plain(name) is plain
