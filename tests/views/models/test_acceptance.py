import numpy as np
import pytest

from core.evaluation.acceptance import NO_LIMIT, AcceptanceRule
from core.evaluation.held_out import HeldOutAnswers
from core.evaluation.thresholds import NEVER
from core.views.models.acceptance import acceptance_table, accepted_answers, guard_sentence

RULE = AcceptanceRule((0.6, NEVER, NEVER), (40, 30, 1), 0.7, 0.8, NO_LIMIT, 0.04)
CATEGORIES = ("Lamps", "Mugs", "Shoes")


def answers() -> HeldOutAnswers:
    """Six answers: four say Lamps, two of these are accepted and one of them is right; two say Mugs."""
    return HeldOutAnswers(
        true=np.array([0, 1, 0, 0, 1, 2]),
        predicted=np.array([0, 0, 0, 0, 1, 1]),
        confidence=np.array([0.9, 0.8, 0.5, 0.95, 0.99, 0.4]),
        strangeness=np.array([0.1, 0.2, 0.3, 0.9, 0.1, 0.1]),
        disagreement=np.full(6, np.nan),
        unknown_language=np.zeros(6, dtype=bool),
        meaningless=np.zeros(6, dtype=bool),
        in_validation=np.zeros(6, dtype=bool),
    )


def test_what_is_accepted_by_hand():
    found = accepted_answers(RULE, answers())
    assert (found.n, found.accepted, found.right) == (6, 2, 1)
    assert "2 of 6 products (33.3%) need no review, and 50.0% of these answers are right" in found.sentence


def test_the_table_by_hand():
    table = acceptance_table(RULE, answers(), CATEGORIES, 0.95)
    assert table["Category"].tolist() == ["Lamps", "Mugs", "Shoes"]  # most answers first
    assert table["Answers"].tolist() == [4, 2, 0]
    assert table["Accepted"].tolist() == pytest.approx([0.5, 0, np.nan], nan_ok=True)
    assert table["Precision"].tolist() == pytest.approx([0.5, np.nan, np.nan], nan_ok=True)
    assert table["Confidence needed"].tolist() == pytest.approx([0.6, np.nan, np.nan], nan_ok=True)
    assert table["Held-out answers"].tolist() == [40, 30, 1]
    assert table["Note"].tolist() == [
        "",
        "No confidence is enough for 95.0%. Always check.",
        "Untested: 1 held-out answer, 5 are needed. Always check.",
    ]


def test_a_precision_of_a_fraction_of_a_percent_is_not_rounded():
    table = acceptance_table(RULE, answers(), CATEGORIES, 0.995)
    assert table["Note"][1] == "No confidence is enough for 99.5%. Always check."


def test_what_guards_cost_by_hand():
    # Of three right answers (0.9, 0.5 and 0.95 of Lamps, 0.99 of Mugs: four), one confident one is strange.
    sentence = guard_sentence(RULE, answers())
    assert "send 1 right answer to review that would be accepted without them: 25.0% of all right" in sentence
    assert "(of those to held-out products, they stop 4.0%)" in sentence


def test_no_answers_cost_nothing():
    nothing = answers().take(np.zeros(6, dtype=bool))
    assert "0 right answers" in guard_sentence(RULE, nothing)
    assert acceptance_table(RULE, nothing, CATEGORIES, 0.95)["Answers"].sum() == 0
