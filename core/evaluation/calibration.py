"""Fit calibrators on validation products."""

from __future__ import annotations

import numpy as np

from core.evaluation.calibrators import Calibrator, Identity, Isotonic, Temperature, log_proba
from core.evaluation.checks import checked_groups, checked_predictions

# Beyond these a head is broken rather than badly calibrated.
COLDEST, HOTTEST = 0.1, 10.0
# Standard deviation of the prior of the log temperature, around 0. It weighs as much as a product or two:
# without it, twenty products that are all right would make every answer certain.
PRIOR_DEVIATION = 0.5
# On fewer products isotonic curves follow noise (Niculescu-Mizil and Caruana, 2005). A class of too few
# products for a curve keeps its probabilities, which are only normalised with the others.
ISOTONIC_ROWS, ISOTONIC_CLASS_ROWS = 1000, 20


def fit_temperature(y_true: np.ndarray, proba: np.ndarray) -> Temperature:
    """Find the temperature of least log loss (Guo et al., 2017); near 1 for few products.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of validation products.

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together.
    """
    from scipy.optimize import minimize_scalar

    y_true, proba = checked_predictions(y_true, proba)
    scores = log_proba(proba)
    of_true = scores[np.arange(len(scores)), y_true]
    # Subtracting the largest keeps the powers within the range of a float.
    highest = scores.max(axis=1)
    scores, of_true = scores - highest[:, None], of_true - highest

    def loss(log_temperature: float) -> float:
        power = np.exp(-log_temperature)
        losses = np.log(np.exp(scores * power).sum(axis=1)) - of_true * power
        return float(losses.sum()) + 0.5 * (log_temperature / PRIOR_DEVIATION) ** 2

    bounds = (float(np.log(COLDEST)), float(np.log(HOTTEST)))
    minimum = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-4})
    return Temperature(float(np.exp(minimum.x)))


def fit_isotonic(y_true: np.ndarray, proba: np.ndarray) -> Isotonic:
    """Fit an isotonic curve per class, one class against the rest (Zadrozny and Elkan, 2002).

    No curve reaches 0 or 1: from n products a share is known to about 1 / n only, and a true class of
    probability 0 would make the log loss infinite. Parameters and errors as for `fit_temperature`.
    """
    from sklearn.isotonic import IsotonicRegression

    y_true, proba = checked_predictions(y_true, proba)
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
    """Choose identity, temperature or isotonic by out-of-fold log loss, and fit it on all products.

    A more flexible calibrator replaces a simpler one only if it is better by more than one standard error of
    the difference (the rule of Breiman et al., 1984), since a lower loss on few products is mostly luck.
    Isotonic is tried only on `ISOTONIC_ROWS` or more.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of validation products.
    groups : np.ndarray, optional
        int, shape (n,): rows of one product share a group, which is never divided between folds.
    folds, seed : int
        How many folds, 2 or more, and what fixes them.

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together.
    """
    y_true, proba = checked_predictions(y_true, proba)
    groups = checked_groups(groups, len(y_true))
    groups = np.arange(len(y_true)) if groups is None else groups
    if folds < 2:
        raise ValueError(f"expected two folds or more, got {folds}")
    n_groups = int(groups.max()) + 1
    if n_groups < 2:
        return Identity()
    fold = np.random.default_rng(seed).permutation(n_groups)[groups] % folds
    least, best = _losses(y_true, proba), None
    fits = (fit_temperature, fit_isotonic) if len(y_true) >= ISOTONIC_ROWS else (fit_temperature,)
    for fit in fits:
        losses = np.empty(len(y_true))
        for number in np.unique(fold):
            out = fold == number
            losses[out] = _losses(y_true[out], fit(y_true[~out], proba[~out]).apply(proba[out]))
        better = np.bincount(groups, least - losses)
        if better.sum() > np.sqrt(n_groups) * better.std(ddof=1):
            least, best = losses, fit
    return Identity() if best is None else best(y_true, proba)


def _losses(y_true: np.ndarray, proba: np.ndarray) -> np.ndarray:
    """Return the log loss of each product, float64 (n,)."""
    return -log_proba(proba[np.arange(len(y_true)), y_true])
