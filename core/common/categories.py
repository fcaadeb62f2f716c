"""Map category names to their indices."""

from collections.abc import Iterable


def positions_of(categories: Iterable[str]) -> dict[str, int]:
    """Return category -> index, the integer that represents the category in arrays."""
    return {name: position for position, name in enumerate(categories)}
