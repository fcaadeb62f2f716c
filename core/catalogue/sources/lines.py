"""Lines of a text file that can be looked at before they are taken."""

from __future__ import annotations

from itertools import islice
from typing import TextIO


class Lines:
    """Lines of a file, some of which are looked at before they are taken.

    Attributes
    ----------
    number
        The number of the next line, from 1.
    """

    def __init__(self, file: TextIO, number: int = 1) -> None:
        self._file = file
        self._ahead: list[str] = []
        self._start = 0
        self.number = number

    def ahead(self, count: int) -> list[str]:
        """Return the next lines without taking them: `count`, fewer at the end of the file."""
        missing = count - (len(self._ahead) - self._start)
        if missing > 0:
            if self._start:
                del self._ahead[: self._start]
                self._start = 0
            self._ahead.extend(islice(self._file, missing))
        return self._ahead[self._start : self._start + count]

    def line(self, offset: int) -> str | None:
        """Return the line `offset` after the next without taking it, None after the end of the file."""
        place = self._start + offset
        if place >= len(self._ahead):
            self.ahead(offset + 64)
            place = self._start + offset
        return self._ahead[place] if place < len(self._ahead) else None

    def take(self, count: int) -> None:
        """Go on to the line after the next `count`."""
        self._start += count
        self.number += count


def bare(line: str) -> str:
    """Return a line without its end."""
    if line.endswith("\n"):
        line = line[:-1]
    return line.removesuffix("\r")
