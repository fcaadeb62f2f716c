import pandas as pd

from core.views.predict.examples import example_rows


def test_examples_are_test_products_with_text_of_different_categories():
    table = pd.DataFrame(
        {
            "category": ["mug", "mug", "lamp", "chair"],
            "has_text": [True, False, True, False],
            "has_image": [True, True, False, True],
            "part": ["test", "test", "test", "train"],
        }
    )
    assert example_rows(table, 4) == [0, 2]
