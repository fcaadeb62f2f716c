"""The words of a text that tell its language."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

import numpy as np

MOST = 60
"""Different words of a text that are read: enough to tell its language."""
LONGEST = 20
"""Letters of a word that are read."""

_RUN = re.compile(r"\w+(?:['’]\w+)*")
_LETTERS = re.compile(r"[^\W\d_]+")


def words_of(text: str) -> list[str]:
    """Return the different words of a text, at most `MOST`: two letters or more, lower-case.

    What holds a digit, such as a model number, is no word.
    """
    words: dict[str, None] = {}
    for run in _RUN.findall(text):
        if any(map(str.isdigit, run)):
            continue
        for word in _LETTERS.findall(run.replace("'", "").replace("’", "")):
            if len(word) > 1:
                words[word.lower()[:LONGEST]] = None
        if len(words) >= MOST:
            break
    return list(words)[:MOST]


def hashed(words: Iterable[str]) -> np.ndarray:
    """Return a hash of each word, uint32 (n,): words cannot be read from them."""
    return np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words], dtype=np.uint32)
