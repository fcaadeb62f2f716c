"""Find files by the names that a table gives them: other folders, another Unicode form, another case."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from pathlib import PurePosixPath
from typing import TypeAlias

ENDINGS = {".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"}
"""Endings of image files; files with other endings are read if a table names them."""

DEEPEST = 16
"""Folders at the end of a path by which a table may name a file."""

_NUMBERED = re.compile(r"(.+?)(?:[ _.-]{1,2}(\d{1,3})| ?\((\d{1,3})\))")
_Found: TypeAlias = "str | tuple[str, ...]"


class NameIndex:
    """Files by their names.

    A name is matched exactly, or else as the end of a path: ``images/7.jpg`` and ``7.jpg`` both find
    ``data/images/7.jpg``. Of several files, the one that is spelled alike is meant, or else the only one that
    differs in nothing but its Unicode form; or else the name is ambiguous. A name without an ending finds the
    only image with any ending.

    Parameters
    ----------
    entries
        Paths of the files.
    below
        The same paths below the folder that their source has in common.
    """

    def __init__(self, entries: Sequence[str], below: Sequence[str]) -> None:
        self._entries = dict.fromkeys(entries)
        self._relative = _grouped(zip(map(_folded, below), entries, strict=True))
        self._ends = _grouped((end, entry) for entry in entries for end in _ends(_folded(plain_path(entry))))
        self.images = [entry for entry in entries if _ending(entry) in ENDINGS]
        """The files that are images by their ending."""

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self._entries)

    def matches(self, name: str) -> tuple[str, ...]:
        """Return the file that `name` means; nothing if there is none, several if it is ambiguous."""
        if name in self._entries:
            return (name,)
        path = plain_path(name)
        found = self._of_path(path)
        if found or _ending(path) in ENDINGS or not path:
            return found
        return tuple(dict.fromkeys(entry for end in self._used for entry in self._of_path(path + end)))

    def of_stem(self, stem: str) -> tuple[str, ...]:
        """Return the image called `stem` with any ending; nothing if none is, several if it is ambiguous."""
        return _closest(stem, self._stems.get(_folded(stem), ()), _stem)

    def numbered(self, stem: str) -> tuple[str, ...]:
        """Return the images called `stem` and a number, such as ``stem_2.jpg``, in the order of numbers.

        A name that several files have is left out; of stems that differ in case only, the one that is spelled
        alike is meant.
        """
        found = self._numbered.get(_folded(stem), [])
        alike = [each for each in found if each[2] == composed(stem)]
        if not alike and len({base for _, _, base in found}) > 1:
            return ()
        return tuple(entry for _, entry, _ in sorted(alike or found))

    def _of_path(self, path: str) -> tuple[str, ...]:
        ends = _ends(_folded(path))
        found = self._relative.get(ends[0]) or self._ends.get(ends[0])
        if found:
            return _closest(path, found, plain_path)
        # The table may have folders that the images lack: train/images/7.jpg for 7.jpg.
        for end in ends[1:]:
            if end in self._relative:
                tail = "/".join(path.split("/")[-1 - end.count("/") :])
                return _closest(tail, self._relative[end], plain_path)
        return ()

    @cached_property
    def _used(self) -> list[str]:
        return sorted({PurePosixPath(entry).suffix for entry in self.images})

    @cached_property
    def _stems(self) -> Mapping[str, _Found]:
        return _grouped((_folded(_stem(entry)), entry) for entry in self.images)

    @cached_property
    def _numbered(self) -> Mapping[str, list[tuple[int, str, str]]]:
        """Folded stem -> number, entry and stem of each image that has a number after it."""
        found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for entries in self._stems.values():
            if isinstance(entries, str) and (match := _NUMBERED.fullmatch(_stem(entries))):
                number = int(match[2] or match[3])
                found[_folded(match[1])].append((number, entries, composed(match[1])))
        return found


def plain_path(name: str) -> str:
    """Return a name or an entry as a path with ``/`` between its folders, without ``./`` and ``/`` before."""
    return name.replace("\\", "/").removeprefix("./").lstrip("/")


def below_common(entries: Sequence[str]) -> list[str]:
    """Return paths below the folder that all of them begin with."""
    paths = [plain_path(entry) for entry in entries]
    if not paths:
        return []
    # The folders shared by the first and the last sorted path are shared by all.
    first, last = min(paths).split("/")[:-1], max(paths).split("/")[:-1]
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    top = sum(len(part) + 1 for part, _ in shared)
    return [path[top:] for path in paths]


def stem_of(entry: str) -> str:
    """Return the file name of an entry without its ending, in Unicode normal form C."""
    return composed(_stem(entry))


def composed(text: str) -> str:
    """Return a text in Unicode normal form C."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _stem(entry: str) -> str:
    return PurePosixPath(plain_path(entry)).stem


def _ending(path: str) -> str:
    dot = path.rfind(".")
    return path[dot:].lower() if dot >= 0 else ""


def _folded(path: str) -> str:
    """Return a path without what may differ: case, and the Unicode form."""
    if path.isascii():
        return path.lower()
    # Twice: a letter may have a composed form in one case only.
    return composed(composed(path).lower())


def _ends(key: str) -> list[str]:
    """Return ``a/b/c``, ``b/c``, ``c`` for ``a/b/c``; of a deep path, the whole and the last `DEEPEST`.

    All ends of a path of thousands of folders would take a thousand times its own memory.
    """
    if "/" not in key:
        return [key]
    parts = key.split("/")
    return [key, *("/".join(parts[start:]) for start in range(max(1, len(parts) - DEEPEST), len(parts)))]


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, _Found]:
    """Return key -> its entry, or a tuple where there are several."""
    grouped: dict[str, _Found] = {}
    several: dict[str, list[str]] = {}
    for key, entry in pairs:
        known = grouped.setdefault(key, entry)
        if isinstance(known, str) and known is not entry:
            several.setdefault(key, [known]).append(entry)
    return grouped | {key: tuple(entries) for key, entries in several.items()}


def _closest(name: str, found: _Found, spelling: Callable[[str], str]) -> tuple[str, ...]:
    """Return those of the entries found that are spelled like `name`, else all of them."""
    if isinstance(found, str):
        return (found,)
    for form in (str, composed):
        wanted = form(name)
        alike = tuple(
            entry
            for entry in found
            if (spelled := form(spelling(entry))) == wanted or spelled.endswith(f"/{wanted}")
        )
        if alike:
            return alike
    return found
