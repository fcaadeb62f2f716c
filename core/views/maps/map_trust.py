"""How far a map may be trusted, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.bundle.projection import Projection

if TYPE_CHECKING:
    pass


def trust_sentence(projection: Projection) -> str:
    """Say how far a map may be trusted; "" where this was not measured."""
    if projection.trustworthiness is None or projection.neighbour_accuracy is None:
        return ""
    trust = projection.trustworthiness
    steps = (
        (0.97, "Products that lie close together here are alike, with few exceptions"),
        (0.9, "Most products that lie close together here are alike"),
        (0.8, "Many products that lie close together here are alike, but strangers lie among them"),
        (-1, "Closeness here says little: look at the neighbours of a product instead"),
    )
    verdict = next(words for least, words in steps if trust >= least)
    said = (
        f"**How far to trust this map:** {verdict} (trustworthiness {trust:.2f} of 1). "
        f"{projection.neighbour_accuracy:.0%} of the products have the category that prevails among their "
        "ten neighbours on the map."
    )
    far = " How far apart two groups lie means little."
    return said if projection.method == "pca" else said + far
