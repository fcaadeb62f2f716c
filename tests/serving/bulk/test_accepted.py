import json

import numpy as np
import pytest

from core.serving.answering import NOTHING_GIVEN, ProductAnswers
from core.serving.bulk.accepted import WORST, AcceptedCount

CATEGORIES = ("Lamps", "Mugs", "Shoes")


def answered(lines):
    """Return answers and true categories, for lines of what is given, true, predicted and if it is sure."""
    given, true, predicted, sure = (np.array(column, dtype=object) for column in zip(*lines, strict=True))
    n, positions = len(lines), np.array([-1 if each == "" else CATEGORIES.index(each) for each in predicted])
    proba = np.full((n, 3), np.nan, dtype=np.float32)
    answered = positions >= 0
    proba[answered] = 0.1 + 0.7 * np.eye(3)[positions[answered]]
    answers = ProductAnswers(
        given=given,
        proba=proba,
        single={},
        strangeness=np.full(n, 0.1),
        needed=np.full(n, 0.5),
        reasons={"low confidence": ~sure.astype(bool), "unlike this catalogue": given == NOTHING_GIVEN},
    )
    return answers, np.array([CATEGORIES.index(each) for each in true])


def counted(*parts):
    count = AcceptedCount(CATEGORIES)
    for lines in parts:
        count.add(*answered(lines))
    return count.result()


LINES = [
    ("text", "Lamps", "Lamps", True),
    ("text", "Lamps", "Lamps", False),
    ("text", "Mugs", "Lamps", True),
    ("text", "Mugs", "Mugs", True),
    ("image", "Shoes", "Mugs", False),
    ("", "Shoes", "", True),
]


def test_counts_by_hand():
    found = counted(LINES)
    text, image, both = (found[given] for given in ("text", "image", "both"))
    assert (text.n, text.right, text.sure, text.sure_right) == (4, 3, 3, 2)
    assert (text.accuracy, text.share_sure) == (0.75, 0.75)
    assert text.precision_sure.value == pytest.approx(2 / 3)
    assert text.precision_sure.low == pytest.approx(0.2077, abs=1e-4)  # Wilson's, from a table
    assert (image.n, image.right, image.sure) == (1, 0, 0)
    assert image.precision_sure is None
    assert (both.n, both.accuracy, both.share_sure, both.precision_sure) == (0, None, None, None)


def test_chunks_add_up():
    assert counted(LINES[:2], LINES[2:4], LINES[4:]) == counted(LINES)


def test_the_worst_categories_are_those_whose_sure_answers_are_least_precise():
    lines = [("fused", "Lamps", "Lamps", True)] * 9 + [("fused", "Mugs", "Lamps", True)]
    lines += [("fused", "Mugs", "Mugs", True)] * 3 + [("fused", "Shoes", "Mugs", True)] * 2
    lines += [("fused", "Mugs", "Shoes", True)] * 4  # all wrong, but fewer than five
    lines += [("fused", "Mugs", "Lamps", False)] * 50  # nobody relies on these
    worst = counted(lines)["both"].worst_categories
    assert [(each.category, each.sure, each.precision) for each in worst] == [
        ("Mugs", 5, 0.6),
        ("Lamps", 10, 0.9),
    ]
    assert len(worst) <= WORST


def test_json_has_shares():
    found = counted(LINES)
    assert json.loads(json.dumps({given: each.to_dict() for given, each in found.items()})) == {
        "text": {
            "n": 4,
            "accuracy": 0.75,
            "sure": 0.75,
            "precision_sure": pytest.approx(2 / 3),
            "worst_categories": [],
        },
        "image": {"n": 1, "accuracy": 0, "sure": 0, "precision_sure": None, "worst_categories": []},
        "both": {"n": 0, "accuracy": None, "sure": None, "precision_sure": None, "worst_categories": []},
    }
