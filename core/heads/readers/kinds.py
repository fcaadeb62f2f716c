"""Every kind of reader, by the name it has in a head's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.common.errors import CoreError
from core.heads.key import HeadKey
from core.heads.readers.members import MemberReader
from core.heads.readers.parts import PartsReader
from core.heads.readers.reader import Reader
from core.heads.readers.tfidf import TfidfReader
from core.heads.readers.vectors import VectorReader
from core.heads.readers.words import WordReader
from core.heads.text.cleaning import VERSION
from core.heads.text.vocabulary import Vocabulary, unpack


def reader_from_dict(plain: Mapping[str, Any]) -> Reader:
    """Return the reader that a head was trained with.

    Parameters
    ----------
    plain
        What its `to_dict` returned.

    Raises
    ------
    CoreError
        If this version has no such reader, or cleans words in another way.
    """
    kind = str(plain.get("reads"))
    if kind not in KINDS:
        raise CoreError(
            f"expected a head that reads one of {', '.join(KINDS)}, got {kind!r}; build the bundle again"
        )
    return KINDS[kind](plain)


def _vectors(plain: Mapping[str, Any]) -> Reader:
    return VectorReader(plain["modality"])


def _members(plain: Mapping[str, Any]) -> Reader:
    members = tuple(HeadKey(modality, head) for modality, head in plain["members"])
    classes = tuple(plain["classes"])
    for given in (members, classes):
        if len(set(given)) != len(given):
            raise CoreError(
                "expected a head that reads each head and each category once; build the bundle again"
            )
    return MemberReader(members, classes)


def _tfidf(plain: Mapping[str, Any]) -> Reader:
    words, characters = Vocabulary.from_text(plain["words"]), Vocabulary.from_text(plain["characters"])
    return TfidfReader(words, characters, unpack(plain["idf"], "<f4"))


def _words(plain: Mapping[str, Any]) -> Reader:
    if plain["cleaning"] != VERSION:
        raise CoreError(
            f"expected words cleaned by version {VERSION}, got {plain['cleaning']}; build the bundle again"
        )
    return WordReader(Vocabulary.from_text(plain["vocabulary"]), plain["longest"], plain["with_image"])


KINDS: Mapping[str, Callable[[Mapping[str, Any]], Reader]] = {
    "vectors": _vectors,
    "members": _members,
    "tfidf": _tfidf,
    "words": _words,
    "parts": PartsReader.from_dict,
}
"""Name in the file -> what makes the reader from its JSON."""
