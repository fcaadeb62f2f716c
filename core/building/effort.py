"""How much work a build is: quick for a first look, thorough for all there is."""

from __future__ import annotations

from dataclasses import dataclass

from core.common.errors import CoreError
from core.heads.registry import HEADS
from core.projections.drawing import METHODS


@dataclass(frozen=True)
class Effort:
    """How much work a build is.

    Attributes
    ----------
    name
        Its name.
    heads
        Names of the heads to train on each modality.
    methods, dims
        Maps to draw: by each method, in each number of dimensions.
    """

    name: str
    heads: tuple[str, ...]
    methods: tuple[str, ...]
    dims: tuple[int, ...]


QUICK = Effort("quick", ("logistic_regression", "tfidf", "blend"), METHODS, (2,))
"""Heads that train in seconds, and flat maps."""

THOROUGH = Effort("thorough", tuple(HEADS), METHODS, (2, 3))
"""All heads, networks included, and all maps."""

EFFORTS = {effort.name: effort for effort in (QUICK, THOROUGH)}
"""Name -> effort."""


def get_effort(name: str) -> Effort:
    """Return the effort called `name`.

    Raises
    ------
    CoreError
        There is none; the message lists them.
    """
    if name not in EFFORTS:
        raise CoreError(f"unknown effort {name!r}: expected one of {', '.join(EFFORTS)}")
    return EFFORTS[name]
