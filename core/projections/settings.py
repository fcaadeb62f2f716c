"""The settings of a map, and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import SupportsFloat, cast

from core.common.errors import CoreError
from core.nearest.graph import METRICS

# Lowest and highest value, both allowed.
PERPLEXITY = (2.0, 200.0)
N_NEIGHBOURS = (2, 200)
MIN_DIST = (0.0, 1.0)


@dataclass(frozen=True)
class MapSettings:
    """How to draw a map; the defaults are those of a build.

    Attributes
    ----------
    perplexity : float
        t-SNE, 2 to 200: about how many neighbours influence each point. Three times as many are searched
        for; if there are fewer rows, the perplexity is a third of the other rows.
    n_neighbours : int
        UMAP, 2 to 200: how many neighbours influence each point, itself included; at most the number of rows.
        Few show small groups, many the overall shape. umap-learn's own default of 15 keeps fewer neighbours
        of short texts together (trustworthiness of 37,001 names 0.965 against 0.969).
    min_dist : float
        UMAP, 0 to 1: how close points may be on the map. Small values draw dense clusters.
    metric : str
        All methods: ``cosine`` (rows are scaled to length one first) or ``euclidean`` (rows as they are). If
        all rows have the same length, like the features of a bundle, both give the same neighbours: PCA and
        t-SNE differ by rounding, and UMAP weights them slightly differently.

    Raises
    ------
    CoreError
        If a value is outside its limits.
    """

    perplexity: float = 30.0
    n_neighbours: int = 20
    min_dist: float = 0.1
    metric: str = "cosine"

    def __post_init__(self) -> None:
        """Check every value."""
        _check("perplexity", self.perplexity, PERPLEXITY)
        _check("n_neighbours", self.n_neighbours, N_NEIGHBOURS, is_whole=True)
        _check("min_dist", self.min_dist, MIN_DIST)
        if self.metric not in METRICS:
            raise CoreError(f"unknown metric {self.metric!r}: expected one of {', '.join(METRICS)}")


def _check(name: str, value: object, limits: tuple[float, float], *, is_whole: bool = False) -> None:
    """Refuse a value of another type or outside its limits; NaN is outside all limits."""
    low, high = limits
    is_number = isinstance(value, Integral if is_whole else Real) and not isinstance(value, bool)
    if not is_number or not low <= float(cast(SupportsFloat, value)) <= high:
        kind = "a whole number" if is_whole else "a number"
        raise CoreError(f"{name}: expected {kind} from {low:g} to {high:g}, got {value!r}")


DEFAULTS = MapSettings()
