import numpy as np

from core.evaluation.coverage import coverage_curve
from core.evaluation.reliability import reliability
from core.views.models.trust_charts import MOST_POINTS, coverage_diagram, reliability_diagram


def answers(n=5000, k=4):
    rng = np.random.default_rng(0)
    proba = rng.dirichlet(np.full(k, 0.4), n)
    y = (proba.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return y, proba


def test_a_bar_a_bin_that_holds_products():
    y, proba = answers()
    calibration = reliability(y, proba)
    bars, diagonal = reliability_diagram(calibration).data
    assert len(bars.x) == (calibration.counts > 0).sum()
    assert np.isfinite(bars.y).all()
    assert list(bars.text) == [f"{count:,}" for count in calibration.counts if count]
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]


def test_the_threshold_stands_on_the_curve():
    y, proba = answers()
    curve = coverage_curve(y, proba)
    line, mark = coverage_diagram(curve, 0.8).data
    assert len(line.x) <= MOST_POINTS
    sure = proba.max(axis=1) >= 0.8
    assert mark.x[0] == sure.mean()
    assert np.isclose(mark.y[0], (proba.argmax(axis=1) == y)[sure].mean())


def test_a_threshold_that_nothing_reaches_has_no_mark():
    y, proba = answers(50)
    assert len(coverage_diagram(coverage_curve(y, proba), 1.01).data) == 1
    assert len(coverage_diagram(coverage_curve(y[:1], proba[:1]), 0.1).data) == 2
