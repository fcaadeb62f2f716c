"""How far a map may be trusted, in a few sentences."""

from __future__ import annotations

from collections.abc import Iterable

from core.bundle.projection import Projection
from core.views.display_names import METHOD_NAMES
from core.views.formatting import percent

VERDICTS = (
    (0.97, "nearly all products close together are similar"),
    (0.9, "most products close together are similar"),
    (0.8, "many products close together are similar, but not all"),
    (-1, "distances say little, so look at the neighbours of a product instead"),
)
"""Trustworthiness from which on a verdict holds -> the verdict."""


def by_trust(projections: Iterable[Projection]) -> list[str]:
    """Return the methods of some maps, the one with the most trustworthy flat map first.

    A flat map counts, because it is shown first; and of several inputs, the mean. Methods that were not
    measured come last, in the order of their names.
    """
    trust: dict[str, list[float]] = {}
    for each in projections:
        measured = trust.setdefault(each.method, [])
        if each.dims == 2 and each.trustworthiness is not None:
            measured.append(each.trustworthiness)
    means = {method: sum(values) / len(values) if values else -1 for method, values in trust.items()}
    return sorted((m for m in METHOD_NAMES if m in means), key=lambda method: -means[method])


def trust_sentence(projection: Projection) -> str:
    """Return how far a map may be trusted; "" where this was not measured."""
    if projection.trustworthiness is None or projection.neighbour_accuracy is None:
        return ""
    trust = projection.trustworthiness
    verdict = next(words for least, words in VERDICTS if trust >= least)
    sentence = (
        f"Map quality: trustworthiness {trust:.2f} of 1, so {verdict}. The ten nearest products on the "
        f"map predict the category with {percent(projection.neighbour_accuracy)} accuracy."
    )
    if projection.method == "pca":
        return sentence
    return (
        f"{sentence} Distances between groups mean little.{_recall_sentence(projection)}"
        f"{_landmarks_sentence(projection)}"
    )


def _recall_sentence(projection: Projection) -> str:
    if projection.neighbour_recall is None:
        return ""
    return (
        " It was drawn from approximate neighbours: on average they include "
        f"{percent(projection.neighbour_recall)} of the 15 products that are most similar to a product."
    )


def _landmarks_sentence(projection: Projection) -> str:
    if projection.landmarks is None or projection.placed is None:
        return ""
    return (
        f" Drawn from {projection.landmarks:,} products; the other {projection.placed:,} were placed by the "
        "most similar of these."
    )
