"""How numbers and texts are written on screen; files keep fractions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


def interval(ends: Sequence[float] | None, number: str = ".1%") -> str:
    """Return low and high of an interval as a person reads it; "" where there is none."""
    return "" if ends is None else f"{ends[0]:{number}} to {ends[1]:{number}}"


LABEL_LENGTH = 28


def shorten(text: str, length: int = LABEL_LENGTH) -> str:
    """Cut `text` to `length` characters, the last an ellipsis where something was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
