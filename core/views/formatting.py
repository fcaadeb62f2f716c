"""How numbers and texts are written on screen: 94.3%; files keep fractions."""

from __future__ import annotations

from collections.abc import Sequence

LABEL_LENGTH = 28
PATH = " > "
"""Between the levels of a category's path."""


def percent(share: float, decimals: int = 1) -> str:
    """Write a share, 0 to 1, as a percentage: 0.943 is 94.3%."""
    return f"{100 * share:.{decimals}f}%"


def percent_interval(ends: Sequence[float] | None) -> str:
    """Write low and high of an interval, each 0 to 1, as 92.1% to 95.8%; "" where there is none."""
    return "" if ends is None else f"{percent(ends[0])} to {percent(ends[1])}"


def points_interval(low: float, high: float) -> str:
    """Write low and high of a difference of two shares in percentage points: -0.4 to +1.9 points."""
    return f"{100 * low:+.1f} to {100 * high:+.1f} points"


def counted(count: int, singular: str, plural: str = "") -> str:
    """Write a number and what is counted: 1 product, 1,470 products."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def capitalised(line: str) -> str:
    """Write a line as the beginning of a sentence."""
    return line[:1].upper() + line[1:]


def shorten(text: str, length: int = LABEL_LENGTH) -> str:
    """Cut `text` to `length` characters, the last an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def shorten_category(name: str, length: int = LABEL_LENGTH) -> str:
    """Cut a category's name to `length` characters, and keep what tells it apart: the end of its path.

    As many of the last levels as there is room for; a last level that is too long itself keeps both ends.
    """
    if len(name) <= length:
        return name
    levels = name.split(PATH)
    for start in range(1, len(levels)):
        short = f"…{PATH}{PATH.join(levels[start:])}"
        if len(short) <= length:
            return short
    last = levels[-1]
    if len(last) <= length:
        return last
    end = (length - 1) // 2
    return f"{last[: length - 1 - end].rstrip()}…{last[-end:].lstrip()}"
