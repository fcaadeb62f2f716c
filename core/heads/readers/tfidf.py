"""The reader of tf-idf weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.reader import Feeds
from core.heads.text.ngrams import Ngrams, character_ngrams, word_ngrams
from core.heads.text.vocabulary import Vocabulary, pack

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_TEXTS = 200_000
"""Texts that n-grams are learned from: more say the same of the frequent ones, and take memory."""
AT_ONCE = 2048
"""Texts read together."""


@dataclass(frozen=True)
class TfidfReader:
    """Reads texts as tf-idf weights of word and character n-grams.

    Counts are logarithmic; a text's word weights have length 1, and so have its character weights.

    Attributes
    ----------
    words, characters
        The vocabularies. The number of a character n-gram follows those of the words.
    idf
        float32 (words + characters,): inverse document frequencies.
    """

    words: Vocabulary
    characters: Vocabulary
    idf: np.ndarray
    rows_at_once: ClassVar[int] = 64
    members: ClassVar[tuple[HeadKey, ...]] = ()

    @classmethod
    def learn(cls, texts: Sequence[str], *, most: int) -> TfidfReader:
        """Keep n-grams that occur in two texts or more, the `most` frequent of each kind.

        Of more than `MOST_TEXTS` texts, as many are read, evenly spread.
        """
        read = texts if len(texts) <= MOST_TEXTS else [texts[at] for at in _spread(len(texts), MOST_TEXTS)]
        learned = [
            Vocabulary.counted(_documents(read, ngrams), least=2, most=most)
            for ngrams in (word_ngrams, character_ngrams)
        ]
        (words, _), (characters, _) = learned
        documents = np.concatenate([counts for _, counts in learned])
        # scikit-learn's smoothed idf
        idf = np.log((1 + len(read)) / (1 + documents)) + 1
        return cls(words, characters, idf.astype(np.float32))

    def weights(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return positions of texts, the numbers of the n-grams in them, and their weights.

        Returns
        -------
        tuple
            int64, int64 and float32, (m,) each: text by text, words before characters.
        """
        kinds = ((0, self.words, word_ngrams), (len(self.words), self.characters, character_ngrams))
        parts = [self._weights(texts, *kind) for kind in kinds]
        rows, numbers, weights = (np.concatenate(each) for each in zip(*parts, strict=True))
        order = np.argsort(rows, kind="stable")
        return rows[order], numbers[order], weights[order]

    def _weights(
        self, texts: Sequence[str], start: int, vocabulary: Vocabulary, ngrams: Callable[..., Ngrams]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        found = ngrams(texts)
        numbers = vocabulary.numbers(found.hashes)
        known = numbers >= 0
        width = max(1, len(vocabulary))
        keys, counts = np.unique(found.texts[known] * width + numbers[known], return_counts=True)
        rows, entries = np.divmod(keys, width)
        weight = (1 + np.log(counts)) * self.idf[entries + start]
        length = np.sqrt(np.bincount(rows, weight**2, minlength=len(texts)))
        return rows, entries + start, (weight / np.maximum(length[rows], 1e-12)).astype(np.float32)

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``numbers`` int64 and ``weights`` float32, both (n, m), padded with weights of zero."""
        rows, numbers, weights = self.weights(inputs.texts.tolist())
        lengths = np.bincount(rows, minlength=len(inputs))
        within = np.arange(len(rows)) - (np.cumsum(lengths) - lengths)[rows]
        every = np.zeros((len(inputs), max(1, lengths.max(initial=0))), dtype=np.int64)
        padded = np.zeros(every.shape, dtype=np.float32)
        every[rows, within], padded[rows, within] = numbers, weights
        return {"numbers": every, "weights": padded}

    def matrix(self, texts: Sequence[str]) -> csr_array:
        """Return the weights of many texts, sparse float32 (n, words + characters)."""
        from scipy.sparse import csr_array, vstack

        width = len(self.idf)
        parts = [csr_array((0, width), dtype=np.float32)]
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            rows, numbers, weights = self.weights(some)
            ends = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(some)))])
            # scikit-learn's linear solver takes 32-bit indices only.
            indices, pointers = numbers.astype(np.int32), ends.astype(np.int32)
            parts.append(csr_array((weights, indices, pointers), shape=(len(some), width)))
        together: csr_array = vstack(parts, "csr")
        return together

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "reads": "tfidf",
            "words": self.words.to_text(),
            "characters": self.characters.to_text(),
            "idf": pack(self.idf),
        }


def _documents(texts: Sequence[str], ngrams: Callable[..., Ngrams]) -> Iterator[np.ndarray]:
    """Yield the hashes of some texts at a time, each once for each text that holds it."""
    for start in range(0, len(texts), AT_ONCE):
        found = ngrams(texts[start : start + AT_ONCE])
        order = np.lexsort((found.hashes, found.texts))
        rows, hashes = found.texts[order], found.hashes[order]
        again = (rows[1:] == rows[:-1]) & (hashes[1:] == hashes[:-1])
        yield hashes[np.concatenate([[True], ~again])[: len(hashes)]]


def _spread(n: int, count: int) -> list[int]:
    return [n * at // count for at in range(count)]
