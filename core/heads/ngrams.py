"""Words, pairs of words and pieces of words of a text, as 64-bit hashes.

What scikit-learn's vectorizers call ``ngram_range=(1, 2)`` of words and ``analyzer="char_wb"`` with
``ngram_range=(3, 5)``, computed with NumPy, so that serving needs neither scikit-learn nor the words.
"""

from __future__ import annotations

import re

import numpy as np

from core.heads.vocabulary import word_hash

PIECES = (3, 4, 5)

_WORD = re.compile(r"\w\w+")
_SPACE = ord(" ")
# Odd constants with evenly mixed bits (Knuth's multiplicative hashing; the finaliser is splitmix64's).
_BASE, _PAIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def word_grams(text: str) -> np.ndarray:
    """Return hashes of the words of two letters or more and of their neighbouring pairs, uint64 (m,)."""
    words = np.array([word_hash(word) for word in _WORD.findall(text.casefold())], dtype=np.uint64)
    return np.concatenate([words, _mixed(words[:-1] * _PAIR + words[1:])])


def piece_grams(text: str) -> np.ndarray:
    """Return hashes of the runs of 3 to 5 characters inside words, edges counting as a space, uint64 (m,)."""
    words = text.casefold().split()
    # Two spaces stand between words: a run that crosses from one to the next holds both, and is left out.
    codes = np.frombuffer("".join(f" {word} " for word in words).encode("utf-32-le", "surrogatepass"), "<u4")
    codes = codes.astype(np.uint64)
    space = codes == _SPACE
    crossing = space[:-1] & space[1:]
    found = []
    for length in PIECES:
        count = len(codes) - length + 1
        if count <= 0:
            break
        hashes = np.zeros(count, dtype=np.uint64)
        across = np.zeros(count, dtype=bool)
        for place in range(length):
            hashes = hashes * _BASE + codes[place : place + count]
            if place:
                across |= crossing[place - 1 : place - 1 + count]
        found.append(_mixed(hashes[~across] + np.uint64(length)))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)


def _mixed(hashes: np.ndarray) -> np.ndarray:
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX[0]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX[1]
    return hashes ^ (hashes >> np.uint64(31))
