"""A setting of a head: its name, what it may be, and what it is where nobody chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

Value = float | int | str
T = TypeVar("T")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A hyperparameter that a user may choose.

    Attributes
    ----------
    name
        What stands before ``=``.
    default
        Its value where nobody chooses it; None where validation products, or the head itself, choose.
    expected
        What it may be, for people.
    read
        Text -> value; ValueError for one that it may not be.
    """

    name: str
    default: T | None
    expected: str
    read: Callable[[str], T]

    def of(self, wanted: Mapping[str, Value]) -> T:
        """Return what was wanted of a setting that has a default, else the default."""
        return cast("T", wanted.get(self.name, self.default))

    def chosen(self, wanted: Mapping[str, Value]) -> T | None:
        """Return what was wanted, None where nothing was."""
        return cast("T | None", wanted.get(self.name))


def whole(name: str, default: int | None, low: int, high: int) -> Setting[int]:
    """Return a setting that is a whole number from `low` to `high`."""

    def read(text: str) -> int:
        return _within(int(text), low, high)

    return Setting(name, default, f"a whole number from {low:,} to {high:,}", read)


def number(name: str, default: float | None, low: float, high: float) -> Setting[float]:
    """Return a setting that is a number from `low` to `high`."""

    def read(text: str) -> float:
        return _within(float(text), low, high)

    return Setting(name, default, f"a number from {low:g} to {high:,g}", read)


def choice(name: str, default: str, *names: str) -> Setting[str]:
    """Return a setting that is one of some names; `default` is the first of them."""

    def read(text: str) -> str:
        if text not in (default, *names):
            raise ValueError(text)
        return text

    return Setting(name, default, f"one of {', '.join((default, *names))}", read)


def sizes(name: str, default: str, most: int, high: int, together: int) -> Setting[str]:
    """Return a setting that is up to `most` whole numbers from 1 to `high`, with commas between."""

    def read(text: str) -> str:
        numbers = [_within(int(each), 1, high) for each in text.split(",")]
        if len(numbers) > most or sum(numbers) > together:
            raise ValueError(text)
        return ",".join(map(str, numbers))

    expected = f"1 to {most} whole numbers from 1 to {high:,}, up to {together:,} together, such as {default}"
    return Setting(name, default, expected, read)


N = TypeVar("N", int, float)


def _within(value: N, low: float, high: float) -> N:
    if not low <= value <= high:  # nor is NaN
        raise ValueError(value)
    return value
