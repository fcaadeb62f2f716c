"""How large the arrays of a model are at most, where some of its inputs' sizes are not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple


class Size(NamedTuple):
    """At most `numbers` times the unknown size (1 or more) to the power `power`."""

    power: int
    numbers: int

    def by(self, other: Size) -> Size:
        """Return the product."""
        return Size(self.power + other.power, self.numbers * other.numbers)

    def larger(self, other: Size) -> Size:
        """Return at least the larger one."""
        return Size(max(self.power, other.power), max(self.numbers, other.numbers))


ONE = Size(0, 1)
UNKNOWN = Size(1, 1)
Shape = tuple[Size, ...]


def known(numbers: int) -> Size:
    """Return the size of so many numbers."""
    return Size(0, numbers)


def product(sizes: Sequence[Size]) -> Size:
    """Return the product of sizes."""
    return Size(sum(each.power for each in sizes), prod(each.numbers for each in sizes))


def total(sizes: Sequence[Size]) -> Size:
    """Return at least the sum of sizes."""
    return Size(max((each.power for each in sizes), default=0), sum(each.numbers for each in sizes))


@dataclass(frozen=True)
class Array:
    """What is known of an array: bounds, not what it is.

    Attributes
    ----------
    shape
        At most how long each axis is; None where not even the number of axes is known.
    count
        At most how many numbers it has.
    values
        Its whole numbers, where it is a short constant of the file.
    """

    shape: Shape | None
    count: Size
    values: tuple[int, ...] | None = None

    @classmethod
    def of(cls, shape: Shape | None, count: Size | None = None) -> Array:
        """Return an array of this shape, or of so many numbers; of two bounds the lower one counts."""
        bounds = [each for each in (count, None if shape is None else product(shape)) if each is not None]
        return cls(shape, min(bounds))


def broadcast(shapes: Sequence[Shape | None]) -> Shape | None:
    """Return at most the shape of what is made of arrays of these shapes, element by element."""
    if any(each is None for each in shapes):
        return None
    every = [each for each in shapes if each is not None]
    length = max(map(len, every))
    result = [ONE] * length
    for shape in every:
        for at, size in enumerate(shape, length - len(shape)):
            result[at] = result[at].larger(size)
    return tuple(result)
