"""What may be changed about a map, and within which limits."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real

from core.common.errors import CoreError
from core.nearest.graph import METRICS

# Lowest and highest, both allowed.
PERPLEXITY = (2.0, 200.0)
N_NEIGHBOURS = (2, 200)
MIN_DIST = (0.0, 1.0)


@dataclass(frozen=True)
class MapSettings:
    """How to draw a map. Without arguments, as a build draws it.

    Attributes
    ----------
    perplexity : float
        t-SNE, 2 to 200: about how many neighbours each point minds. Three times as many are searched for;
        with fewer rows than that, a third of the other rows is what counts.
    n_neighbours : int
        UMAP, 2 to 200: how many neighbours each point minds, itself counted; at most as many as there are
        rows. Few show small groups, many the outline. umap-learn's own default of 15 keeps fewer neighbours
        of short texts together (trustworthiness of 37,001 names 0.965 against 0.969).
    min_dist : float
        UMAP, 0 to 1: how close points may come on the map. Small values draw dense clumps.
    metric : str
        Of every method: ``cosine`` (rows are brought to length one first) or ``euclidean`` (they are taken
        as they are). Where all rows have one length, as the features of a bundle do, both know the same
        neighbours: PCA and t-SNE differ by rounding, and UMAP weighs them a little differently.

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
        _check("perplexity", self.perplexity, PERPLEXITY, Real, "a number")
        _check("n_neighbours", self.n_neighbours, N_NEIGHBOURS, Integral, "a whole number")
        _check("min_dist", self.min_dist, MIN_DIST, Real, "a number")
        if self.metric not in METRICS:
            raise CoreError(f"unknown metric {self.metric!r}: expected one of {', '.join(METRICS)}")


def _check(name: str, value: object, limits: tuple[float, float], kind: type, words: str) -> None:
    """Tell what is wrong with a value; NaN is within no limits."""
    low, high = limits
    known = isinstance(value, kind) and not isinstance(value, bool)
    if not known or not low <= value <= high:
        raise CoreError(f"{name}: expected {words} from {low:g} to {high:g}, got {value!r}")


DEFAULTS = MapSettings()
