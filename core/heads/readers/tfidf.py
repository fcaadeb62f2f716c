"""The reader of tf-idf weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.reader import Feeds
from core.heads.text.ngrams import character_ngrams, word_ngrams
from core.heads.text.vocabulary import Vocabulary, pack


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
        """Keep n-grams that occur in two texts or more, the `most` frequent of each kind."""
        words, characters = (
            Vocabulary.learn((ngrams(text) for text in texts), least=2, most=most)
            for ngrams in (word_ngrams, character_ngrams)
        )
        unweighted = cls(words, characters, np.ones(len(words) + len(characters), dtype=np.float32))
        documents = np.zeros(len(unweighted.idf))
        for text in texts:
            documents[unweighted.weights(text)[0]] += 1
        # scikit-learn's smoothed idf
        idf = np.log((1 + len(texts)) / (1 + documents)) + 1
        return cls(words, characters, idf.astype(np.float32))

    def weights(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of the n-grams in `text`, and their weights: int64 and float32, both (m,)."""
        kinds = ((0, self.words, word_ngrams), (len(self.words), self.characters, character_ngrams))
        every, weights = [], []
        for start, vocabulary, ngrams in kinds:
            numbers = vocabulary.numbers(ngrams(text))
            entries, counts = np.unique(numbers[numbers >= 0] + start, return_counts=True)
            weight = (1 + np.log(counts)) * self.idf[entries]
            every.append(entries)
            weights.append(weight / max(np.linalg.norm(weight), 1e-12))
        return np.concatenate(every), np.concatenate(weights).astype(np.float32)

    def __call__(self, inputs: Inputs) -> Feeds:
        """Return ``numbers`` int64 and ``weights`` float32, both (n, m), padded with weights of zero."""
        read = [self.weights(text) for text in inputs.texts]
        longest = max((len(numbers) for numbers, _ in read), default=0)
        every = np.zeros((len(read), max(longest, 1)), dtype=np.int64)
        padded = np.zeros(every.shape, dtype=np.float32)
        for row, (numbers, weights) in enumerate(read):
            every[row, : len(numbers)] = numbers
            padded[row, : len(weights)] = weights
        return {"numbers": every, "weights": padded}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "reads": "tfidf",
            "words": self.words.to_text(),
            "characters": self.characters.to_text(),
            "idf": pack(self.idf),
        }
