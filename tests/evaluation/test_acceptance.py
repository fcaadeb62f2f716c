import json

import numpy as np
import pytest

from core.evaluation.acceptance import ENOUGH, NO_LIMIT, AcceptanceRule, fit_acceptance
from core.evaluation.held_out import HeldOutAnswers
from core.evaluation.thresholds import NEVER

LOW = 0.5


def made(n, **columns):
    """Return n right, confident answers to ordinary products, but for some columns."""
    every = {
        "true": np.zeros(n, dtype=np.int64),
        "predicted": np.zeros(n, dtype=np.int64),
        "confidence": np.full(n, 0.9),
        "strangeness": np.full(n, np.nan),
        "disagreement": np.full(n, np.nan),
        "unknown_language": np.zeros(n, dtype=bool),
        "meaningless": np.zeros(n, dtype=bool),
        "in_validation": np.zeros(n, dtype=bool),
    }
    return HeldOutAnswers(**every | {name: np.asarray(column) for name, column in columns.items()})


def varied(n, seed=0, unreadable=0.01):
    """Return answers that are the worse, the stranger the product and the less its two sides agree."""
    rng = np.random.default_rng(seed)
    strangeness, apart = rng.random((2, n)).round(4).astype(np.float32)
    right = rng.random(n) > 0.1 + 0.3 * strangeness * apart
    predicted = rng.integers(0, 3, n)
    return made(
        n,
        true=np.where(right, predicted, (predicted + 1) % 3),
        predicted=predicted,
        confidence=rng.uniform(0.5, 1, n),
        strangeness=strangeness,
        disagreement=np.where(rng.random(n) < 0.3, np.float32(np.nan), apart),
        unknown_language=rng.random(n) < unreadable / 2,
        meaningless=rng.random(n) < unreadable / 2,
    )


def stopped(rule, answers):
    """Return which answers guards stop, product by product."""
    return np.array(
        [
            bool(unreadable)
            or (np.isfinite(strange) and strange > np.float32(rule.strangest))
            or (np.isfinite(apart) and apart > np.float32(rule.most_disagreement))
            for strange, apart, unreadable in zip(
                answers.strangeness, answers.disagreement, answers.unreadable, strict=True
            )
        ]
    )


@pytest.mark.parametrize("guard", [0.03, 0.05, 0.2, 0.4])
@pytest.mark.parametrize("seed", range(5))
def test_guards_stop_no_more_right_answers_than_they_may_cost(guard, seed):
    answers = varied(1000, seed)
    rule = fit_acceptance(answers, 3, LOW, guard)  # so that every answer is confident enough
    cost = stopped(rule, answers)[answers.right].mean()
    assert cost == pytest.approx(rule.price, abs=1e-6)
    assert cost <= guard
    assert cost > guard - 0.01  # and use up what they may cost


def test_answers_that_would_not_be_accepted_anyway_cost_nothing():
    """Of 100 right answers only the 60 confident ones count, and of these three are strange."""
    confidence = np.repeat([0.9, 0.6], [60, 80])
    true = np.repeat([0, 0, 1], [60, 40, 40])
    strangeness = np.concatenate([np.repeat([0.1, 0.8], [57, 3]), np.full(80, 0.9)])
    rule = fit_acceptance(made(140, true=true, confidence=confidence, strangeness=strangeness), 2, 0.9, 0.03)
    assert (rule.strangest, rule.price) == (0.1, 0.03)


def test_each_guard_stops_the_same_share():
    answers = varied(20_000)
    right = answers.take(answers.right)
    rule = fit_acceptance(answers, 3, LOW, guard=0.1)
    known = np.isfinite(right.disagreement)
    of_strange = (right.strangeness > rule.strangest).mean()
    of_apart = (right.disagreement[known] > rule.most_disagreement).mean()
    assert of_strange == pytest.approx(of_apart, abs=2e-4)


def test_limits_by_hand():
    # One of twenty right answers may be stopped: that to the strangest product. Wrong ones do not count.
    strangeness = np.concatenate([np.arange(20) / 100, np.full(5, 0.9)])
    answers = made(25, true=np.repeat([0, 1], [20, 5]), strangeness=strangeness)
    rule = fit_acceptance(answers, 2, LOW, guard=0.05)
    assert (rule.strangest, rule.most_disagreement, rule.price) == (0.18, NO_LIMIT, 0.05)
    assert rule.strange(strangeness).tolist() == [False] * 19 + [True] * 6
    assert fit_acceptance(answers, 2, LOW, guard=0.049).strangest == NO_LIMIT


def test_limits_come_from_validation_products_if_there_are_enough():
    """Training products are less strange: their vectors were there when strangeness was learned."""
    strangeness = np.concatenate([np.linspace(0, 0.1, 200), np.linspace(0.3, 0.5, ENOUGH)])
    in_validation = np.arange(200 + ENOUGH) >= 200
    enough = made(200 + ENOUGH, strangeness=strangeness, in_validation=in_validation)
    rule = fit_acceptance(enough, 1, guard=0.05)
    assert rule.strange(enough.strangeness).sum() == 2  # of forty
    assert rule.price == 0.05
    fewer = enough.take(np.arange(len(enough) - 1))
    rule = fit_acceptance(fewer, 1, guard=0.05)
    assert rule.strange(fewer.strangeness).sum() == 11  # of all 239
    assert fit_acceptance(enough, 1).own == (238,)  # thresholds are taken from all


def test_equal_values_are_stopped_together_or_not_at_all():
    answers = made(100, strangeness=np.repeat([0.2, 0.7], [90, 10]).astype(np.float32))
    assert fit_acceptance(answers, 1, guard=0.09).price == 0
    assert fit_acceptance(answers, 1, guard=0.1).price == pytest.approx(0.1)


def test_a_guard_stops_no_more_than_half_of_what_would_be_accepted():
    """Of 108 right answers only eight are accepted, fewer than the guards may cost."""
    confidence, true = np.repeat([0.99, 0.6], [8, 160]), np.repeat([0, 0, 1], [8, 100, 60])
    strangeness = np.concatenate([np.arange(1, 9) / 10, np.full(160, 0.5)])
    rule = fit_acceptance(made(168, true=true, confidence=confidence, strangeness=strangeness), 2, guard=0.1)
    assert rule.strangest == 0.4


def test_guards_that_may_cost_nothing_have_no_limits():
    answers = varied(500, unreadable=0)
    rule = fit_acceptance(answers, 3, LOW, guard=0)
    assert (rule.strangest, rule.most_disagreement, rule.price) == (NO_LIMIT, NO_LIMIT, 0)
    assert not stopped(rule, answers).any()


def test_what_is_not_known_passes():
    answers = made(50)
    rule = fit_acceptance(answers, 1)
    assert (rule.strangest, rule.most_disagreement) == (NO_LIMIT, NO_LIMIT)
    assert rule.accepted(answers).all()
    strict = AcceptanceRule((0.5,), (50,), 0.5, 0.0, 0.0, 0.0)
    assert strict.accepted(answers).all()
    assert not strict.strange(answers.strangeness).any()
    assert not strict.disagreeing(answers.disagreement).any()
    assert not strict.accepted(made(1, strangeness=[0.01])).any()
    assert not strict.accepted(made(1, disagreement=[0.01])).any()


def test_a_text_that_cannot_be_read_is_never_accepted():
    answers = made(
        100, confidence=np.ones(100), meaningless=np.arange(100) < 20, strangeness=np.arange(100) / 100
    )
    rule = fit_acceptance(answers, 1, guard=0.05)
    assert rule.strangest == NO_LIMIT  # what is unreadable costs more than all guards may
    assert rule.price == 0.2
    assert rule.accepted(answers).tolist() == [False] * 20 + [True] * 80


def test_thresholds_come_from_the_answers_that_pass_the_guards():
    """Twenty wrong answers of a low confidence are all about strange products."""
    strangeness = np.repeat([0.1, 0.9, 0.9], [100, 3, 20])
    confidence, true = np.repeat([0.9, 0.9, 0.7], [100, 3, 20]), np.repeat([0, 1], [103, 20])
    answers = made(123, true=true, confidence=confidence, strangeness=strangeness)
    assert fit_acceptance(answers, 2, 0.9, guard=0).thresholds == (0.9, NEVER)
    rule = fit_acceptance(answers, 2, 0.9, guard=0.05)
    assert (rule.thresholds, rule.own, rule.overall) == ((0.5, NEVER), (100, 0), 0.5)
    assert rule.accepted(answers).sum() == 100


def test_the_more_is_wanted_the_higher_the_thresholds():
    answers = varied(1500, seed=7, unreadable=0)
    rules = [fit_acceptance(answers, 3, wanted, guard=0) for wanted in (0.5, 0.7, 0.85, 0.9, 0.95, 0.99)]
    thresholds = np.array([[*rule.thresholds, rule.overall] for rule in rules])
    assert (np.diff(thresholds, axis=0) >= 0).all()
    assert (thresholds[0] < thresholds[-1]).all()


@pytest.mark.parametrize("numerator", range(26, 50))
def test_an_answer_that_a_threshold_was_taken_from_reaches_it(numerator):
    """Calibration by steps gives many answers one confidence; rounding must not lose them all."""
    step = np.float32(numerator / 50.5)
    answers = made(90, true=np.repeat([0, 1], [60, 30]), confidence=np.repeat([step, 0.501], [60, 30]))
    rule = fit_acceptance(answers, 2, 0.9)
    assert rule.thresholds[0] <= step
    assert rule.accepted(answers).sum() == 60
    written = made(1, confidence=[round(float(step), 5)])  # as tables have it
    assert rule.accepted(written).all()


def test_without_right_answers_all_need_review():
    answers = made(30, true=np.ones(30, dtype=np.int64), strangeness=np.arange(30) / 30)
    rule = fit_acceptance(answers, 2)
    assert (rule.strangest, rule.price, rule.thresholds) == (NO_LIMIT, 0, (NEVER, NEVER))
    assert not rule.accepted(answers).any()


def test_where_nothing_passes_all_need_review():
    rule = fit_acceptance(made(30, unknown_language=np.ones(30, dtype=bool)), 1)
    assert (rule.thresholds, rule.own, rule.overall, rule.price) == ((NEVER,), (0,), NEVER, 1)


def test_without_answers_all_need_review():
    rule = fit_acceptance(made(0), 2)
    assert (rule.thresholds, rule.own, rule.strangest, rule.price) == ((NEVER, NEVER), (0, 0), NO_LIMIT, 0)


def test_a_rule_is_plain_json():
    rule = fit_acceptance(varied(300), 3)
    plain = json.loads(json.dumps(rule.to_dict()))
    assert AcceptanceRule(**plain | {name: tuple(plain[name]) for name in ("thresholds", "own")}) == rule
