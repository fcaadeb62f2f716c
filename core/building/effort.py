"""How much work a build is: quick for a first look, thorough for all there is."""

from __future__ import annotations

from collections.abc import Mapping
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
    encoders
        Modality -> names of the encoders to choose from, the usual one first. Those that are not in the
        registry, or have no weights on this machine, are passed over.
    heads
        Names of the heads to train on each modality.
    methods, dims
        Maps to draw: by each method, in each number of dimensions.
    """

    name: str
    encoders: Mapping[str, tuple[str, ...]]
    heads: tuple[str, ...]
    methods: tuple[str, ...]
    dims: tuple[int, ...]


USUAL = {"text": "minilm", "image": "compact"}
"""Modality -> the encoder of a quick build."""

QUICK = Effort(
    "quick",
    {modality: (name,) for modality, name in USUAL.items()},
    ("logistic_regression", "tfidf", "blend"),
    METHODS,
    (2,),
)
"""The usual encoders, heads that train in seconds, and flat maps."""

THOROUGH = Effort(
    "thorough",
    {
        "text": (USUAL["text"], "use"),
        "image": (USUAL["image"], "efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2"),
    },
    tuple(HEADS),
    METHODS,
    (2, 3),
)
"""Encoders chosen for the catalogue, all heads, networks included, and all maps."""

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
