import numpy as np
import pandas as pd
import pytest

from core.views.dataset import measures


def images(*sizes: tuple[int, int], category: str = "mug") -> pd.DataFrame:
    table = pd.DataFrame(sizes, columns=["image_width", "image_height"])
    return table.assign(has_image=table["image_width"] > 0, category=category)


def test_spread_of_each_category_the_largest_median_first():
    values = np.array([*range(101), 7, np.nan, np.nan])
    categories = np.array(["a"] * 101 + ["b", "b", "c"], dtype=object)
    table = measures.spread(values, categories)
    assert table["Category"].tolist() == ["a", "b"]  # c has no value at all
    assert table.iloc[0].tolist() == ["a", 101, 5, 25, 50, 75, 95]
    assert table.iloc[1].tolist() == ["b", 1, 7, 7, 7, 7, 7]


def test_spread_of_nothing_is_empty():
    assert measures.spread(np.array([np.nan]), np.array(["a"], dtype=object)).empty


def test_texts_and_prices_that_are_not_there():
    table = pd.DataFrame(
        {"has_text": [True, False], "text_length": [12, 0], "price": pd.array([0.0, 3.5], dtype="Float64")}
    )
    assert np.array_equal(measures.text_lengths(table), [12, np.nan], equal_nan=True)
    assert np.array_equal(measures.price_column(table), [np.nan, 3.5], equal_nan=True)
    assert np.isnan(measures.price_column(table.drop(columns="price"))).all()


def test_shapes_allow_for_a_few_pixels():
    table = images((100, 100), (105, 100), (100, 105), (106, 100), (100, 106), (0, 0), (60, 80))
    assert measures.shapes(table).tolist() == [1, 1, 1, 2, 0, -1, 0]


def test_shapes_by_category():
    table = pd.concat([images((60, 80), (80, 60), (0, 0)), images((9, 9), (9, 9), (9, 9), category="lamp")])
    listed = measures.shape_table(table)
    assert listed.to_dict("list") == {
        "Category": ["lamp", "mug"],
        "Images": [3, 2],
        "Upright": [0, 1],
        "Square": [3, 0],
        "Wide": [0, 1],
    }
    assert measures.shape_table(images((0, 0))).empty


@pytest.mark.parametrize(
    ("sizes", "summary"),
    [
        (
            [(60, 80)] * 3,
            "**All of the 3 images are upright.** The longer side is 80 pixels throughout.",
        ),
        ([(0, 0)], ""),
        (
            [(50, 50), (60, 60), (70, 70), (90, 60)],
            "**75.0% of the 4 images are square.** Sizes range from 50 × 50 to 90 × 60 pixels; the median "
            "longer side is 65 pixels.",
        ),
        (
            [(60, 80), (80, 60)],
            "**Of 2 images, 50.0% upright, 0.0% square, 50.0% wide.** The longer side is 80 pixels "
            "throughout.",
        ),
    ],
)
def test_the_summary_says_which_shape_and_size_images_have(sizes, summary):
    assert measures.image_summary(images(*sizes)) == summary


def test_sizes_are_counted_the_most_frequent_first():
    table = pd.DataFrame(
        {
            "has_image": [True, True, False, True],
            "image_width": [60, 60, 0, 80],
            "image_height": [80, 80, 0, 60],
        }
    )
    assert measures.image_sizes(table).to_dict("records") == [
        {"width": 60, "height": 80, "products": 2},
        {"width": 80, "height": 60, "products": 1},
    ]


def test_only_prices_above_zero_are_prices():
    table = pd.DataFrame({"price": [3.5, np.nan, 0.0, 9.0]})
    assert measures.has_prices(table)
    assert not measures.has_prices(table.iloc[1:3])
    assert not measures.has_prices(table.drop(columns="price"))
