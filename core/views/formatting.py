"""How numbers and texts are written on screen: 94.3%; files keep fractions."""

from __future__ import annotations

from collections.abc import Sequence

LABEL_LENGTH = 28


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


def shorten(text: str, length: int = LABEL_LENGTH) -> str:
    """Cut `text` to `length` characters, the last an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
