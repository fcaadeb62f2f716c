"""Lists of images and their labels, without a header: ``train/Mugs/7.jpg 0``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.catalogue.sources.delimited import first_lines
from core.catalogue.sources.encodings import BAD, REPLACEMENT, TextFile
from core.catalogue.sources.raw import BLANK, SET_ASIDE, Block, Event, RawTable
from core.catalogue.sources.source import Source

NO_ENTRY = "not an image and its label"

_ENTRY = re.compile(
    r"\s*(?P<image>[^\r\n]*?\.(?:jpe?g|jfif|png|gif|webp|bmp|tiff?|avif))"
    r"(?:\s*[,;\t|]\s*|[ ]+)(?P<labels>\S.*?)\s*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*[,;\t|]\s*")
_WORD = re.compile(r"[^\s\"]+")
_BLOCK = 4096
_MOST_LABELS = 3


def list_columns(text: TextFile) -> tuple[str, ...] | None:
    """Return the columns of a list of images and labels; None if a text is no such list."""
    lines = [line for line in first_lines(text)[0] if line.strip()]
    if not lines or _split(lines[0]) is None:
        return None
    entries = [_split(line) for line in lines]
    found = [entry for entry in entries if entry is not None]
    if len(found) < 0.95 * len(lines):
        return None
    labels = max(len(entry) for entry in found) - 1
    if labels == 1:
        return "image", "category"
    if labels > _MOST_LABELS or not _words_only(found):
        return None  # a table
    return ("image", *(f"label {number}" for number in range(1, labels + 1)))


def read_list(source: Source, text: TextFile, columns: Sequence[str]) -> RawTable:
    """Read a list of images and labels; `columns` is what `list_columns` found."""
    source.without_sheets()
    source.note(f"a list of images and labels without a header; its columns are called {', '.join(columns)}")
    return source.table(
        "list", columns, lambda: _blocks(text, len(columns)), unit="line", encoding=text.encoding,
        details={"header": "none"},
    )  # fmt: skip


def _split(line: str) -> list[str] | None:
    match = _ENTRY.fullmatch(line)
    if match is None:
        return None
    labels = match["labels"]
    parts = _BETWEEN.split(labels)
    if len(parts) == 1 and all(part.lstrip("-").isdigit() for part in labels.split()):
        parts = labels.split()
    return [match["image"].strip("\"' "), *parts]


def _words_only(entries: Sequence[Sequence[str]]) -> bool:
    return all(_WORD.fullmatch(label) for entry in entries for label in entry[1:])


def _blocks(text: TextFile, width: int) -> Iterator[Block]:
    numbers: list[int] = []
    rows: list[list[str]] = []
    events: list[Event] = []
    with text.open() as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                events.append(Event(number, BLANK))
            elif (entry := _split(line.replace(BAD, REPLACEMENT).replace("\x00", ""))) and len(
                entry
            ) <= width:
                numbers.append(number)
                rows.append(entry + [""] * (width - len(entry)))
            else:
                events.append(Event(number, SET_ASIDE, NO_ENTRY))
            if number % _BLOCK == 0:
                yield Block(numbers, rows, events)
                numbers, rows, events = [], [], []
    yield Block(numbers, rows, events)
