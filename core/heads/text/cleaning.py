"""Clean words for the recurrent heads: lemmas, without stop words and special characters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

VERSION = 1
"""Stored with every head that reads clean words; raise it when cleaning changes."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_STOP_WORDS = """
a about above after again all also am an and any are as at be because been before being below
between both but by can could did do does doing down during each few for from further had has have
having he her here hers him his how i if in into is it its itself just me more most my no nor not
now of off on once only or other our ours out over own same she should so some such than that the
their theirs them then there these they this those through to too under until up us very was we were
what when where which while who whom why will with would you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def clean_words(text: str) -> list[str]:
    """Return the lemmas of `text` in order, lower case, without stop words.

    Special characters are dropped; numbers stay, since sizes tell products apart. Lemmas come from
    simplemma's English dictionary (https://github.com/adbar/simplemma).
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [lemma(word) for word in words if word not in STOP_WORDS]


@lru_cache(maxsize=1 << 16)
def lemma(word: str) -> str:
    """Return the lemma of a lower-case word; an unknown word as it is."""
    from core.heads.text.lemmas import lemmatizer

    return lemmatizer()(word).casefold()
