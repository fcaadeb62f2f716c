from types import SimpleNamespace

import numpy as np
import pandas as pd

from core.views.models.answers import Answers
from core.views.models.product_listing import answer_listing, pair_listing


def said(*predicted: int, sure: float = 0.6) -> Answers:
    """Answers to five products of classes 0, 0, 1, 1, 2."""
    true = np.array([0, 0, 1, 1, 2])
    proba = np.full((5, 3), (1 - sure) / 2)
    proba[np.arange(5), predicted] = sure + 0.01 * np.arange(5)
    return Answers(np.arange(10, 15), true, np.array(predicted), proba)


def shelf(private: bool = False) -> SimpleNamespace:
    table = pd.DataFrame({"sku": [f"p{i}" for i in range(15)], "name": [f"=name {i}" for i in range(15)]})
    return SimpleNamespace(
        table=table, classes=("bag", "cup", "hat"), private=private, thumbnail=lambda sku: sku.encode()
    )


def test_a_listing_has_the_surest_first_with_their_pictures():
    listing = answer_listing(shelf(), said(1, 1, 0, 0, 0), np.array([0, 1]))
    assert listing.rows == (11, 10)
    assert listing.notes == ("61% sure", "60% sure")
    assert listing.table.to_dict("records")[0] == {
        "Id": "p11",
        "Name": "=name 11",
        "Category": "bag",
        "Predicted": "cup",
        "Confidence": 0.61,
    }
    first, second = listing.cards(shelf(), 0, 12)
    assert (first.picture, first.title) == (b"p11", "=name 11")
    assert [card.title for card in listing.cards(shelf(), 1, 2)] == [second.title]


def test_products_of_several_categories_say_which():
    notes = answer_listing(shelf(), said(1, 1, 0, 0, 0), np.array([1, 2])).notes
    assert notes == ("Is cup\n62% bag", "Is bag\n61% cup")


def test_a_private_listing_names_no_product():
    listing = answer_listing(shelf(private=True), said(1, 1, 0, 0, 0), np.array([0]))
    assert "Name" not in listing.table
    assert "name 10" not in listing.table.to_csv()


def test_nothing_to_list():
    listing = pair_listing(shelf(), said(0, 0, 0, 0, 0), said(1, 1, 1, 1, 1), np.array([], dtype=int))
    assert len(listing) == 0
    assert listing.cards(shelf(), 0, 12) == []


def test_of_two_models_the_surest_mistakes_come_first():
    first, second = said(0, 1, 0, 2, 2, sure=0.9), said(1, 1, 1, 0, 0, sure=0.5)
    listing = pair_listing(shelf(), first, second, np.arange(5))
    # A is wrong on 1, 2 and 3 with 0.91 to 0.93; B alone on 4 and 0 with 0.54 and 0.50.
    assert listing.rows == (13, 12, 11, 14, 10)
    assert listing.notes[0] == "Is cup\nA: hat\nB: bag"
    assert listing.notes[1] == "Is cup\nA: bag"
    assert listing.notes[2] == "Is bag\nA and B: cup"
    assert listing.notes[3] == "Is hat\nB: bag"
    assert list(listing.table["Confidence of B"]) == [0.53, 0.52, 0.51, 0.54, 0.5]
