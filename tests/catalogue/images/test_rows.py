import pandas as pd

from core.catalogue.images.facts import ImageFacts
from core.catalogue.images.rows import product_images, that_open, with_images

FACTS = {"a": ImageFacts("da", 4, 3), "A": ImageFacts("da", 4, 3), "b": ImageFacts("db", 6, 5), "x": None}


def test_images_that_open_equal_ones_once():
    listed = [("a", "A", "b"), ("x", "b"), ("x",), (), ("a",)]
    assert that_open(listed, FACTS) == [("a", "b"), ("b",), (), (), ("a",)]
    assert that_open(listed, FACTS, frozenset({"da"})) == [("b",), ("b",), (), (), ()]


def test_columns_of_images():
    table = pd.DataFrame({"image": ["old", "x"], "images": ["", '["x", "y"]'], "has_image": [True, True]})
    assert product_images(table) == [("old",), ("x", "y")]
    changed = with_images(table, [("b", "a"), ()], FACTS)
    assert changed["image"].tolist() == ["b", "x"]
    assert changed["images"].tolist() == ['["b", "a"]', ""]
    assert changed["has_image"].tolist() == [True, False]
    assert changed["image_digest"].tolist() == ["db", ""]
    assert changed[["image_width", "image_height"]].to_numpy().tolist() == [[6, 5], [0, 0]]
    assert product_images(changed) == [("b", "a"), ()]
