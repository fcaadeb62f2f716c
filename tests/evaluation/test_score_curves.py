import numpy as np
import pytest
from sklearn import metrics

from core.evaluation.score_curves import curves_by_category, macro_curves, score_curves


def made_up(n: int, k: int, seed: int = 0, decimals: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Return categories and probabilities that are often right; few decimals make many of them equal."""
    random = np.random.default_rng(seed)
    true = random.integers(0, k, n)
    logits = random.normal(size=(n, k))
    logits[np.arange(n), true] += 1.5
    proba = np.exp(logits)
    return true, np.round(proba / proba.sum(axis=1, keepdims=True), decimals)


@pytest.mark.parametrize("decimals", [6, 1])
def test_the_curves_of_a_category_are_those_of_scikit_learn(decimals):
    true, proba = made_up(300, 4, decimals=decimals)
    positive = true == 2
    curves = score_curves(positive, proba[:, 2])
    false_rate, true_rate, _ = metrics.roc_curve(positive, proba[:, 2], drop_intermediate=False)
    np.testing.assert_allclose(curves.false_positive_rate, false_rate)
    np.testing.assert_allclose(curves.true_positive_rate, true_rate)
    assert curves.roc_auc == pytest.approx(metrics.roc_auc_score(positive, proba[:, 2]))
    precision, recall, _ = metrics.precision_recall_curve(positive, proba[:, 2])
    np.testing.assert_allclose(curves.precision, precision[::-1])
    np.testing.assert_allclose(curves.recall, recall[::-1])
    assert curves.average_precision == pytest.approx(metrics.average_precision_score(positive, proba[:, 2]))
    assert curves.positives == positive.sum()


def test_macro_areas_are_those_of_scikit_learn():
    true, proba = made_up(400, 5)
    proba /= proba.sum(axis=1, keepdims=True)
    macro = macro_curves(curves_by_category(true, proba))
    assert macro.roc_auc == pytest.approx(metrics.roc_auc_score(true, proba, multi_class="ovr"))
    alone = np.eye(5)[true]
    assert macro.average_precision == pytest.approx(metrics.average_precision_score(alone, proba))
    assert macro.positives == 400


def test_four_products_by_hand():
    # In order of their scores: right, wrong, right, wrong.
    curves = score_curves(np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1]))
    assert curves.roc_auc == pytest.approx(0.75)  # 3 of 4 pairs are in order
    assert curves.average_precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    np.testing.assert_allclose(curves.precision, [1, 1, 1 / 2, 2 / 3, 2 / 4])
    macro = macro_curves({0: curves})
    at_half, beyond = np.searchsorted(macro.recall, [0.5, 0.51])
    assert macro.precision[at_half] == pytest.approx(1)
    assert macro.precision[beyond] == pytest.approx(2 / 3)


def test_perfect_scores_fill_the_square():
    curves = score_curves(np.array([True, True, False]), np.array([0.9, 0.8, 0.1]))
    assert curves.roc_auc == curves.average_precision == 1


def test_categories_without_products_have_no_curves():
    true, proba = made_up(50, 3)
    true[true == 1] = 0
    assert set(curves_by_category(true, proba)) == {0, 2}
    with pytest.raises(ValueError, match="got none"):
        macro_curves({})
    with pytest.raises(ValueError, match="got 2 of 2"):
        score_curves(np.array([True, True]), np.array([0.1, 0.2]))
