"""Calibrators: functions from a head's probabilities to calibrated ones, stored as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from core.common.errors import BundleError
from core.evaluation.checks import checked_proba
from core.evaluation.scores import SMALLEST
from core.evaluation.softmax import softmax


class Calibrator(Protocol):
    """What `core.evaluation.calibration` fits: turns probabilities into calibrated ones."""

    kind: ClassVar[str]

    def apply(self, proba: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities, float64 (n, k), rows summing to 1, for probabilities (n, k)."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, strings and numbers for JSON."""
        ...


@dataclass(frozen=True)
class Identity:
    """Leaves probabilities as they are."""

    kind: ClassVar[str] = "identity"

    def apply(self, proba: np.ndarray) -> np.ndarray:
        """Return the probabilities themselves, as float64."""
        return checked_proba(proba)

    def to_dict(self) -> dict[str, Any]:
        """Return the kind."""
        return {"kind": self.kind}


@dataclass(frozen=True)
class Temperature:
    """Raises each probability to the power 1 / temperature (Guo et al., 2017); the prediction stays.

    Attributes
    ----------
    temperature : float
        Above 1 for an overconfident head, below 1 for an underconfident one.
    """

    temperature: float
    kind: ClassVar[str] = "temperature"

    def __post_init__(self) -> None:
        if not 0 < self.temperature < np.inf:
            raise ValueError(f"expected a temperature above 0, got {self.temperature}")

    def apply(self, proba: np.ndarray) -> np.ndarray:
        """Return float64 (n, k), rows summing to 1; a probability of 0 counts as one rounded to 0."""
        scores = log_proba(checked_proba(proba)) / self.temperature
        return softmax(scores)

    def to_dict(self) -> dict[str, Any]:
        """Return kind and temperature."""
        return {"kind": self.kind, "temperature": self.temperature}


@dataclass(frozen=True)
class Isotonic:
    """Maps each class's probability by a monotone curve of its own; the prediction may change.

    Attributes
    ----------
    given, meant : tuple[tuple[float, ...], ...]
        For each class the points of its curve: probabilities given, and what they are mapped to. Both are in
        [0, 1] and never fall; the curve is constant before its first and after its last point.
    """

    given: tuple[tuple[float, ...], ...]
    meant: tuple[tuple[float, ...], ...]
    kind: ClassVar[str] = "isotonic"

    def __post_init__(self) -> None:
        if not self.given or len(self.given) != len(self.meant):
            raise ValueError(f"expected a curve per class, got {len(self.given)} and {len(self.meant)}")
        for xs, ys in zip(self.given, self.meant, strict=True):
            if not xs or len(xs) != len(ys):
                raise ValueError(f"expected as many points given as meant, got {len(xs)} and {len(ys)}")
            for points in (xs, ys):
                if not (points[0] >= 0 and points[-1] <= 1 and (np.diff(points) >= 0).all()):
                    raise ValueError(f"expected points that never fall, from 0 to 1, got {points[:5]}")

    def apply(self, proba: np.ndarray) -> np.ndarray:
        """Return float64 (n, k), rows summing to 1."""
        proba = checked_proba(proba)
        if proba.shape[1] != len(self.given):
            raise ValueError(f"expected probabilities of {len(self.given)} classes, got {proba.shape[1]}")
        columns = zip(proba.T, self.given, self.meant, strict=True)
        meant = np.column_stack([np.interp(column, xs, ys) for column, xs, ys in columns])
        meant = np.maximum(meant, SMALLEST)
        calibrated: np.ndarray = meant / meant.sum(axis=1, keepdims=True)
        return calibrated

    def to_dict(self) -> dict[str, Any]:
        """Return kind and curves."""
        return {"kind": self.kind, "given": [*map(list, self.given)], "meant": [*map(list, self.meant)]}


def calibrator_from_dict(plain: Mapping[str, Any]) -> Calibrator:
    """Return the calibrator whose `to_dict` returned `plain`.

    Raises
    ------
    BundleError
        If the kind is unknown, or its numbers are missing.
    """
    kind = plain.get("kind")
    needed = {"identity": (), "temperature": ("temperature",), "isotonic": ("given", "meant")}
    if kind not in needed:
        raise BundleError(f"expected a calibrator of kind {', '.join(needed)}, got {kind!r}")
    for name in needed[kind]:
        if name not in plain:
            raise BundleError(f"the calibrator of kind {kind!r} lacks {name!r}")
    if kind == "identity":
        return Identity()
    if kind == "temperature":
        return Temperature(float(plain["temperature"]))
    return Isotonic(*(tuple(tuple(map(float, points)) for points in plain[name]) for name in needed[kind]))


def log_proba(proba: np.ndarray) -> np.ndarray:
    """Return natural logarithms; a probability of 0 counts as one that was rounded to 0."""
    logarithms: np.ndarray = np.log(np.clip(proba, SMALLEST, 1))
    return logarithms
