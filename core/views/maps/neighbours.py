"""A product's neighbours in the spaces of its features, and how far these agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from core.bundle.reader import Bundle
from core.views.display_names import MODALITY_NAMES, product_name
from core.views.product_cards import Card

NEAREST = 10


@dataclass(frozen=True)
class Nearby:
    """The products nearest to one product in one space.

    Attributes
    ----------
    modality
        text, image or fused.
    rows
        Their rows in the catalogue, the nearest first.
    similarity
        Their cosines with the product, in [-1, 1].
    same
        How many of them share its category.
    category, most
        The most frequent category among them (the nearest one's where several are), and how many have it.
    """

    modality: str
    rows: tuple[int, ...]
    similarity: tuple[float, ...]
    same: int
    category: str
    most: int


def nearby(bundle: Bundle, row: int, modality: str, k: int = NEAREST) -> Nearby | None:
    """Find the `k` products nearest to a product by the cosine of their features.

    Returns
    -------
    Nearby or None
        None where the product, or every other one, lacks this modality.

    Raises
    ------
    BundleError
        If the bundle holds no such features.
    """
    stored = bundle.stored(modality)
    others = bundle.present(modality).copy()
    known = bool(others[row])
    others[row] = False
    if not known or not others.any():
        return None
    found = stored.nearest(k, stored.row(row), others)
    rows = found.indices[0]
    categories = bundle.table["category"].to_numpy(dtype=object)
    counts = Counter(categories[rows])  # in order of appearance: the nearest one's wins a tie
    return Nearby(
        modality,
        tuple(int(one) for one in rows),
        tuple(float(cosine) for cosine in found.similarity[0]),
        counts[categories[row]],
        *counts.most_common(1)[0],
    )


def neighbour_cards(bundle: Bundle, found: Nearby) -> list[Card]:
    """Return the neighbours with their pictures, categories and cosines."""
    products = bundle.table.iloc[list(found.rows)]
    return [
        Card(
            bundle.thumbnail(product["sku"]),
            product_name(product),
            f"{product['category']}\ncosine {cosine:.2f}",
        )
        for (_, product), cosine in zip(products.iterrows(), found.similarity, strict=True)
    ]


def same_category_sentence(found: Nearby) -> str:
    """Say how many of the neighbours share the product's category."""
    return f"{found.same} of the {len(found.rows)} nearest share its category"


def agreement_sentence(bundle: Bundle, row: int, spaces: Sequence[Nearby]) -> str:
    """Say whether the spaces place a product alike: where most neighbours belong, what the lists share."""
    own = bundle.table["category"].iat[row]
    away = [space for space in spaces if space.category != own]
    said = [_verdict(own, len(spaces), len(away))] if len(spaces) > 1 else []
    said += [
        f"By {_word(space)} most neighbours are {space.category} ({space.most} of {len(space.rows)}; "
        f"{space.same} {own})."
        for space in away
    ]
    shared = [
        f"{_word(one)} and {_word(other)} {len(set(one.rows) & set(other.rows))}"
        for one, other in combinations(spaces, 2)
    ]
    if shared:
        if len(spaces) > 2:
            shared.append(f"all {len(set.intersection(*(set(space.rows) for space in spaces)))}")
        longest = max(len(space.rows) for space in spaces)
        said.append(f"Neighbours in common, of {longest}: {'; '.join(shared)}.")
    return " ".join(said)


def _verdict(own: str, spaces: int, away: int) -> str:
    if not away:
        return f"All {spaces} spaces place it among {own}, its own category."
    if away == spaces:
        return f"No space places it among {own}, its own category: that may be wrong."
    return "The spaces disagree."


def _word(space: Nearby) -> str:
    return "both inputs" if space.modality == "fused" else MODALITY_NAMES[space.modality].lower()
