"""Word and character n-grams of a text, as 64-bit hashes.

The same n-grams as scikit-learn's vectorizers find with ``ngram_range=(1, 2)`` for words and with
``analyzer="char_wb"``, ``ngram_range=(3, 5)`` for characters; computed with NumPy, so that serving needs
neither scikit-learn nor the words.
"""

from __future__ import annotations

import re

import numpy as np

from core.heads.text.vocabulary import hashes_of

CHARACTERS = (3, 4, 5)
"""Lengths of the character n-grams."""

_WORD = re.compile(r"\w\w+")
_SPACE = ord(" ")
# Odd constants with evenly mixed bits (Knuth's multiplicative hashing; the finaliser is splitmix64's).
_BASE, _PAIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def word_ngrams(text: str) -> np.ndarray:
    """Return hashes of the words of two letters or more and of neighbouring pairs of them, uint64 (m,)."""
    words = hashes_of(_WORD.findall(text.casefold()))
    return np.concatenate([words, _mixed(words[:-1] * _PAIR + words[1:])])


def character_ngrams(text: str) -> np.ndarray:
    """Return hashes of the runs of 3 to 5 characters inside words, uint64 (m,); a word's edges are spaces."""
    words = text.casefold().split()
    # Two spaces stand between words, so that a run that crosses them holds both, and is left out.
    codes = np.frombuffer("".join(f" {word} " for word in words).encode("utf-32-le", "surrogatepass"), "<u4")
    codes = codes.astype(np.uint64)
    space = codes == _SPACE
    crossing = space[:-1] & space[1:]
    every = []
    for length in CHARACTERS:
        count = len(codes) - length + 1
        if count <= 0:
            break
        hashes = np.zeros(count, dtype=np.uint64)
        across = np.zeros(count, dtype=bool)
        for offset in range(length):
            hashes = hashes * _BASE + codes[offset : offset + count]
            if offset:
                across |= crossing[offset - 1 : offset - 1 + count]
        every.append(_mixed(hashes[~across] + np.uint64(length)))
    return np.concatenate(every) if every else np.zeros(0, dtype=np.uint64)


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """Mix the bits, so that similar n-grams get unlike hashes."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX[0]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX[1]
    mixed: np.ndarray = hashes ^ (hashes >> np.uint64(31))
    return mixed
