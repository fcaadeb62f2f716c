"""Prediction sets that contain the true category as often as wanted: split conformal prediction.

Whatever the head and however badly calibrated it is, a set contains the true class with the wanted
probability, over products like the validation products (Vovk, Gammerman and Shafer, 2005). This holds if the
validation products chose nothing else that matters (one temperature fitted on them does no measurable harm),
and if each row is a product of its own, since rows of one product resemble each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from core.common.errors import BundleError
from core.evaluation.checks import checked_predictions, checked_proba, checked_share
from core.evaluation.intervals import Interval, wilson

METHODS = ("lac", "aps", "raps")
# RAPS: what each rank after the first FREE_RANKS adds to a score. Values of this project, within the range
# tried by Angelopoulos et al. (2021); they affect the size of the sets, not their coverage.
PENALTY, FREE_RANKS = 0.05, 2
ROUNDING = 1e-12


@dataclass(frozen=True)
class ConformalRule:
    """Decides which classes are in a product's prediction set.

    Attributes
    ----------
    method : str
        One of `METHODS`; see `fit_conformal`.
    coverage : float
        How often a set should contain the true class, in (0, 1).
    thresholds : tuple[float | None, ...]
        For each class, the highest score with which it is in the set; None for any score.
    own_rows : tuple[int, ...]
        For each class, how many products its own threshold comes from; 0 where it has none of its own.
    penalty, free_places
        What RAPS adds; ignored by the other methods.
    """

    method: str
    coverage: float
    thresholds: tuple[float | None, ...]
    own_rows: tuple[int, ...]
    penalty: float = PENALTY
    free_places: int = FREE_RANKS

    def sets(self, proba: np.ndarray) -> np.ndarray:
        """Return which classes are in the set of each product, never none: bool (n, k) for float (n, k).

        Notes
        -----
        Nothing is drawn at random, so that a product gets the same set every time. The most probable class is
        always in the set, which can only raise the coverage.
        """
        proba = checked_proba(proba)
        if proba.shape[1] != len(self.thresholds):
            raise ValueError(
                f"expected probabilities of {len(self.thresholds)} classes, got {proba.shape[1]}"
            )
        highest = np.array([np.inf if highest is None else highest for highest in self.thresholds])
        chosen = _scores(proba, self.method, self.penalty, self.free_places) <= highest + ROUNDING
        chosen[np.arange(len(proba)), proba.argmax(axis=1)] = True
        return chosen

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, strings and numbers for JSON."""
        return {**asdict(self), "thresholds": list(self.thresholds), "own_rows": list(self.own_rows)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> ConformalRule:
        """Return the rule whose `to_dict` returned `plain`; unknown entries are ignored."""
        lacking = [field.name for field in fields(cls) if field.name not in plain]
        if lacking:
            raise BundleError(f"the rule for prediction sets lacks {lacking[0]!r}")
        if plain["method"] not in METHODS:
            raise BundleError(f"expected a method among {', '.join(METHODS)}, got {plain['method']!r}")
        values = {field.name: plain[field.name] for field in fields(cls)}
        return cls(
            **{**values, "thresholds": tuple(plain["thresholds"]), "own_rows": tuple(plain["own_rows"])}
        )


@dataclass(frozen=True)
class SetScores:
    """Coverage and size of prediction sets.

    Attributes
    ----------
    coverage : Interval
        Share of sets that contain the true class.
    mean_size, single : float
        Mean number of classes in a set, and the share of sets of one class.
    class_coverage : np.ndarray
        float64, shape (k,): coverage on the products of each class; NaN for a class without products.
    """

    coverage: Interval
    mean_size: float
    single: float
    class_coverage: np.ndarray


def fit_conformal(
    y_true: np.ndarray,
    proba: np.ndarray,
    coverage: float = 0.95,
    *,
    method: str = "lac",
    by_class: bool = False,
    penalty: float = PENALTY,
    free_places: int = FREE_RANKS,
) -> ConformalRule:
    """Find the thresholds that give validation products the wanted coverage.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of validation products.
    coverage : float
        How often a set should contain the true class, in (0, 1).
    method : str
        What the score of a class is. "lac": one minus its probability (Sadinle, Lei and Wasserman, 2019);
        gives the smallest sets on average. "aps": the sum of the higher probabilities (Romano, Sesia and
        Candes, 2020); gives larger sets, with a more even coverage of easy and hard products. "raps": the
        same plus a penalty for low ranks (Angelopoulos et al., 2021), which keeps large sets smaller. With
        "aps" the set is the ranking up to where its sum reaches the threshold, as in the paper without its
        random draw. Including a class's own probability, as is often done, gave a coverage of 99 % for a
        wanted 90 % in a simulation, since confident answers then push the threshold to almost 1.
    by_class : bool
        Give each true class the wanted coverage (Vovk, 2012), not only all products together. A class with
        too few products for that (fewer than 9 for 0.9, 19 for 0.95) has the threshold of all.
    penalty, free_places
        For "raps": what each rank after the first `free_places` adds to a score.

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together, or a setting is out of range.
    """
    y_true, proba = checked_predictions(y_true, proba)
    checked_share(coverage, "coverage")
    if method not in METHODS:
        raise ValueError(f"expected a method among {', '.join(METHODS)}, got {method!r}")
    if penalty < 0 or free_places < 0:
        raise ValueError(f"expected a penalty and free places of 0 or more, got {penalty}, {free_places}")
    n, k = proba.shape
    of_true = _scores(proba, method, penalty, free_places)[np.arange(n), y_true]
    thresholds, own_rows = [_threshold(of_true, coverage)] * k, [0] * k
    for number in range(k) if by_class else ():
        scores = of_true[y_true == number]
        own = _threshold(scores, coverage)
        if own is not None:
            thresholds[number], own_rows[number] = own, len(scores)
    return ConformalRule(method, coverage, tuple(thresholds), tuple(own_rows), penalty, free_places)


def set_scores(y_true: np.ndarray, sets: np.ndarray, level: float = 0.95) -> SetScores:
    """Return coverage and size of the sets, bool (n, k), of products with class numbers `y_true` (n,)."""
    # A set passes as probabilities: a row of zeros and ones.
    y_true, sets = checked_predictions(y_true, sets)
    contained, sizes = sets[np.arange(len(sets)), y_true], sets.sum(axis=1)
    rows = np.bincount(y_true, minlength=sets.shape[1])
    return SetScores(
        coverage=wilson(int(contained.sum()), len(contained), level),
        mean_size=float(sizes.mean()),
        single=float((sizes == 1).mean()),
        class_coverage=np.bincount(y_true, contained, minlength=sets.shape[1])
        / np.where(rows > 0, rows, np.nan),
    )


def _threshold(scores: np.ndarray, coverage: float) -> float | None:
    """Return the score that a new product stays below with probability `coverage`; None for too few."""
    # 0.95 has no exact float: without subtracting a little, a whole rank could be rounded up to the next.
    rank = int(np.ceil((len(scores) + 1) * coverage - 1e-9))
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else None


def _scores(proba: np.ndarray, method: str, penalty: float, free_places: int) -> np.ndarray:
    """Return the score of each class, float64 (n, k): the lower, the sooner it is in the set."""
    if method == "lac":
        complement: np.ndarray = 1 - proba
        return complement
    order = np.argsort(-proba, axis=1, kind="stable")
    ranked = np.zeros_like(proba)
    ranked[:, 1:] = np.take_along_axis(proba, order[:, :-1], axis=1).cumsum(axis=1)
    if method == "raps":
        ranked += penalty * np.maximum(np.arange(1, proba.shape[1] + 1) - free_places, 0)
    scores = np.empty_like(proba)
    np.put_along_axis(scores, order, ranked, axis=1)
    return scores
