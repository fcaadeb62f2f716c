"""What text and image together add to the better of the two alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.checks import checked_classes, checked_groups
from core.evaluation.paired import Comparison, adjusted, compare


@dataclass(frozen=True)
class ClassGain:
    """What fusion adds on the products of one class.

    Attributes
    ----------
    name : str
        The class.
    rows : int
        Products of that class.
    comparison : Comparison or None
        Fused against single on those products: `difference` is the gain in recall; `adjusted_p_value` is
        adjusted for the number of classes. None for a class without products.
    """

    name: str
    rows: int
    comparison: Comparison | None


@dataclass(frozen=True)
class FusionGain:
    """What fusion adds.

    Attributes
    ----------
    overall : Comparison
        Fused against single: `difference` is the gain in accuracy.
    per_class : tuple[ClassGain, ...]
        In the order of the classes.
    rescued, spoiled : np.ndarray
        int64 row positions, ascending: where only fused is right, and where only single is.
    """

    overall: Comparison
    per_class: tuple[ClassGain, ...]
    rescued: np.ndarray
    spoiled: np.ndarray

    @property
    def sentence(self) -> str:
        """The gain in a sentence or two, for people."""
        overall, gain = self.overall, self.overall.difference
        if not len(self.rescued) + len(self.spoiled):
            return f"{overall.first} and {overall.second} are right on the same products."
        wrong = overall.only_first + overall.both_wrong
        spoiled = f"{len(self.spoiled):,} {'other' if len(self.spoiled) == 1 else 'others'}"
        verdict = "could be chance" if overall.could_be_chance else "is statistically clear"
        return (
            f"Of {overall.n:,} products, {overall.second} gets {wrong:,} wrong. {overall.first} corrects "
            f"{len(self.rescued):,} of these and gets {spoiled} wrong. The difference of "
            f"{_points(gain.value)} points of accuracy ({gain.level:.0%} interval: {_points(gain.low)} to "
            f"{_points(gain.high)}) {verdict}."
        )


def fusion_gain(
    y_true: np.ndarray,
    single: np.ndarray,
    fused: np.ndarray,
    classes: Sequence[str],
    *,
    names: tuple[str, str] = ("Text + image", "the better of the two alone"),
    groups: np.ndarray | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> FusionGain:
    """Compare fused predictions with those of the better single modality, overall and per class.

    Parameters
    ----------
    y_true, single, fused : np.ndarray
        int, shape (n,): class numbers of test products. `single` is the modality that was better on
        validation products; chosen on the test products it would be too good, and the gain too small.
    classes : Sequence[str]
        The class names.
    names : tuple[str, str]
        Names of fused and single.
    groups : np.ndarray, optional
        int, shape (n,): rows of one product share a group.
    level, resamples, seed
        As in `core.evaluation.paired.compare`.

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together.
    """
    y_true, single, fused = checked_classes(y_true, single, fused, n_classes=len(classes))
    groups = checked_groups(groups, len(y_true))

    def gain(rows: np.ndarray) -> Comparison:
        return compare(
            y_true[rows],
            fused[rows],
            single[rows],
            names=names,
            groups=None if groups is None else groups[rows],
            level=level,
            resamples=resamples,
            seed=seed,
        )

    of_class = [np.flatnonzero(y_true == number) for number in range(len(classes))]
    comparisons = iter(adjusted([gain(rows) for rows in of_class if len(rows)]))
    fused_right, single_right = fused == y_true, single == y_true
    return FusionGain(
        overall=gain(np.arange(len(y_true))),
        per_class=tuple(
            ClassGain(str(name), len(rows), next(comparisons) if len(rows) else None)
            for name, rows in zip(classes, of_class, strict=True)
        ),
        rescued=np.flatnonzero(fused_right & ~single_right),
        spoiled=np.flatnonzero(single_right & ~fused_right),
    )


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"
