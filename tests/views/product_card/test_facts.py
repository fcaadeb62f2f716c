from types import SimpleNamespace

import pandas as pd
import pytest

from core.views.product_card.facts import category_path, description, other_fields


@pytest.mark.parametrize(
    ("levels", "category", "path"),
    [
        ({}, "Cups", "Cups"),
        ({"level_1": "Home", "level_2": "Cups"}, "Cups", "Home > Cups"),
        ({"level_1": "Home", "level_2": "Cups"}, "Home", "Home > Cups"),
        ({"level_1": "Home", "level_2": ""}, "Home > Cups", "Home (Home > Cups)"),
        ({"level_2": "Cups", "level_1": "Home", "level_10": "Red"}, "Home > Cups > Red", "Home > Cups > Red"),
    ],
)
def test_the_path_leads_to_the_category(levels, category, path):
    bundle = SimpleNamespace(table=pd.DataFrame([{"category": category, **levels}]))
    assert category_path(bundle, 0) == path


def test_only_fields_that_say_something():
    table = pd.DataFrame(
        {
            "name": ["x"],
            "description": ["<p>soft &amp; warm</p>"],
            "brand": [""],
            "colour": ["red"],
            "price": [9.5],
        }
    )
    bundle = SimpleNamespace(table=table)
    assert other_fields(bundle, 0) == {"Price": "9.50", "Colour": "red"}
    assert description(bundle, 0) == "soft & warm"
