"""Word and character n-grams of texts, as 64-bit hashes.

The same n-grams as scikit-learn's vectorizers find with ``ngram_range=(1, 2)`` for words and with
``analyzer="char_wb"``, ``ngram_range=(3, 5)`` for characters; computed with NumPy, so that serving needs
neither scikit-learn nor the words. Many texts are read together: NumPy's calls cost more than their work on
one short text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.heads.text.vocabulary import hashes_of

CHARACTERS = (3, 4, 5)
"""Lengths of the character n-grams."""

_WORD = re.compile(r"\w\w+")
_SPACE = ord(" ")
# Odd constants with evenly mixed bits (Knuth's multiplicative hashing; the finaliser is splitmix64's).
_BASE, _PAIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, eq=False)
class Ngrams:
    """The n-grams of some texts, each as often as it occurs.

    Attributes
    ----------
    texts
        int64 (m,): the position of the text that holds each.
    hashes
        uint64 (m,).
    """

    texts: np.ndarray
    hashes: np.ndarray


def word_ngrams(texts: Sequence[str]) -> Ngrams:
    """Return the words of two letters or more, and neighbouring pairs of them."""
    found = [_WORD.findall(text.casefold()) for text in texts]
    of_words = np.repeat(np.arange(len(texts)), [len(words) for words in found])
    words = hashes_of([word for each in found for word in each])
    together = of_words[:-1] == of_words[1:]
    pairs = _mixed(words[:-1] * _PAIR + words[1:])[together]
    return Ngrams(np.concatenate([of_words, of_words[:-1][together]]), np.concatenate([words, pairs]))


def character_ngrams(texts: Sequence[str]) -> Ngrams:
    """Return the runs of 3 to 5 characters inside words; a word's edges are spaces."""
    # Two spaces stand between words, and between texts, so that a run that crosses them holds both, and is
    # left out.
    padded = ["".join(f" {word} " for word in text.casefold().split()) for text in texts]
    of_codes = np.repeat(np.arange(len(texts)), [len(text) for text in padded])
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    space = codes == _SPACE
    crossing = space[:-1] & space[1:]
    rows, every = [], []
    for length in CHARACTERS:
        count = max(0, len(codes) - length + 1)
        hashes = np.zeros(count, dtype=np.uint64)
        across = np.zeros(count, dtype=bool)
        for offset in range(length):
            hashes = hashes * _BASE + codes[offset : offset + count]
            if offset:
                across |= crossing[offset - 1 : offset - 1 + count]
        rows.append(of_codes[:count][~across])
        every.append(_mixed(hashes[~across] + np.uint64(length)))
    return Ngrams(np.concatenate(rows), np.concatenate(every))


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """Mix the bits, so that similar n-grams get unlike hashes."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX[0]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX[1]
    mixed: np.ndarray = hashes ^ (hashes >> np.uint64(31))
    return mixed
