"""What rows of one product share, counted; `core.catalogue.grouping` finds it."""

from __future__ import annotations

from dataclasses import dataclass

REASONS = {
    "name": "name",
    "image": "image",
    "description": "long description",
    "parent": "parent product",
    "variant": "name but for size and colour",
}
"""What rows of one product share -> the same in words."""


@dataclass(frozen=True)
class SharedBy:
    """The rows that one of `REASONS` joins.

    Attributes
    ----------
    reason
        One of `REASONS`.
    products, groups
        How many products share it with another one, and how many groups they form by it alone.
    example
        Skus of the first two products that nothing before it in `REASONS` joins; else of the first group.
    unused
        Products whose image, description, parent or name was not used, since too many others share it.
    """

    reason: str
    products: int
    groups: int
    example: tuple[str, ...] = ()
    unused: int = 0
