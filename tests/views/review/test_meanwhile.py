import pytest

from core.bundle.decisions import decisions_file, read
from core.bundle.reader import Bundle
from core.views.display_names import product_name
from core.views.review.meanwhile import left_alone
from core.views.review.progress import review_of
from tests.views.review.items import decide, item


@pytest.fixture
def bundle(tiny_bundle, tmp_path):
    """The tiny bundle, as if it lay where decisions may be written."""
    (tmp_path / "tiny").symlink_to(tiny_bundle)
    return Bundle.open(tmp_path / "tiny")


def said(bundle, items):
    return left_alone(bundle, review_of(bundle, items, read(decisions_file(bundle))), items)


def test_who_decided_what_is_said_of_one_product(bundle):
    one = item(bundle, 0)
    name = product_name(bundle.table.iloc[0])
    assert said(bundle, [one]) == f"Left alone: the decision on {name} was taken back meanwhile."
    decide(bundle, one, "correct", "Mugs")
    assert said(bundle, [one]) == (
        f"Left alone: {name} was decided meanwhile by another reviewer: Moved to Mugs."
    )
    decide(bundle, one, "skip", "Mugs", "Ann")
    assert said(bundle, [one]) == f"Left alone: {name} was decided meanwhile by Ann: Skipped."


def test_of_several_products_everybody_is_named_once(bundle):
    items = [item(bundle, row) for row in range(4)]
    assert said(bundle, []) == ""
    assert said(bundle, items) == "Left alone: 4 products decided meanwhile."
    for one, who in zip(items, ("Ann", "Bob", "Ann", ""), strict=True):
        decide(bundle, one, "skip", "Chairs", who)
    assert said(bundle, items) == "Left alone: 4 products decided meanwhile by Ann, Bob, another reviewer."
