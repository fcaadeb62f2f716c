"""What a catalogue looks like to an encoder: a linear classifier, prototypes, and their signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.common.row_vectors import RowVectors
from core.evaluation.softmax import softmax
from core.evaluation.strangeness.prototypes import Prototypes, fit_prototypes
from core.evaluation.strangeness.sample import sampled
from core.evaluation.strangeness.words import WordModel, fit_words

STRENGTH = 10.0
SAMPLED = 6_000
"""Training products that a linear classifier is fitted on: more change its confidence little."""
SMALLEST = 1e-6
BLOCK = 2_048
"""Products that are measured at once: each takes some thousand numbers on the way to its few signals."""

SIGNALS = ("confidence", "energy", "entropy", "nearest", "nearest_own", "relative", "relative_own")
"""What is measured on each side; the larger, the more familiar the product."""
WORD_SIGNALS = ("confidence", "energy", "entropy", "familiar", "overlap")
"""What is measured of the words besides; overlap is with what the text's vector says."""
FUSED_SIGNALS = ("confidence", "energy", "entropy", "overlap", "words_overlap", "text_says", "image_says")
"""What is measured besides where a product has both sides."""


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A logistic regression.

    Attributes
    ----------
    weights
        float32 (d + 1, k): coefficients, the intercepts in the last row.
    categories
        int64 (k,): positions of its categories in the catalogue's.
    """

    weights: np.ndarray
    categories: np.ndarray

    def logits(self, vectors: np.ndarray) -> np.ndarray:
        """Return float32 (n, k)."""
        logits: np.ndarray = vectors @ self.weights[:-1] + self.weights[-1]
        return logits


@dataclass(frozen=True, eq=False)
class Reference:
    """The training products as one encoder sees them: text or image."""

    linear: LinearModel
    prototypes: Prototypes

    def signals(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return `SIGNALS` of n products, float64 (n, 7), and the linear model's probabilities (n, k)."""
        logits = self.linear.logits(vectors)
        own = self.linear.categories[logits.argmax(axis=1)]
        similar = self.prototypes.similarities(vectors)
        relative = self.prototypes.relative(similar)
        elsewhere = self.prototypes.categories[None] != own[:, None]
        columns = [
            *_of_logits(logits),
            similar.max(axis=1),
            np.where(elsewhere, -np.inf, similar).max(axis=1),
            relative.max(axis=1),
            np.where(elsewhere, -np.inf, relative).max(axis=1),
        ]
        return np.stack(columns, axis=1).astype(np.float64), softmax(logits)


@dataclass(frozen=True, eq=False)
class References:
    """What all training products look like.

    Attributes
    ----------
    sides
        text and/or image -> the reference.
    words
        Of the texts; None without text.
    fused
        A linear classifier of text vectors beside image vectors; None where one side is missing. A category
        none of whose products has an image is missing in it, and in the image's.
    """

    sides: Mapping[str, Reference]
    words: WordModel | None
    fused: LinearModel | None

    def signals(
        self, vectors: Mapping[str, RowVectors], texts: np.ndarray, other_words: np.ndarray | None = None
    ) -> np.ndarray:
        """Return all that is measured of n products which have these sides, float64 (n, signals).

        Parameters
        ----------
        vectors
            text and/or image -> float32 (n, d), of length 1.
        texts
            object (n,): their texts; not read without text vectors.
        other_words
            bool (n,): texts in a language that the catalogue does not have; what words say is then NaN. By
            default none.
        """
        starts = range(0, max(1, len(next(iter(vectors.values())))), BLOCK)
        blocks = [
            self._measured(
                {side: each[start : start + BLOCK] for side, each in vectors.items()},
                texts[start : start + BLOCK],
                None if other_words is None else other_words[start : start + BLOCK],
            )
            for start in starts
        ]
        return np.concatenate(blocks)

    def _measured(
        self, vectors: Mapping[str, np.ndarray], texts: np.ndarray, other_words: np.ndarray | None
    ) -> np.ndarray:
        measured = {side: self.sides[side].signals(each) for side, each in vectors.items()}
        parts = [signals for signals, _ in measured.values()]
        said_by_words = None
        if self.words is not None and "text" in vectors:
            logits, familiar = self.words.read(texts)
            said_by_words = softmax(logits)
            overlap = _overlap(said_by_words, measured["text"][1])
            parts.append(np.stack([*_of_logits(logits), familiar, overlap], axis=1))
            if other_words is not None:
                parts[-1][other_words] = np.nan
        if self.fused is not None and said_by_words is not None and "image" in vectors:
            logits = self.fused.logits(np.concatenate([vectors["text"], vectors["image"]], axis=1))
            text, words, image = self._side_by_side(measured["text"][1], said_by_words, measured["image"][1])
            rows, answer = np.arange(len(logits)), self.fused.categories[logits.argmax(axis=1)]
            said = [_log_odds(proba[rows, answer]) for proba in (text, image)]
            overlaps = [_overlap(text, image), _overlap(words, image)]
            parts.append(np.stack([*_of_logits(logits), *overlaps, *said], axis=1))
            if other_words is not None:
                parts[-1][other_words, FUSED_SIGNALS.index("words_overlap")] = np.nan
        return np.concatenate(parts, axis=1)

    def _side_by_side(self, text: np.ndarray, words: np.ndarray, image: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the same probabilities, (n, categories), with a column for every category."""
        of_text, of_image = (self.sides[side].linear.categories for side in ("text", "image"))
        width = 1 + max(int(of_text.max()), int(of_image.max()))
        for proba, categories in ((text, of_text), (words, of_text), (image, of_image)):
            spread = np.zeros((len(proba), width), dtype=proba.dtype)
            spread[:, categories] = proba
            yield spread


def count_signals(sides: Sequence[str]) -> int:
    """Return how many signals `References.signals` gives of products that have these sides."""
    of_words = len(WORD_SIGNALS) if "text" in sides else 0
    return len(SIGNALS) * len(sides) + of_words + (len(FUSED_SIGNALS) if len(sides) > 1 else 0)


def fit_references(
    vectors: Mapping[str, RowVectors],
    present: Mapping[str, np.ndarray],
    texts: np.ndarray,
    labels: np.ndarray,
    seed: int = 0,
    rows: np.ndarray | None = None,
) -> References:
    """Learn what products look like.

    Parameters
    ----------
    vectors, present
        text and/or image -> float32 (n, d), of length 1, and which products have it, bool (n,).
    texts
        object (n,): "" where there is none.
    labels
        int (n,): categories. Two or more of them have products with each side.
    seed
        Of samples and of k-means.
    rows
        int (m,): the products to learn from; by default all. They are not copied.
    """
    rows = np.arange(len(labels)) if rows is None else rows
    own = {side: rows[present[side][rows]] for side in vectors}
    sides = {
        side: Reference(
            fit_linear([each], labels, seed, own[side]), fit_prototypes(each, labels, seed, own[side])
        )
        for side, each in vectors.items()
    }
    words = fit_words(texts[own["text"]], labels[own["text"]], seed) if "text" in vectors else None
    if len(vectors) < 2:
        return References(sides, words, None)
    both = own["text"][present["image"][own["text"]]]
    return References(sides, words, fit_linear([vectors["text"], vectors["image"]], labels, seed, both))


def fit_linear(
    sides: Sequence[RowVectors], labels: np.ndarray, seed: int = 0, rows: np.ndarray | None = None
) -> LinearModel:
    """Fit a logistic regression on `SAMPLED` products at most.

    Parameters
    ----------
    sides
        float32 (n, d) each: side by side they are the vectors.
    labels
        int (n,): categories.
    seed
        Of the sample.
    rows
        int (m,): the products to learn from; by default all.
    """
    from sklearn.linear_model import LogisticRegression

    rows = np.arange(len(labels)) if rows is None else rows
    rows = rows[sampled(labels[rows], SAMPLED, seed)]
    vectors = np.concatenate([side[rows] for side in sides], axis=1)
    model = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3).fit(vectors, labels[rows])
    weights = np.concatenate([model.coef_.T, model.intercept_[None]])
    if weights.shape[1] == 1:  # two categories have one column of log-odds, the second one's
        weights = np.concatenate([-weights, weights], axis=1) / 2
    return LinearModel(weights.astype(np.float32), model.classes_.astype(np.int64))


def _of_logits(logits: np.ndarray) -> list[np.ndarray]:
    """Return log-odds of the confidence, energy (Liu et al., 2020) and negative entropy, (n,) each."""
    highest = logits.max(axis=1)
    proba = softmax(logits)
    energy = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    entropy = (proba * np.log(np.maximum(proba, SMALLEST))).sum(axis=1)
    return [_log_odds(proba.max(axis=1)), energy, entropy]


def _overlap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    overlap: np.ndarray = np.sqrt(first * second).sum(axis=1)
    return overlap


def _log_odds(p: np.ndarray) -> np.ndarray:
    p = np.clip(p.astype(np.float64), SMALLEST, 1 - SMALLEST)
    odds: np.ndarray = np.log(p) - np.log1p(-p)
    return odds
