"""What a catalogue's words say: a linear classifier of words, and which words it has never met.

An encoder puts what it does not know near something; words that no training text has are plain to see.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.strangeness.sample import sampled

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_WORDS = 10_000
"""Words that are kept, the most frequent ones; all others count as never met."""
MOST_TEXTS = 50_000
"""Texts that words are learned from: the most frequent ones are those of a sample, too."""
STRENGTH = 30.0
_WORD = re.compile(r"\w\w+")


@dataclass(frozen=True, eq=False)
class WordModel:
    """A logistic regression of word weights (tf-idf).

    Attributes
    ----------
    hashes
        uint32 (w,), ascending: the words, which cannot be read from them.
    idf
        float32 (w,): the rarer a word, the more it counts.
    weights
        float32 (w + 1, k): coefficients, the intercepts in the last row.
    """

    hashes: np.ndarray
    idf: np.ndarray
    weights: np.ndarray

    def read(self, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return logits of n texts, float32 (n, k), and how familiar their words are, (n,) from 0 to 1."""
        logits = np.empty((len(texts), self.weights.shape[1]), dtype=np.float32)
        familiar = np.ones(len(texts))
        for row, text in enumerate(texts):
            hashes, counts = _counted(text)
            places, known = self._places(hashes)
            values = np.log1p(counts[known]) * self.idf[places]
            values /= max(float(np.linalg.norm(values)), 1e-9)
            logits[row] = values @ self.weights[places] + self.weights[-1]
            met = float(self.idf[places].sum())
            unmet = float((~known).sum()) * float(self.idf.max(initial=1))
            if met + unmet > 0:
                familiar[row] = met / (met + unmet)
        return logits, familiar

    def _places(self, hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where the known ones of some words stand, and which are known, bool."""
        places = np.searchsorted(self.hashes, hashes)
        places[places == len(self.hashes)] = 0
        known = self.hashes[places] == hashes if len(self.hashes) else np.zeros(len(hashes), dtype=bool)
        return places[known], known


def fit_words(texts: np.ndarray, labels: np.ndarray, seed: int = 0) -> WordModel:
    """Fit a logistic regression on the words of texts of two or more categories, of `MOST_TEXTS` at most.

    Parameters
    ----------
    texts, labels
        object (n,), int (n,).
    seed
        Of the sample.
    """
    from sklearn.linear_model import LogisticRegression

    rows = sampled(labels, MOST_TEXTS, seed)
    texts, labels = texts[rows], labels[rows]
    counted = [_counted(text) for text in texts]
    frequency: Counter[int] = Counter()
    for hashes, _ in counted:
        frequency.update(hashes.tolist())
    kept = sorted(word for word, _ in frequency.most_common(MOST_WORDS))
    words = np.array(kept, dtype=np.uint32)
    shown_in = np.array([frequency[word] for word in kept], dtype=np.float64)
    idf = (np.log((1 + len(texts)) / (1 + shown_in)) + 1).astype(np.float16).astype(np.float32)
    empty = WordModel(words, idf, np.zeros((len(words) + 1, 1), dtype=np.float32))
    if not len(words):  # nothing but single characters
        return WordModel(words, idf, np.zeros((1, len(np.unique(labels))), dtype=np.float32))
    model = LogisticRegression(C=STRENGTH, max_iter=100, tol=1e-2).fit(_matrix(empty, counted), labels)
    weights = np.concatenate([model.coef_.T, model.intercept_[None]])
    if weights.shape[1] == 1:  # two categories have one column of log-odds, the second one's
        weights = np.concatenate([-weights, weights], axis=1) / 2
    return WordModel(words, idf, weights.astype(np.float16).astype(np.float32))  # as they are stored


def _matrix(model: WordModel, counted: Sequence[tuple[np.ndarray, np.ndarray]]) -> csr_array:
    """Return the words' weights in each text, rows of length 1, (n, w)."""
    from scipy.sparse import csr_array

    values, columns, ends = [], [], [0]
    for hashes, counts in counted:
        places, known = model._places(hashes)
        each = np.log1p(counts[known]) * model.idf[places]
        values.append(each / max(float(np.linalg.norm(each)), 1e-9))
        columns.append(places)
        ends.append(ends[-1] + len(places))
    return csr_array(
        (np.concatenate(values), np.concatenate(columns), np.array(ends)),
        shape=(len(counted), len(model.hashes)),
    )


def _counted(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the hashes of a text's words, uint32 ascending, and how often each occurs."""
    hashes = np.array([zlib.crc32(word.encode()) for word in _WORD.findall(text.casefold())], dtype=np.uint32)
    return np.unique(hashes, return_counts=True)
