import numpy as np
import pytest
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

from core.common.errors import CatalogueError
from core.evaluation.calibration import (
    ISOTONIC_CLASS_ROWS,
    ISOTONIC_ROWS,
    fit_calibrator,
    fit_isotonic,
    fit_temperature,
)
from core.evaluation.calibrators import Identity, Temperature
from core.evaluation.reliability import reliability


def answers(n, power=1.0, k=5, seed=0):
    """Labels drawn from probabilities, and those of a head that raises them to a power."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.full(k, 0.4), size=n).clip(1e-4)
    true /= true.sum(axis=1, keepdims=True)
    y = (rng.random(n)[:, None] > true.cumsum(axis=1)).sum(axis=1).clip(max=k - 1)
    proba = true**power
    return y, proba / proba.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0, 3.0])
def test_temperature_undoes_a_power(power):
    y, proba = answers(8000, power)
    assert fit_temperature(y, proba).temperature == pytest.approx(power, rel=0.06)


def test_temperature_has_the_least_log_loss():
    y, proba = answers(5000, 1.8, seed=2)
    best = fit_temperature(y, proba).temperature
    losses = [
        metrics.log_loss(y, Temperature(t).apply(proba))
        for t in (0.97 * best, 0.99 * best, best, 1.01 * best, 1.03 * best)
    ]
    assert min(losses) == losses[2]


def test_temperature_matches_scikit_learns_own():
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, 8))
    y = (X[:, :4] + rng.gumbel(size=(3000, 4))).argmax(axis=1)
    model = LogisticRegression().fit(X[:200], y[:200])
    model.coef_ *= 1.5  # too sure of itself, but no probability so small that it counts as rounded to zero
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method="temperature").fit(X[200:], y[200:])
    ours = fit_temperature(y[200:], model.predict_proba(X[200:]))
    expected = theirs.predict_proba(X[200:])
    assert ours.temperature > 2
    assert ours.apply(model.predict_proba(X[200:])) == pytest.approx(expected, abs=0.005)


def test_few_products_change_the_temperature_little():
    proba = answers(1, seed=3)[1]
    assert 0.7 < fit_temperature(proba.argmax(axis=1), proba).temperature <= 1
    assert 1 <= fit_temperature(proba.argmin(axis=1), proba).temperature < 3
    sure = np.tile([0.9, 0.1], (20, 1))
    calmed = fit_temperature(np.zeros(20, dtype=int), sure).apply(sure)[0, 0]
    assert 0.9 < calmed < 21.5 / 22  # not above what twenty right of twenty allow to expect


@pytest.mark.parametrize("n", [1, 50, 2000])
def test_temperature_stays_in_its_bounds_with_all_right_all_wrong_and_zeros(n):
    certain = np.eye(3)[np.arange(n) % 3]
    for y in (np.arange(n) % 3, (np.arange(n) + 1) % 3):
        fitted = fit_temperature(y, certain)
        assert 0.1 <= fitted.temperature <= 10
        assert np.isfinite(fitted.apply(certain)).all()


def test_isotonic_curves_are_those_of_scikit_learn():
    y, proba = answers(4000, 2.0)
    fitted, n = fit_isotonic(y, proba), 4000
    columns = []
    for number in range(5):
        curve = IsotonicRegression(y_min=1 / (n + 2), y_max=1 - 1 / (n + 2), out_of_bounds="clip")
        columns.append(curve.fit(proba[:, number], y == number).predict(proba[:, number]))
    expected = np.column_stack(columns)
    assert fitted.apply(proba) == pytest.approx(expected / expected.sum(axis=1, keepdims=True))


def test_isotonic_leaves_small_classes_unchanged():
    y, proba = answers(1500)
    y[y == 4] = 0
    y[: ISOTONIC_CLASS_ROWS - 1] = 4
    fitted = fit_isotonic(y, proba)
    assert fitted.given[4] == fitted.meant[4] == (0.0, 1.0)
    assert len(fitted.given[0]) > 2


def test_calibrated_probabilities_stay():
    kinds = [type(fit_calibrator(*answers(n, seed=seed))) for n in (30, 300, 3000) for seed in range(4)]
    assert kinds.count(Identity) >= 11


@pytest.mark.parametrize("n", [100, 900, 3000])
def test_a_power_is_undone_by_a_temperature(n):
    for seed in range(3):
        assert fit_calibrator(*answers(n, 2.5, seed=seed)).kind == "temperature"


def bent(n, seed=0):
    """A head that says 0.95 where 0.75 is true, and 0.35 where 0.25 is: no power mends both."""
    rng = np.random.default_rng(seed)
    true = rng.choice([0.25, 0.75], size=n)
    y = (rng.random(n) > true).astype(int)
    share = np.where(true > 0.5, 0.95, 0.35)
    return y, np.column_stack([share, 1 - share])


def test_a_step_is_undone_by_curves_where_products_are_many():
    y, proba = bent(ISOTONIC_ROWS * 2)
    fitted = fit_calibrator(y, proba)
    assert fitted.kind == "isotonic"
    assert np.unique(fitted.apply(proba)[:, 0]) == pytest.approx(np.array([0.25, 0.75]), abs=0.05)
    assert fit_calibrator(*bent(ISOTONIC_ROWS - 1)).kind != "isotonic"


def test_a_calibrator_lowers_log_loss_and_error_on_other_products():
    fitted = fit_calibrator(*answers(500, 2.5, seed=1))
    y, proba = answers(5000, 2.5, seed=2)
    after = fitted.apply(proba)
    assert metrics.log_loss(y, after) < 0.9 * metrics.log_loss(y, proba)
    before_error, after_error = (reliability(y, p).expected_calibration_error for p in (proba, after))
    assert after_error < 0.3 * before_error


def test_copies_of_a_product_are_no_more_evidence():
    y, proba = answers(25, 1.3)
    rows = np.repeat(np.arange(25), 40)
    assert fit_calibrator(y, proba).kind == "identity"
    assert fit_calibrator(y[rows], proba[rows]).kind != "identity"
    assert fit_calibrator(y[rows], proba[rows], groups=rows).kind == "identity"


def test_one_row_one_product_and_one_class():
    y, proba = answers(10)
    assert fit_calibrator(y[:1], proba[:1]) == Identity()
    assert fit_calibrator(y, proba, groups=np.zeros(10)) == Identity()
    assert fit_calibrator(np.zeros(50, dtype=int), np.ones((50, 1))) == Identity()
    assert fit_calibrator(y[:2], proba[:2]).apply(proba).shape == proba.shape


def test_the_same_seed_gives_the_same_calibrator():
    rows = answers(300, 1.3, seed=8)
    assert fit_calibrator(*rows, seed=3) == fit_calibrator(*rows, seed=3)


@pytest.mark.parametrize("fit", [fit_temperature, fit_isotonic, fit_calibrator])
def test_unfit_arrays_are_refused(fit):
    with pytest.raises(CatalogueError, match="no products"):
        fit(np.zeros(0, dtype=int), np.empty((0, 3)))
    with pytest.raises(ValueError, match="2 labels for 1 products"):
        fit(np.array([0, 1]), np.array([[0.5, 0.5]]))
    with pytest.raises(ValueError, match="from 0 to 1"):
        fit(np.array([2]), np.array([[0.5, 0.5]]))


def test_one_fold_is_refused():
    with pytest.raises(ValueError, match="two folds"):
        fit_calibrator(*answers(20), folds=1)
