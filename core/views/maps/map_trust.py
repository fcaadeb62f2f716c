"""How far a map may be trusted, in a few sentences."""

from __future__ import annotations

from core.bundle.projection import Projection
from core.views.formatting import percent

VERDICTS = (
    (0.97, "nearly all products close together are similar"),
    (0.9, "most products close together are similar"),
    (0.8, "many products close together are similar, but not all"),
    (-1, "distances say little, so look at the neighbours of a product instead"),
)
"""Trustworthiness from which on a verdict holds -> the verdict."""


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
    return sentence if projection.method == "pca" else f"{sentence} Distances between groups mean little."
