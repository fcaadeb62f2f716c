"""How far words look like words: which letters follow which, in a catalogue's words and in a dictionary's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np

BEGIN, END = "\x02", "\x03"
LEAST, MOST = -1.5, 1.0
"""What a word may say at least and at most, in log-odds a letter."""
DICTIONARY = 30_000
"""Words of a dictionary that are read."""


@dataclass(frozen=True)
class _Order:
    """Sequences of n letters: how often each occurs, and how often and how variedly its beginning goes on."""

    counts: Counter[str]
    followed: Counter[str]
    kinds: Counter[str]

    @classmethod
    def of(cls, counts: Counter[str]) -> _Order:
        followed: Counter[str] = Counter()
        for sequence, count in counts.items():
            followed[sequence[:-1]] += count
        return cls(counts, followed, Counter(sequence[:-1] for sequence in counts))


@dataclass(frozen=True, eq=False)
class LetterModel:
    """Counts of letter triples, interpolated with those of pairs and letters (Witten and Bell, 1991).

    Attributes
    ----------
    triples
        str (t,): three characters each; before a word stand two `BEGIN`, after it `END`.
    counts
        int32 (t,): how often each occurs, 1 or more.
    """

    triples: np.ndarray
    counts: np.ndarray

    @classmethod
    def fit(cls, words: Iterable[str]) -> LetterModel:
        """Count the triples of lower-case words."""
        counts = Counter(triple for word in words for triple in _triples(word))
        triples = sorted(counts)
        return cls(
            np.array(triples, dtype="<U3"), np.array([counts[each] for each in triples], dtype=np.int32)
        )

    def likeness(self, word: str) -> float:
        """Return how much likelier a word's letters are in this order than in any.

        In log-odds a letter, from `LEAST` to `MOST`; letters that no word has say nothing.
        """
        gained = sum(map(self._gain, _triples(word)))
        return min(max(gained / (len(word) + 1), LEAST), MOST)

    def _gain(self, triple: str) -> float:
        """Return the log of a letter's probability after the two before it, over its share of all letters."""
        gain = self._gains.get(triple)
        if gain is None:
            letters, *longer = self._orders
            if any(letter not in letters.counts for letter in triple.replace(BEGIN, "")):
                return 0.0  # of another script, say: nothing is known of it
            share = (letters.counts[triple[2]] + 0.5) / (letters.followed[""] + 0.5 * len(letters.counts) + 1)
            probability = share
            for order, start in zip(longer, (1, 0), strict=True):
                before, kinds = triple[start:2], order.kinds[triple[start:2]]
                if kinds:
                    probability = order.counts[triple[start:]] + kinds * probability
                    probability /= order.followed[before] + kinds
            gain = self._gains[triple] = log(probability / share)
        return gain

    @cached_property
    def _gains(self) -> dict[str, float]:
        return {}

    @cached_property
    def _orders(self) -> tuple[_Order, _Order, _Order]:
        """Letters, pairs and triples."""
        tables: tuple[Counter[str], Counter[str], Counter[str]] = (Counter(), Counter(), Counter())
        for triple, count in zip(self.triples.tolist(), self.counts.tolist(), strict=True):
            for table, start in zip(tables, (2, 1, 0), strict=True):
                table[triple[start:]] += count
        return _Order.of(tables[0]), _Order.of(tables[1]), _Order.of(tables[2])


def _triples(word: str) -> list[str]:
    marked = f"{BEGIN}{BEGIN}{word}{END}"
    return [marked[start : start + 3] for start in range(len(marked) - 2)]


def dictionary_words(languages: Sequence[str]) -> list[str]:
    """Return words of the languages that simplemma has a dictionary of, about `DICTIONARY` of each."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    found: list[str] = []
    for language in languages:
        if language in SUPPORTED_LANGUAGES:
            dictionary = DefaultDictionaryFactory().get_dictionary(language)
            words = sorted({word.lower() for word in dictionary if word.isalpha() and len(word) > 1})
            found += words[:: 1 + len(words) // DICTIONARY]
    return found
