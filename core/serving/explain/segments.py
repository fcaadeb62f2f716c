"""Where the words of a text are, and how a long text falls into pieces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

# Joined by zero-width joiners and variation selectors, one after another they are one thing to read.
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Scripts written without spaces, in which a character is about a word.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_SEPARATORS = r"\s,;:|/()\[\]{}<>=\"“”„«»…、。，；：（）"
_WORD = re.compile(
    f"[{_EMOJI}][{_EMOJI}\ufe0f\u200d]*|[{_UNSPACED}]"
    # 1,000 and 3/4 are one word
    f"|(?:[^{_SEPARATORS}{_EMOJI}{_UNSPACED}]|(?<=\\d)[,:/](?=\\d))+"
)
_EMOJI_FIRST = re.compile(f"[{_EMOJI}]")
_END = re.compile(r"[.!?;|…。！？\n]")


@dataclass(frozen=True)
class Word:
    """A word's place in a text: characters `start` to `end`; the same words have the same `key`."""

    start: int
    end: int
    key: str


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text in their order, without the punctuation around them.

    A run of emoji is a word, and so is each character of scripts without spaces (Chinese, Japanese); what
    holds neither letter nor digit nor emoji is none.
    """
    words = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if not _EMOJI_FIRST.match(match[0]):
            while start < end and unicodedata.category(text[start])[0] == "P":
                start += 1
            while start < end and unicodedata.category(text[end - 1])[0] == "P":
                end -= 1
            if not any(c.isalnum() for c in text[start:end]):
                continue
        words.append(Word(start, end, text[start:end].casefold()))
    return tuple(words)


def pieces(text: str, words: Sequence[Word], most: int) -> tuple[range, ...]:
    """Group a text's words into at most `most` runs of like length, ending with a sentence where they can.

    Returns
    -------
    tuple of range
        Word numbers, without a gap.
    """
    length = -(-len(words) // most)
    runs, start = [], 0
    for number, word in enumerate(words):
        size = number + 1 - start
        is_last = number + 1 == len(words)
        ends = is_last or _END.search(text, word.end, words[number + 1].start) is not None
        if is_last or (ends and size >= length) or size >= 2 * length:
            runs.append(range(start, number + 1))
            start = number + 1
    return tuple(runs)


def without(text: str, words: Sequence[Word], left_out: Collection[int]) -> str:
    """Return the text without some of its words, by number; "" where none is left."""
    if len(left_out) >= len(words):
        return ""
    parts, at = [], 0
    for number in sorted(left_out):
        parts.append(text[at : words[number].start])
        at = words[number].end
    return " ".join("".join([*parts, text[at:]]).split())
