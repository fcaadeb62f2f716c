"""Fit calibrators on validation rows, and say how well confidence means what it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.calibrators import Calibrator, Identity, Isotonic, Temperature, log_proba
from core.evaluation.checks import checked_groups, checked_judged
from core.evaluation.scores import reliability

# Beyond these a head is broken rather than badly calibrated.
COLDEST, HOTTEST = 0.1, 10.0
# How far the logarithm of a temperature strays from 0 before any row is seen (one standard deviation). It
# weighs as much as a row or two: without it twenty rows, all right, would make every answer certain.
STRAY = 0.5
# Isotonic curves follow noise on fewer rows (Niculescu-Mizil and Caruana, 2005), and a curve needs points: a
# class of fewer rows keeps its probabilities, and only shares in making rows add up to 1.
ISOTONIC_ROWS, ISOTONIC_CLASS_ROWS = 1000, 20


@dataclass(frozen=True)
class CalibrationScores:
    """How well probabilities mean what they say; 0 is best in all four.

    Attributes
    ----------
    log_loss : float
        As in `core.evaluation.scores`.
    brier : float
        Mean squared distance of a row's probabilities from the truth, in [0, 2] (Brier, 1950).
    expected_calibration_error : float
        Mean distance of confidence from accuracy over bins of confidence, in [0, 1]. On few rows it is above
        0 for a perfect head too: compare it only between heads on the same rows.
    classwise_calibration_error : float
        The same for each class's own probability, averaged over classes (Kull et al., 2019).
    """

    log_loss: float
    brier: float
    expected_calibration_error: float
    classwise_calibration_error: float


def calibration_scores(y_true: np.ndarray, proba: np.ndarray, bins: int = 15) -> CalibrationScores:
    """Judge probabilities (n, k) of rows whose true class numbers are `y_true` (n,)."""
    y_true, proba = checked_judged(y_true, proba)
    n, k = proba.shape
    truth = np.eye(k)[y_true]
    # A bin holds its upper edge, as in core.evaluation.scores.reliability.
    place = np.clip(np.searchsorted(np.linspace(0, 1, bins + 1), proba) - 1, 0, bins - 1)
    off = np.bincount((place + bins * np.arange(k)).ravel(), (truth - proba).ravel(), minlength=bins * k)
    return CalibrationScores(
        log_loss=float(_losses(y_true, proba).mean()),
        brier=float(((proba - truth) ** 2).sum(axis=1).mean()),
        expected_calibration_error=reliability(y_true, proba, bins).expected_calibration_error,
        classwise_calibration_error=float(np.abs(off).sum() / (n * k)),
    )


def fit_temperature(y_true: np.ndarray, proba: np.ndarray) -> Temperature:
    """Find the temperature of least log loss on validation rows (Guo et al., 2017); near 1 for few rows.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k).

    Raises
    ------
    CatalogueError
        If there are no rows.
    ValueError
        If the arrays do not fit together.
    """
    from scipy.optimize import minimize_scalar

    y_true, proba = checked_judged(y_true, proba)
    scores = log_proba(proba)
    of_true = scores[np.arange(len(scores)), y_true]
    # The largest is taken out beforehand, so that no power is too large for a float.
    highest = scores.max(axis=1)
    scores, of_true = scores - highest[:, None], of_true - highest

    def loss(log_temperature: float) -> float:
        power = np.exp(-log_temperature)
        rows = np.log(np.exp(scores * power).sum(axis=1)) - of_true * power
        return rows.sum() + 0.5 * (log_temperature / STRAY) ** 2

    found = minimize_scalar(
        loss, bounds=np.log([COLDEST, HOTTEST]), method="bounded", options={"xatol": 1e-4}
    )
    return Temperature(float(np.exp(found.x)))


def fit_isotonic(y_true: np.ndarray, proba: np.ndarray) -> Isotonic:
    """Fit a rising curve a class, one class against the rest (Zadrozny and Elkan, 2002).

    No curve reaches 0 or 1: after n rows a share is known to about 1 / n, and a product of zero chance would
    cost the log loss everything. Parameters and errors as for `fit_temperature`.
    """
    from sklearn.isotonic import IsotonicRegression

    y_true, proba = checked_judged(y_true, proba)
    least = 1 / (len(y_true) + 2)
    given, meant = [], []
    for number, column in enumerate(proba.clip(0, 1).T):
        of_class = y_true == number
        if min(of_class.sum(), (~of_class).sum()) < ISOTONIC_CLASS_ROWS:
            points = ((0.0, 1.0), (0.0, 1.0))
        else:
            curve = IsotonicRegression(y_min=least, y_max=1 - least).fit(column, of_class)
            points = (tuple(curve.X_thresholds_.tolist()), tuple(curve.y_thresholds_.tolist()))
        given.append(points[0])
        meant.append(points[1])
    return Isotonic(tuple(given), tuple(meant))


def fit_calibrator(
    y_true: np.ndarray,
    proba: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    folds: int = 5,
    seed: int = 0,
) -> Calibrator:
    """Choose identity, temperature or isotonic by the log loss on rows left out, and fit it on all rows.

    The more flexible one must be better by more than one standard error of the difference, or the simpler
    one stays (the rule of Breiman et al., 1984): on few rows a lower loss is mostly luck. Isotonic is tried
    on `ISOTONIC_ROWS` or more only.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of validation rows.
    groups : np.ndarray, optional
        int, shape (n,): rows of one product, left out together.
    folds, seed : int
        How many times rows are left out, 2 or more, and what fixes which.

    Raises
    ------
    CatalogueError
        If there are no rows.
    ValueError
        If the arrays do not fit together.
    """
    y_true, proba = checked_judged(y_true, proba)
    groups = checked_groups(groups, len(y_true))
    groups = np.arange(len(y_true)) if groups is None else groups
    if folds < 2:
        raise ValueError(f"expected two folds or more, got {folds}")
    n_groups = int(groups.max()) + 1
    if n_groups < 2:
        return Identity()
    fold = np.random.default_rng(seed).permutation(n_groups)[groups] % folds
    least, best = _losses(y_true, proba), None
    for fit in (fit_temperature, fit_isotonic) if len(y_true) >= ISOTONIC_ROWS else (fit_temperature,):
        losses = np.empty(len(y_true))
        for number in np.unique(fold):
            out = fold == number
            losses[out] = _losses(y_true[out], fit(y_true[~out], proba[~out]).apply(proba[out]))
        better = np.bincount(groups, least - losses)
        if better.sum() > np.sqrt(n_groups) * better.std(ddof=1):
            least, best = losses, fit
    return Identity() if best is None else best(y_true, proba)


def _losses(y_true: np.ndarray, proba: np.ndarray) -> np.ndarray:
    return -log_proba(proba[np.arange(len(y_true)), y_true])
