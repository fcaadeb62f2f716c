from dataclasses import replace

import numpy as np
import pytest

from core.bundle.decisions import ReviewDecision
from core.bundle.reader import Bundle
from core.evaluation.coverage import Accepted
from core.evaluation.fusion_gain import fusion_gain
from core.views.home.headlines import (
    EXAMPLES,
    Headline,
    automatic,
    duplicates,
    second_input,
    wrong_categories,
)
from core.views.models.answers import answers
from core.views.review.item_list import ItemList
from core.views.review.items import Finding, Item
from core.views.review.progress import Review


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    return Bundle.open(tiny_bundle)


def item(row: int, kind: str, other: int = -1) -> Item:
    sku, other_sku = f"p{row}", f"p{other}" if other >= 0 else ""
    return Item((sku, other_sku), row, sku, other, other_sku, (Finding(kind, "because", "do"),))


def review(*items: Item, decided: int = 0) -> Review:
    """A review of some items, the first few of which are decided."""
    applying = {
        one.key: ReviewDecision("1", "2026", one.sku, one.other_sku, "label", "keep", "a", "a", "")
        for one in items[:decided]
    }
    return Review(ItemList.of(items), applying, {})


def test_wrong_categories_are_counted_while_they_are_open():
    found = wrong_categories(review(item(4, "label"), item(7, "label"), item(2, "outlier")))
    assert found.text == "2 products are probably in the wrong category"
    assert found.examples == (4, 7)
    assert found.page == "pages/5_Review.py"
    after = wrong_categories(review(item(4, "label"), item(7, "label"), decided=1))
    assert after.text == "1 product is probably in the wrong category"
    assert "1 decided already." in after.detail


def test_where_nothing_is_found_there_is_no_button():
    for nothing in (wrong_categories(review()), duplicates(review())):
        assert nothing.text.startswith("No product")
        assert (nothing.button, nothing.page, nothing.examples) == ("", "", ())


def test_of_pairs_both_products_are_shown():
    found = duplicates(review(item(1, "duplicate", 5), item(5, "duplicate", 9)))
    assert found.text == "2 pairs of products look duplicated"
    assert found.examples == (1, 5, 9)
    assert duplicates(review(item(1, "duplicate", 5))).text == "1 pair of products looks duplicated"


@pytest.mark.parametrize(
    ("fused_wrong", "single_wrong", "text"),
    [(0, 40, "Images help by "), (40, 0, "Images harm by "), (2, 3, "Images do not clearly help")],
)
def test_what_images_add(bundle, fused_wrong, single_wrong, text):
    true = np.zeros(200, dtype=np.int64)
    fused, single = (np.repeat([1, 0], [wrong, 200 - wrong]) for wrong in (fused_wrong, single_wrong))
    gain = fusion_gain(true, single, fused, ("a", "b"))
    rows = answers(bundle, "fused").rows
    gain = replace(gain, rescued=np.array([0, 2]))
    found = second_input(bundle, gain, "text")
    assert found.text.startswith(text)
    assert found.examples == (rows[0], rows[2])
    assert second_input(bundle, gain, "image").text.startswith(text.replace("Images", "Texts"))
    if fused_wrong != 2:
        assert "20.0 points" in found.text


def test_what_can_be_filed_without_a_person(bundle):
    found = automatic(bundle, Accepted(400, 350, 343, None))
    assert found.text == "87.5% can be filed without a person at 95.0% precision"
    assert found.detail.startswith("350 of 400 test products; 98.0% of these answers are right")
    nothing = automatic(bundle, Accepted(400, 0, 0, None))
    assert nothing.text == "No product can be filed without a person at 95.0% precision yet"


def test_examples_are_products_with_an_image(bundle):
    rows = tuple(range(len(bundle.table)))
    cards = Headline("", "", rows).cards(bundle)
    assert len(cards) == EXAMPLES
    assert all(card.image for card in cards)


def test_a_private_bundle_has_no_examples(private_bundle):
    assert Headline("", "", (0, 1, 2)).cards(Bundle.open(private_bundle)) == []
