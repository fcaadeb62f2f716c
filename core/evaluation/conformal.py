"""Sets of categories that hold the right one as often as wanted: split conformal prediction.

Whatever the head and however badly calibrated, a set holds the right class with the wanted probability, over
products like those of the validation rows (Vovk, Gammerman and Shafer, 2005). The promise needs validation
rows that chose nothing else of weight (one temperature fitted on them does no harm worth counting), and a row
a product: rows of one product resemble each other more than those of the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from core.common.errors import BundleError
from core.evaluation.checks import checked_judged, checked_proba, checked_share
from core.evaluation.intervals import Interval, wilson

METHODS = ("lac", "aps", "raps")
# RAPS: what each place of the ranking after the first FREE_PLACES adds to a score. Settings of this project,
# within the range tried by Angelopoulos et al. (2021); they decide how large sets are, not whether they hold.
PENALTY, FREE_PLACES = 0.05, 2
ROUNDING = 1e-12


@dataclass(frozen=True)
class ConformalRule:
    """How strange a class may look and still be in the set.

    Attributes
    ----------
    method : str
        One of `METHODS`; see `fit_conformal`.
    coverage : float
        How often a set should hold the right class, in (0, 1).
    thresholds : tuple[float | None, ...]
        The highest score a class may have, a class; None where any score will do.
    own_rows : tuple[int, ...]
        Rows a class's threshold comes from if it has its own, else 0.
    penalty, free_places
        What RAPS adds; without meaning for the others.
    """

    method: str
    coverage: float
    thresholds: tuple[float | None, ...]
    own_rows: tuple[int, ...]
    penalty: float = PENALTY
    free_places: int = FREE_PLACES

    def sets(self, proba: np.ndarray) -> np.ndarray:
        """Return for each row which classes are in its set, never none: bool (n, k) for float (n, k).

        Notes
        -----
        Nothing is drawn at random, so that a product gets the same set every time. The first class of the
        ranking is always in the set, which can only make it hold the right one more often.
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
        """Return plain lists, strings and numbers, ready for JSON."""
        return {**asdict(self), "thresholds": list(self.thresholds), "own_rows": list(self.own_rows)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> ConformalRule:
        """Make a rule again from what `to_dict` gave; unknown entries are ignored."""
        lacking = [field.name for field in fields(cls) if field.name not in plain]
        if lacking:
            raise BundleError(f"the rule for sets of categories lacks {lacking[0]!r}")
        if plain["method"] not in METHODS:
            raise BundleError(f"expected a method among {', '.join(METHODS)}, got {plain['method']!r}")
        values = {field.name: plain[field.name] for field in fields(cls)}
        return cls(
            **{**values, "thresholds": tuple(plain["thresholds"]), "own_rows": tuple(plain["own_rows"])}
        )


@dataclass(frozen=True)
class SetScores:
    """What sets are worth on rows whose class is known.

    Attributes
    ----------
    coverage : Interval
        Share of sets that hold the right class.
    mean_size, single : float
        Classes in a set, and the share of sets of one class.
    class_coverage : np.ndarray
        float64, shape (k,): coverage on the rows of each class, NaN for one without rows.
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
    free_places: int = FREE_PLACES,
) -> ConformalRule:
    """Find how strange the right class looked on validation rows.

    Parameters
    ----------
    y_true, proba : np.ndarray
        Class numbers (n,) and probabilities (n, k) of validation rows.
    coverage : float
        How often a set should hold the right class, in (0, 1).
    method : str
        A class's score is "lac": one less its probability (Sadinle, Lei and Wasserman, 2019), which gives the
        smallest sets on average. "aps": the probabilities that rank before it together (Romano, Sesia and
        Candes, 2020), which gives larger sets, but treats easy and hard products more alike. "raps": the same
        and a penalty for low places in the ranking (Angelopoulos et al., 2021), which keeps long sets short.
        With "aps" the set is the ranking up to where its sum reaches the threshold, as in the paper without
        its random draw; counting a class's own probability too, as is often seen, held 0.99 for a wanted 0.90
        in a simulation, since sure answers then make the threshold almost 1.
    by_class : bool
        Keep the promise for each true class by itself (Vovk, 2012), not only for all products together. A
        class with too few rows for it (fewer than 9 for 0.9, 19 for 0.95) has the threshold of all.
    penalty, free_places
        For "raps": what each place after the first `free_places` adds to a score.

    Raises
    ------
    CatalogueError
        If there are no rows.
    ValueError
        If the arrays do not fit together, or coverage, method or penalty is none.
    """
    y_true, proba = checked_judged(y_true, proba)
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
    """Judge sets (n, k) of test rows whose true class numbers are `y_true` (n,)."""
    # A set is a row of zeros and ones.
    y_true, sets = checked_judged(y_true, sets)
    held, sizes = sets[np.arange(len(sets)), y_true], sets.sum(axis=1)
    rows = np.bincount(y_true, minlength=sets.shape[1])
    return SetScores(
        coverage=wilson(int(held.sum()), len(held), level),
        mean_size=float(sizes.mean()),
        single=float((sizes == 1).mean()),
        class_coverage=np.bincount(y_true, held, minlength=sets.shape[1]) / np.where(rows > 0, rows, np.nan),
    )


def _threshold(scores: np.ndarray, coverage: float) -> float | None:
    """Return the score that a further product stays under with probability `coverage`; None: too few rows."""
    # 0.95 has no exact float: without a hair less, a rank that should be whole can round up to the next.
    rank = int(np.ceil((len(scores) + 1) * coverage - 1e-9))
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else None


def _scores(proba: np.ndarray, method: str, penalty: float, free_places: int) -> np.ndarray:
    if method == "lac":
        return 1 - proba
    order = np.argsort(-proba, axis=1, kind="stable")
    ranked = np.zeros_like(proba)
    ranked[:, 1:] = np.take_along_axis(proba, order[:, :-1], axis=1).cumsum(axis=1)
    if method == "raps":
        ranked += penalty * np.maximum(np.arange(1, proba.shape[1] + 1) - free_places, 0)
    scores = np.empty_like(proba)
    np.put_along_axis(scores, order, ranked, axis=1)
    return scores
