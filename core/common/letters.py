r"""Words of any script: what Python's ``\w`` calls no letter, but belongs to one.

``\w`` matches the consonants of Hindi, Thai or Arabic, but not the vowel signs that stand on them: cut by
it, "दाल" (lentils) and "दिल" (heart) are both "द ल".
"""

from __future__ import annotations

import re
import unicodedata

_FIRST, _END = 0x0300, 0x1F000  # combining marks stand between these, but for variation selectors


def _ranges() -> str:
    codes = [code for code in range(_FIRST, _END) if unicodedata.category(chr(code))[0] == "M"]
    ranges: list[list[int]] = []
    for code in codes:
        if code in (0xFE0E, 0xFE0F):  # text or emoji style: no part of a word
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS = f"{_ranges()}\u200c\u200d"
"""Combining marks and the joiners inside words, for a character class: ``[\\w{MARKS}]``."""

_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")


def bare(text: str) -> str:
    """Return `text` to compare it by: without case, accents and repeated space, in one Unicode form."""
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKD", text).translate(_STROKES).casefold()
    return unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", " ".join(text.split())))


# Letters whose stroke or shape Unicode does not take apart; accents belong to Latin, Greek and Cyrillic
# letters.
_STROKES = str.maketrans("łŁøØđĐıħ", "lLoOdDih")
_ACCENTS = re.compile(r"([a-z\u0370-\u04ff])[\u0300-\u036f]+")


def words_of(text: str) -> list[str]:
    """Return the runs of letters and digits of `text`, with their combining marks."""
    return _WORD.findall(text)
