"""Category names and their positions."""

from collections.abc import Iterable


def positions_of(categories: Iterable[str]) -> dict[str, int]:
    """Return category -> its position, which is the integer that stands for it in every array."""
    return {name: position for position, name in enumerate(categories)}
