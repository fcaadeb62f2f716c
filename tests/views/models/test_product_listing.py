from types import SimpleNamespace

import numpy as np
import pandas as pd

from core.views.models.answers import Answers
from core.views.models.product_listing import SHARES, answer_listing, pair_listing


def given(*predicted: int, confidence: float = 0.6) -> Answers:
    """Answers to five products of classes 0, 0, 1, 1, 2."""
    true = np.array([0, 0, 1, 1, 2])
    proba = np.full((5, 3), (1 - confidence) / 2)
    proba[np.arange(5), predicted] = confidence + 0.01 * np.arange(5)
    return Answers(np.arange(10, 15), true, np.array(predicted), proba)


def shelf(private: bool = False) -> SimpleNamespace:
    table = pd.DataFrame({"sku": [f"p{i}" for i in range(15)], "name": [f"=name {i}" for i in range(15)]})
    return SimpleNamespace(
        table=table, classes=("bag", "cup", "hat"), private=private, thumbnail=lambda sku: sku.encode()
    )


def test_a_listing_has_the_most_confident_first_with_their_images():
    listing = answer_listing(shelf(), given(1, 1, 0, 0, 0), np.array([0, 1]))
    assert listing.rows == (11, 10)
    assert listing.notes == ("61.0% confident", "60.0% confident")
    assert listing.table.to_dict("records")[0] == {
        "Id": "p11",
        "Name": "=name 11",
        "Category": "bag",
        "Predicted": "cup",
        "Confidence": 0.61,
    }
    first, second = listing.cards(shelf(), 0, 12)
    assert (first.image, first.title) == (b"p11", "=name 11")
    assert [card.title for card in listing.cards(shelf(), 1, 2)] == [second.title]


def test_products_of_several_categories_say_which():
    notes = answer_listing(shelf(), given(1, 1, 0, 0, 0), np.array([1, 2])).notes
    assert notes == ("True: cup\nPredicted: bag, 62.0%", "True: bag\nPredicted: cup, 61.0%")


def test_a_private_listing_names_no_product():
    listing = answer_listing(shelf(private=True), given(1, 1, 0, 0, 0), np.array([0]))
    assert "Name" not in listing.table
    assert "name 10" not in listing.table.to_csv()


def test_nothing_to_list():
    listing = pair_listing(shelf(), given(0, 0, 0, 0, 0), given(1, 1, 1, 1, 1), np.array([], dtype=int))
    assert len(listing) == 0
    assert listing.cards(shelf(), 0, 12) == []


def test_of_two_models_the_most_confident_mistakes_come_first():
    first, second = given(0, 1, 0, 2, 2, confidence=0.9), given(1, 1, 1, 0, 0, confidence=0.5)
    listing = pair_listing(shelf(), first, second, np.arange(5))
    # A is wrong on 1, 2 and 3 with 0.91 to 0.93; B alone on 4 and 0 with 0.54 and 0.50.
    assert listing.rows == (13, 12, 11, 14, 10)
    assert listing.notes[0] == "True: cup\nA: hat\nB: bag"
    assert listing.notes[1] == "True: cup\nA: bag"
    assert listing.notes[2] == "True: bag\nA and B: cup"
    assert listing.notes[3] == "True: hat\nB: bag"
    assert list(listing.table["Confidence of B"]) == [0.53, 0.52, 0.51, 0.54, 0.5]


def test_the_columns_of_shares_are_those_of_the_tables():
    one = answer_listing(shelf(), given(0, 0, 1, 1, 2), np.arange(5)).table
    two = pair_listing(shelf(), given(0, 0, 1, 1, 2), given(1, 1, 1, 1, 2), np.arange(5)).table
    assert set(SHARES) == {name for name in [*one, *two] if "Confidence" in name}
