"""Scores along a tree of categories: how far down answers are right, and how far off wrong ones are.

All of them follow from how deep the true category, the answered one and their lowest common ancestor lie, and
from the height of that ancestor. Products are therefore counted by these four numbers, which keeps resampling
cheap in a tree of any size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.evaluation.checks import checked_classes
from core.evaluation.intervals import Interval, Statistic, bootstrap_interval
from core.evaluation.resampling import Resamples, resample
from core.taxonomy.taxonomy import Taxonomy


@dataclass(frozen=True)
class TreeScores:
    """Scores of answers that are nodes of a tree.

    Attributes
    ----------
    n
        Products.
    levels
        Accuracy at depth 1, 2, ...: of the products whose true category is that deep or deeper, the share
        whose answer has the same ancestor there.
    tested
        Products at each of these levels.
    precision, recall, f1
        On the sets of the answered and the true category with all above them but the root, summed over
        products (Kiritchenko et al., 2005; Kosmopoulos et al., 2013, call them set-based).
    mistakes
        Height of the lowest common ancestor of the answer and the truth -> wrong answers; its height is the
        steps to the farthest category below it. A near miss has height 1, a miss across the whole tree the
        tree's own.
    mistake_height
        Mean of these heights; None without a wrong answer.
    """

    n: int
    levels: tuple[Interval, ...]
    tested: tuple[int, ...]
    precision: Interval
    recall: Interval
    f1: Interval
    mistakes: Mapping[int, int]
    mistake_height: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers, ready for JSON; scores are shares, 0 to 1, intervals are of 95%."""
        scores = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {
            "n": self.n,
            "levels": [each.value for each in self.levels],
            "level_intervals": [[each.low, each.high] for each in self.levels],
            "level_products": list(self.tested),
            **{f"hierarchical_{name}": each.value for name, each in scores.items()},
            "hierarchical_intervals": {name: [each.low, each.high] for name, each in scores.items()},
            "mistakes_by_height": {str(height): count for height, count in self.mistakes.items()},
            "mistake_height": self.mistake_height,
        }


def tree_scores(
    tree: Taxonomy,
    true: np.ndarray,
    predicted: np.ndarray,
    *,
    groups: np.ndarray | None = None,
    resamples: int = 2000,
    seed: int = 0,
) -> TreeScores:
    """Score answers along a tree, with 95% bootstrap intervals.

    Parameters
    ----------
    tree
        Of the categories.
    true, predicted
        int (n,): nodes; the root is an answer that says nothing.
    groups
        int (n,): rows of one product share a group and are drawn together.
    resamples, seed
        How many, and what fixes them.

    Raises
    ------
    CatalogueError
        If there are no products.
    ValueError
        If the arrays do not fit together, or a true category is the root.

    References
    ----------
    S. Kiritchenko, S. Matwin, A. F. Famili: Functional annotation of genes using hierarchical text
    categorization (2005). A. Kosmopoulos, I. Partalas, E. Gaussier, G. Paliouras, I. Androutsopoulos:
    Evaluation measures for hierarchical classification (2015; arXiv 1306.6802, 2013).
    """
    true, predicted = checked_classes(true, predicted, n_classes=len(tree))
    if not tree.depths[true].all():
        raise ValueError("expected true categories below the root")
    common = tree.lowest_common(true, predicted)
    columns = [tree.depths[true], tree.depths[predicted], tree.depths[common], tree.heights[common]]
    base = int(max(tree.depth, tree.heights.max())) + 1
    code = np.zeros(len(true), dtype=np.int64)
    for column in columns:
        code = code * base + column
    sample = resample(code, groups, resamples=resamples, seed=seed)
    deep, answered, shared, height = _decoded(sample.outcomes, base)
    wrong = (shared < deep) | (shared < answered)
    tested = [int(sample.observed[deep >= level].sum()) for level in range(1, int(deep.max()) + 1)]
    heights = np.bincount(height[wrong], sample.observed[wrong]).astype(np.int64)
    return TreeScores(
        n=len(true),
        levels=tuple(_level(sample, deep, shared, level) for level in range(1, len(tested) + 1)),
        tested=tuple(tested),
        precision=bootstrap_interval(_share(shared, answered), sample),
        recall=bootstrap_interval(_share(shared, deep), sample),
        f1=bootstrap_interval(_share(2 * shared, answered + deep), sample),
        mistakes={at: int(count) for at, count in enumerate(heights) if count},
        mistake_height=float(np.average(np.arange(len(heights)), weights=heights)) if wrong.any() else None,
    )


def _decoded(code: np.ndarray, base: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rest, height = np.divmod(code, base)
    rest, shared = np.divmod(rest, base)
    deep, answered = np.divmod(rest, base)
    return deep, answered, shared, height


def _share(part: np.ndarray, whole: np.ndarray) -> Statistic:
    """Return the share of sums over products; 0 where there is nothing to share."""

    def share(counts: np.ndarray) -> np.ndarray:
        return np.asarray(counts @ part / np.maximum(counts @ whole, 1))

    return share


def _level(sample: Resamples, deep: np.ndarray, shared: np.ndarray, level: int) -> Interval:
    return bootstrap_interval(_share((shared >= level).astype(int), (deep >= level).astype(int)), sample)
