import numpy as np
import pytest
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

from core.common.errors import CatalogueError
from core.evaluation.calibration import (
    ISOTONIC_CLASS_ROWS,
    ISOTONIC_ROWS,
    calibration_scores,
    fit_calibrator,
    fit_isotonic,
    fit_temperature,
)
from core.evaluation.calibrators import Identity, Temperature


def answers(n, power=1.0, k=5, seed=0):
    """Labels drawn from probabilities, and what a head says that raises these to a power."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.full(k, 0.4), size=n).clip(1e-4)
    true /= true.sum(axis=1, keepdims=True)
    y = (rng.random(n)[:, None] > true.cumsum(axis=1)).sum(axis=1).clip(max=k - 1)
    said = true**power
    return y, said / said.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0, 3.0])
def test_temperature_undoes_a_power(power):
    y, said = answers(8000, power)
    assert fit_temperature(y, said).temperature == pytest.approx(power, rel=0.06)


def test_temperature_is_where_the_log_loss_is_least():
    y, said = answers(5000, 1.8, seed=2)
    best = fit_temperature(y, said).temperature
    losses = [
        metrics.log_loss(y, Temperature(t).apply(said))
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


def test_few_rows_move_the_temperature_little():
    said = answers(1, seed=3)[1]
    assert 0.7 < fit_temperature(said.argmax(axis=1), said).temperature <= 1
    assert 1 <= fit_temperature(said.argmin(axis=1), said).temperature < 3
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


def test_isotonic_is_scikit_learns_curve_a_class():
    y, said = answers(4000, 2.0)
    fitted, n = fit_isotonic(y, said), 4000
    columns = []
    for number in range(5):
        curve = IsotonicRegression(y_min=1 / (n + 2), y_max=1 - 1 / (n + 2), out_of_bounds="clip")
        columns.append(curve.fit(said[:, number], y == number).predict(said[:, number]))
    expected = np.column_stack(columns)
    assert fitted.apply(said) == pytest.approx(expected / expected.sum(axis=1, keepdims=True))


def test_isotonic_leaves_classes_of_few_rows_alone():
    y, said = answers(1500)
    y[y == 4] = 0
    y[: ISOTONIC_CLASS_ROWS - 1] = 4
    fitted = fit_isotonic(y, said)
    assert fitted.given[4] == fitted.meant[4] == (0.0, 1.0)
    assert len(fitted.given[0]) > 2


def test_what_is_calibrated_stays():
    kinds = [type(fit_calibrator(*answers(n, seed=seed))) for n in (30, 300, 3000) for seed in range(4)]
    assert kinds.count(Identity) >= 11


@pytest.mark.parametrize("n", [100, 900, 3000])
def test_a_power_is_answered_with_a_temperature(n):
    for seed in range(3):
        assert fit_calibrator(*answers(n, 2.5, seed=seed)).kind == "temperature"


def bent(n, seed=0):
    """A head that says 0.95 where 0.75 is true, and 0.35 where 0.25 is: no power mends both."""
    rng = np.random.default_rng(seed)
    true = rng.choice([0.25, 0.75], size=n)
    y = (rng.random(n) > true).astype(int)
    share = np.where(true > 0.5, 0.95, 0.35)
    return y, np.column_stack([share, 1 - share])


def test_a_bend_is_answered_with_curves_if_rows_are_many():
    y, said = bent(ISOTONIC_ROWS * 2)
    fitted = fit_calibrator(y, said)
    assert fitted.kind == "isotonic"
    assert np.unique(fitted.apply(said)[:, 0]) == pytest.approx(np.array([0.25, 0.75]), abs=0.05)
    assert fit_calibrator(*bent(ISOTONIC_ROWS - 1)).kind != "isotonic"


def test_a_calibrator_lowers_log_loss_and_error_on_other_rows():
    fitted = fit_calibrator(*answers(500, 2.5, seed=1))
    y, said = answers(5000, 2.5, seed=2)
    before, after = calibration_scores(y, said), calibration_scores(y, fitted.apply(said))
    assert after.log_loss < 0.9 * before.log_loss
    assert after.brier < before.brier
    assert after.expected_calibration_error < 0.3 * before.expected_calibration_error
    assert after.classwise_calibration_error < 0.5 * before.classwise_calibration_error


def test_copies_of_a_row_prove_nothing_more():
    y, said = answers(25, 1.3)
    rows = np.repeat(np.arange(25), 40)
    assert fit_calibrator(y, said).kind == "identity"
    assert fit_calibrator(y[rows], said[rows]).kind != "identity"
    assert fit_calibrator(y[rows], said[rows], groups=rows).kind == "identity"


def test_one_row_one_product_and_one_class():
    y, said = answers(10)
    assert fit_calibrator(y[:1], said[:1]) == Identity()
    assert fit_calibrator(y, said, groups=np.zeros(10)) == Identity()
    assert fit_calibrator(np.zeros(50, dtype=int), np.ones((50, 1))) == Identity()
    assert fit_calibrator(y[:2], said[:2]).apply(said).shape == said.shape


def test_the_same_seed_gives_the_same_calibrator():
    rows = answers(300, 1.3, seed=8)
    assert fit_calibrator(*rows, seed=3) == fit_calibrator(*rows, seed=3)


def test_scores_by_hand_and_as_scikit_learn_has_them():
    y, said = answers(400)
    found = calibration_scores(y, said)
    assert found.log_loss == pytest.approx(metrics.log_loss(y, said))
    assert found.brier == pytest.approx(
        metrics.brier_score_loss(y, said, scale_by_half=False, labels=range(5))
    )
    two = calibration_scores(np.array([0, 0, 1, 1]), np.array([[0.8, 0.2]] * 4))
    assert two.brier == pytest.approx(2 * (0.04 + 0.64) / 2)
    assert two.expected_calibration_error == pytest.approx(0.3)
    assert two.classwise_calibration_error == pytest.approx(0.3)
    none = calibration_scores(np.array([0, 1]), np.eye(2))
    assert (none.brier, none.expected_calibration_error, none.classwise_calibration_error) == (0, 0, 0)


def test_classwise_error_sees_what_confidence_hides():
    # Confidence is 0.6 and right as often, but the other two classes are swapped.
    y = np.repeat([0, 1, 2], [60, 30, 10])
    said = np.tile([0.6, 0.1, 0.3], (100, 1))
    found = calibration_scores(y, said)
    assert found.expected_calibration_error == pytest.approx(0)
    assert found.classwise_calibration_error == pytest.approx((0 + 0.2 + 0.2) / 3)


@pytest.mark.parametrize("fit", [fit_temperature, fit_isotonic, fit_calibrator, calibration_scores])
def test_mistakes_are_told(fit):
    with pytest.raises(CatalogueError, match="no rows"):
        fit(np.zeros(0, dtype=int), np.empty((0, 3)))
    with pytest.raises(ValueError, match="2 labels for 1 rows"):
        fit(np.array([0, 1]), np.array([[0.5, 0.5]]))
    with pytest.raises(ValueError, match="from 0 to 1"):
        fit(np.array([2]), np.array([[0.5, 0.5]]))


def test_one_fold_is_told():
    with pytest.raises(ValueError, match="two folds"):
        fit_calibrator(*answers(20), folds=1)
