"""Find the products in a JSON file without loading it: which list, at which place, written how."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.common.literals import read_literal

LARGEST = 1 << 24
"""Letters that one product may take."""

_BLOCK = 1 << 18
_BETWEEN = " \t\r\n,\ufeff"
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN = re.compile(rb'[^"\[\]{}]*+(' + _STRING + rb"|[\[\]{}])", re.DOTALL)
_BRACKET = re.compile(rb'(?:[^"\[\]{}]*+' + _STRING + rb')*+[^"\[\]{}]*+([\[\]{}])', re.DOTALL)
_QUOTE = ord('"')
_DEEPEST, _MOST = 1000, 10_000
_LONGEST_LITERAL = 1 << 18  # letters; Python's parser needs hundreds of bytes for each


def constant(_: str) -> None:
    """Read NaN and Infinity, which are no JSON, as missing."""


# Numbers stay as they are written: 10.50, and identifiers of any length.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=constant, strict=False)


@dataclass
class Collection:
    """A list or an object that holds objects or arrays, somewhere in a file.

    Attributes
    ----------
    path
        Where it stands: the names of the keys above it.
    start
        The byte after its opening bracket.
    keyed
        Whether it is an object, whose keys name the products.
    objects, others
        Objects and arrays directly in it.
    """

    path: tuple[str, ...]
    start: int
    keyed: bool
    objects: int = 0
    others: int = 0


@dataclass
class _Level:
    found: Collection
    key: str = ""
    nested: bool = False  # inside of an object that is an element of a list


def find_collections(file: Path) -> list[Collection]:
    """Return all lists and objects of a UTF-8 file that hold objects, and lists of arrays.

    Those inside of an element of a list are left out.

    Several objects that follow each other without brackets around them are one list that starts at 0.

    Only strings and brackets are looked at, so that a large file takes seconds; a damaged one gives what was
    found before the damage.
    """
    found: list[Collection] = []
    levels: list[_Level] = []
    top = Collection((), 0, keyed=False)
    tokens = _Tokens(file)
    for token, place in tokens:
        if token[0] == _QUOTE:
            if levels and levels[-1].found.keyed:
                levels[-1].key = token[1:-1].decode(
                    "utf-8", "replace"
                )  # a key, or a value that no key follows
            continue
        if token in b"]}":
            if levels:
                _keep(levels.pop(), found)
            tokens.deep = bool(levels) and (levels[-1].nested or not levels[-1].found.keyed)
            continue
        above = levels[-1] if levels else None
        holder = above.found if above else top
        holder.objects += token == b"{"
        holder.others += token == b"["
        path = holder.path
        if above is not None and above.found.keyed:
            path = (*path, above.key)
        nested = above is not None and (above.nested or not above.found.keyed)
        levels.append(_Level(Collection(path, place + 1, token == b"{"), nested=nested))
        tokens.deep = nested or token == b"["
        if len(levels) > _DEEPEST:
            break
    for level in reversed(levels):
        _keep(level, found)
    return [top] if top.objects > 1 else found


def _keep(level: _Level, found: list[Collection]) -> None:
    rows = level.found.objects or (level.found.others and not level.found.keyed)
    if rows and not level.nested and len(found) < _MOST:
        found.append(level.found)


class _Tokens:
    """Yields strings and brackets with their places in bytes; `deep` leaves out strings, which is fast."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.deep = False

    def __iter__(self) -> Iterator[tuple[bytes, int]]:
        with self._file.open("rb") as source:
            rest, offset = b"", 0
            while block := source.read(_BLOCK):
                text = rest + block
                end = 0
                while match := (_BRACKET if self.deep else _TOKEN).match(text, end):
                    end = match.end()
                    yield match[1], offset + match.start(1)
                if len(text) - end > 4 * LARGEST:
                    return
                rest, offset = text[end:], offset + end


CUT_OFF = "damaged or cut off"


@dataclass(frozen=True)
class Damaged:
    """Stands for an element that cannot be read, and says why."""

    reason: str


def read_elements(text: Iterator[str], collection: Collection) -> Iterator[tuple[str, Any]]:
    """Yield the elements of a collection, each with its key ("" in a list).

    An element that is damaged ends the reading with a `Damaged`, as nobody knows where the next one begins.

    Parameters
    ----------
    text
        Pieces of the text from `collection.start` on.
    """
    bracketed = collection.start > 0
    buffer, place, key, ended = "", 0, "", False
    while True:
        while place < len(buffer) and buffer[place] in _BETWEEN:
            place += 1
        if place < len(buffer) and bracketed and buffer[place] in "]}":
            return
        if place == len(buffer) and ended:
            if bracketed:
                yield key.strip(), Damaged(CUT_OFF)
            return
        try:
            if collection.keyed and not key:
                key, place = _key(buffer, place)
                continue
            value, after = DECODER.raw_decode(buffer, place)
            if after == len(buffer) and not ended and buffer[place] not in '"[{':
                raise ValueError  # a number or a word may go on in the next piece
        except (ValueError, RecursionError):
            if ended or len(buffer) - place > LARGEST:
                yield key.strip(), Damaged(CUT_OFF)
                return
            piece = next(text, "")
            ended = not piece
            buffer, place = buffer[place:] + piece, 0
            continue
        yield key.strip(), value
        key, place = "", after


def _key(buffer: str, place: int) -> tuple[str, int]:
    """Return the key at `place` and the place behind its colon; a space stands for an empty key."""
    key, after = DECODER.raw_decode(buffer, place)
    while buffer[after : after + 1].isspace():
        after += 1
    if not isinstance(key, str) or buffer[after : after + 1] != ":":
        raise ValueError
    return key or " ", after + 1


def read_line(line: str) -> Any:
    """Return the value in a line of JSON, or of Python's literals, which some publish as JSON."""
    try:
        value, end = DECODER.raw_decode(line, len(line) - len(line.lstrip()))
        if not line[end:].strip():
            return value
    except (ValueError, RecursionError):
        pass
    if len(line) > _LONGEST_LITERAL or not line.lstrip().startswith(("{", "[")):
        return Damaged("not valid JSON")
    try:
        return read_literal(line.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return Damaged("not valid JSON")
