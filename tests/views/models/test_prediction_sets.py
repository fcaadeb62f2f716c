import numpy as np

from core.evaluation.conformal import set_scores
from core.views.models.prediction_sets import set_headline, set_size_chart, set_summary


def test_set_sizes_lose_no_product():
    (bars,) = set_size_chart(np.array([1, 1, 3, 1])).data
    assert list(bars.x) == [1, 2, 3]
    assert list(bars.y) == [3, 0, 1]


def test_the_summary_compares_coverage_with_its_target():
    sets = np.array([[True, False], [True, True], [False, True], [True, False]])
    scores = set_scores(np.array([0, 1, 1, 1]), sets)
    assert set_headline(scores, 0.95)["Categories per set"] == "1.25"
    text = set_summary(scores, 0.95)
    assert "75.0% of the products" in text and "target of 95%" in text and "1.25 categories" in text
    assert "reaches the target" in text  # four rows cannot show that it is less
    many = set_scores(np.ones(400, dtype=int), np.tile([True, False], (400, 1)))
    assert "is below the target" in set_summary(many, 0.95)
