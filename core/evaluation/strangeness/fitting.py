"""Learn what is strange by leaving categories out.

Some categories are hidden together with a fold of the other products; what is learned from the rest meets
both for the first time. The products of the hidden categories are strange, the others known: a small logistic
regression learns to tell them apart, and what it learned holds for categories that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.common.errors import CatalogueError
from core.common.row_vectors import RowVectors
from core.evaluation.one_thread import one_thread
from core.evaluation.strangeness.reference import References, fit_references
from core.evaluation.strangeness.score import StrangenessScore, fit_score

ROUNDS = 6
HIDDEN_EACH = 200
"""Products of a hidden category that count."""

NEVER = -1

GIVENS = {"text": ("text",), "image": ("image",), "fused": ("text", "image")}


@dataclass(frozen=True, eq=False)
class Strangeness:
    """How unlike a catalogue products are.

    Attributes
    ----------
    references
        What its training products look like.
    scores
        text, image, fused -> the score of products which have that.
    """

    references: References
    scores: Mapping[str, StrangenessScore]

    def of(
        self,
        given: str,
        vectors: Mapping[str, RowVectors],
        texts: np.ndarray,
        other_words: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return how strange n products are by what is given, float64 (n,), 0 to 1.

        Parameters
        ----------
        given
            text, image or fused.
        vectors
            text and/or image -> float32 (n, d), of length 1.
        texts
            object (n,): their texts; not read where only images are given.
        other_words
            bool (n,): texts in a language that the catalogue does not have, but the encoder covers: their
            words say nothing, and do not count. By default none.
        """
        sides = {side: vectors[side] for side in GIVENS[given]}
        return self.scores[given].of(self.references.signals(sides, texts, other_words))


@dataclass(frozen=True, eq=False)
class LearnedStrangeness:
    """What was learned, and how strange the training products themselves are.

    Attributes
    ----------
    strangeness
        For new products.
    of_training
        text, image, fused -> float64 (n,): how strange each training product is to what was learned without
        it and its group; NaN where a product lacks the side.
    """

    strangeness: Strangeness
    of_training: Mapping[str, np.ndarray]


@one_thread()
def fit_strangeness(
    vectors: Mapping[str, RowVectors],
    present: Mapping[str, np.ndarray],
    texts: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    seed: int = 0,
) -> LearnedStrangeness:
    """Learn how unlike a catalogue a product is.

    Parameters
    ----------
    vectors, present
        text and/or image -> float32 (n, d) of the training products, of length 1, and which have it, bool
        (n,). Vectors are only read by rows, some at a time.
    texts
        object (n,): "" where there is none.
    labels, groups
        int (n,): categories, and the groups of equal products.
    seed
        Of everything random.

    Raises
    ------
    CatalogueError
        There are fewer than two categories.
    """
    categories = np.unique(labels)
    if len(categories) < 2:
        raise CatalogueError(f"strangeness needs two categories or more, got {len(categories)}")
    rng = np.random.default_rng(seed)
    rounds = min(ROUNDS, len(categories)) if len(categories) > 2 else ROUNDS
    hidden_in = np.full(labels.max() + 1, NEVER, dtype=np.int64)
    if len(categories) > 2:  # of two, none can be hidden: a classifier needs both
        hidden_in[categories] = rng.permutation(len(categories)) % rounds
    folds = _folds(hidden_in[labels], groups, rounds, rng)
    lessons = {given: _Lessons(len(labels)) for given in GIVENS if set(GIVENS[given]) <= set(vectors)}
    there = {given: np.all([present[side] for side in GIVENS[given]], axis=0) for given in lessons}
    for number in range(rounds):
        hidden = hidden_in[labels] == number
        kept = ~hidden & (folds != number)
        if any(len(np.unique(labels[kept & rows])) < 2 for rows in there.values()):
            continue
        references = fit_references(vectors, present, texts, labels, seed, np.flatnonzero(kept))
        known, strange = ~hidden & (folds == number), _sample(labels, hidden, rng)
        for given, each in lessons.items():
            for chosen in (known, strange):
                rows = np.flatnonzero(chosen & there[given])
                if len(rows):
                    sides = {side: vectors[side][rows] for side in GIVENS[given]}
                    signals = references.signals(sides, texts[rows])
                    each.add(rows, signals, labels[rows], strange=chosen is strange)
    references = fit_references(vectors, present, texts, labels, seed)
    scores = {}
    for given, each in lessons.items():
        if each.has_known:
            scores[given] = each.score()
        else:  # so few groups that no round left one out: what is usual among the products must do
            rows = there[given]
            sides = {side: vectors[side][rows] for side in GIVENS[given]}
            scores[given] = _unlearned(references.signals(sides, texts[rows]))
    return LearnedStrangeness(
        Strangeness(references, scores),
        {given: each.of_known(scores[given]) for given, each in lessons.items()},
    )


class _Lessons:
    """Signals of known and of strange products, round by round."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.rows: list[np.ndarray] = []
        self.signals: list[np.ndarray] = []
        self.strange: list[np.ndarray] = []
        self.weights: list[np.ndarray] = []

    def add(self, rows: np.ndarray, signals: np.ndarray, labels: np.ndarray, *, strange: bool) -> None:
        """Add products; in a round, known and strange ones count the same, as do all hidden categories."""
        weights = np.full(len(rows), 1 / len(rows))
        if strange:
            _, category, counts = np.unique(labels, return_inverse=True, return_counts=True)
            weights = 1 / counts[category] / len(counts)
        self.rows.append(rows)
        self.signals.append(signals)
        self.strange.append(np.full(len(rows), strange))
        self.weights.append(weights)

    @property
    def has_known(self) -> bool:
        """Whether any known products were added."""
        return not all(strange.all() for strange in self.strange)

    def score(self) -> StrangenessScore:
        """Learn the score."""
        weights = np.concatenate(self.weights)
        return fit_score(
            np.concatenate(self.signals), np.concatenate(self.strange), weights * len(weights) / weights.sum()
        )

    def of_known(self, score: StrangenessScore) -> np.ndarray:
        """Return how strange each known product is, float64 (n,)."""
        strangeness = np.full(self.n, np.nan)
        for rows, signals, strange in zip(self.rows, self.signals, self.strange, strict=True):
            if not strange.any():
                strangeness[rows] = score.of(signals)
        return strangeness


def _unlearned(signals: np.ndarray) -> StrangenessScore:
    """Return a score for want of lessons: all signals count alike."""
    return fit_score(signals, np.zeros(len(signals), dtype=bool), np.ones(len(signals)))


def _folds(hidden_in: np.ndarray, groups: np.ndarray, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """Return a fold for each product: where possible, one in which no category of its group is hidden."""
    numbers, group = np.unique(groups, return_inverse=True)
    taken = np.zeros((len(numbers), rounds))
    known = hidden_in != NEVER
    taken[group[known], hidden_in[known]] = 1
    chosen: np.ndarray = (taken + rng.random(taken.shape)).argmin(axis=1)
    return chosen[group]


def _sample(labels: np.ndarray, hidden: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return `HIDDEN_EACH` products at most of each hidden category, bool (n,)."""
    sample = np.zeros(len(labels), dtype=bool)
    for category in np.unique(labels[hidden]):
        rows = np.flatnonzero(hidden & (labels == category))
        sample[rng.permutation(rows)[:HIDDEN_EACH]] = True
    return sample
