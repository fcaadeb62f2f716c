import pandas as pd
import pytest

from core.serving.bulk.results import Results
from core.views.predict.checking import ACCEPTED, CORRECTED, NEED_REVIEW, OPEN, Checked, Decision

# Five products: sure, unsure, unlike the catalogue, without an answer, sure.
RESULTS = Results(
    pd.DataFrame(
        {
            "sku": list("abcde"),
            "predicted": ["Mugs", "Mugs", "Lamps", "", "Chairs"],
            "confidence": [0.97, 0.6, 0.96, float("nan"), 0.99],
            "needs_review": [False, True, True, True, False],
            "reason": ["", "low confidence", "unlike this catalogue", "nothing given", ""],
            "rests_on": ["text", "text", "text", "nothing", "text"],
            "note": [""] * 5,
        }
    )
)


def test_answers_that_need_no_review_are_accepted_to_begin_with():
    checked = Checked(RESULTS)
    assert checked.status.tolist() == [ACCEPTED, OPEN, OPEN, OPEN, ACCEPTED]
    assert checked.delivered() == ["Mugs", None, None, None, "Chairs"]
    assert [checked.count(each) for each in (ACCEPTED, CORRECTED, OPEN)] == [2, 0, 3]


def test_a_category_that_is_chosen_is_a_correction():
    checked = Checked(RESULTS, Checked(RESULTS).edit([1, 0], {0: {"Category": "Lamps"}}))
    assert checked.delivered() == ["Mugs", "Lamps", None, None, "Chairs"]
    assert checked.count(CORRECTED) == 1


@pytest.mark.parametrize(
    ("edit", "decision"),
    [
        ({"Accept": True}, Decision("Mugs", True)),
        ({"Accept": False}, Decision("Mugs", False)),
        ({"Category": "Lamps"}, Decision("Lamps", True)),
        ({"Category": "Lamps", "Accept": False}, Decision("Lamps", False)),
        ({"Category": None}, Decision("Mugs", False)),
    ],
)
def test_what_an_edit_means(edit, decision):
    assert Checked(RESULTS).edit([1], {0: edit}) == {1: decision}


def test_edits_that_are_told_again_change_nothing():
    edits = {0: {"Category": "Lamps"}, 2: {"Accept": False}}
    once = Checked(RESULTS).edit([2, 1, 0], edits)
    assert Checked(RESULTS, once).edit([2, 1, 0], edits) == once


def test_edits_of_another_page_are_kept():
    first = Checked(RESULTS).edit([0, 1], {1: {"Category": "Chairs"}})
    both = Checked(RESULTS, first).edit([2, 3], {1: {"Category": "Lamps"}})
    assert both == {1: Decision("Chairs", True), 3: Decision("Lamps", True)}


def test_a_tick_without_a_category_accepts_nothing():
    checked = Checked(RESULTS, Checked(RESULTS).edit([3], {0: {"Accept": True}}))
    assert checked.delivered()[3] is None
    assert checked.status[3] == OPEN


def test_a_sure_answer_can_be_opened_again():
    checked = Checked(RESULTS, Checked(RESULTS).edit([0], {0: {"Accept": False}}))
    assert checked.status[0] == OPEN
    assert checked.delivered()[0] is None


def test_accepting_above_a_confidence_leaves_unusual_products_out():
    checked = Checked(RESULTS)
    assert checked.acceptable(0.61) == []
    assert checked.acceptable(0.6) == [1]
    assert checked.acceptable(0.0) == [1]
    assert checked.acceptable(0.0, whatever_reason=True) == [1, 2]
    accepted = Checked(RESULTS, checked.accept([1]))
    assert accepted.delivered() == ["Mugs", "Mugs", None, None, "Chairs"]
    assert accepted.acceptable(0.0) == []


def test_accepting_keeps_what_was_corrected():
    corrected = Checked(RESULTS, {1: Decision("Lamps", True), 2: Decision("Mugs", False)})
    # A category that somebody chose has no confidence.
    assert corrected.acceptable(0.0, whatever_reason=True) == []
    assert Checked(RESULTS, corrected.accept([])).delivered()[1] == "Lamps"


def test_views_show_what_was_asked_for_in_the_order_of_a_review():
    checked = Checked(RESULTS, {0: Decision("Lamps", True)})
    assert checked.view() == [3, 1, 2, 0, 4]
    assert checked.view(OPEN) == [3, 1, 2]
    assert checked.view(NEED_REVIEW) == [3, 1, 2]
    assert checked.view(CORRECTED) == [0]
    assert checked.view(category="Lamps") == [2, 0]
    assert checked.view(OPEN, "Lamps") == [2]
