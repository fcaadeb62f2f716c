import numpy as np
import pandas as pd

from core.catalogue.account import Placeholder
from core.catalogue.placeholders import find_placeholders


def products(n: int = 60, categories: int = 3) -> pd.DataFrame:
    """Different products, each with its own image."""
    return pd.DataFrame(
        {
            "name": [f"thing{row} of kind{row % 7}" for row in range(n)],
            "description": [""] * n,
            "category": [f"c{row % categories}" for row in range(n)],
            "image": [f"{row}.jpg" for row in range(n)],
            "image_digest": [f"d{row}" for row in range(n)],
            "has_image": [True] * n,
            "image_width": [12] * n,
            "image_height": [8] * n,
        }
    )


def showing(table: pd.DataFrame, rows: np.ndarray, file: str = "none.jpg") -> pd.DataFrame:
    return table.assign(
        image=table["image"].mask(rows, file), image_digest=table["image_digest"].mask(rows, file[::-1])
    )


def test_an_image_of_many_products_is_a_placeholder():
    rows = np.arange(60) % 5 < 3
    table = showing(products(), rows)
    found = find_placeholders(table)
    assert found == {"gpj.enon": Placeholder("none.jpg", 36)}


def test_two_placeholders_and_one_for_all():
    table = showing(products(), np.arange(60) < 20)
    table = showing(table, np.arange(60) >= 40, "error.png")
    assert {each.file: each.products for each in find_placeholders(table).values()} == {
        "none.jpg": 20,
        "error.png": 20,
    }
    everywhere = showing(products(), np.ones(60, dtype=bool))
    assert list(find_placeholders(everywhere).values()) == [Placeholder("none.jpg", 60)]


def test_the_image_of_a_products_variants_is_none():
    table = showing(products(), np.arange(60) < 30)
    sizes, colours = ("S", "M", "L", "XL", "3XL"), ("red", "navy blue", "black", "off white", "teal", "grey")
    names = [f"Shirt Tom, {colour}, {size}" for size in sizes for colour in colours]
    table["name"] = [*names, *table["name"][30:]]
    table["category"] = ["Shirts"] * 30 + ["Others"] * 30
    assert find_placeholders(table) == {}


def test_a_set_and_a_mislabelled_row_are_none():
    table = showing(products(), np.isin(np.arange(60), [0, 3, 6, 9, 12, 15, 1]))
    assert find_placeholders(table) == {}


def test_products_without_texts_count_by_category():
    table = showing(products(), np.arange(60) < 40).assign(name="")
    assert find_placeholders(table) == {}
    table["category"] = [f"c{row % 6}" for row in range(60)]
    assert list(find_placeholders(table)) == ["gpj.enon"]


def test_no_images_at_all():
    assert find_placeholders(products().assign(image_digest="", image="", has_image=False)) == {}
