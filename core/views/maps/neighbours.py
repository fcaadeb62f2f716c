"""A product's nearest neighbours by text, by image and by both, and how far these agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from core.bundle.reader import Bundle
from core.views.categories import category_of
from core.views.display_names import MODALITY_NAMES, product_name
from core.views.formatting import shorten_category
from core.views.product_cards import Card

NEAREST = 10


@dataclass(frozen=True)
class Nearby:
    """The products nearest to one product by one input.

    Attributes
    ----------
    modality
        text, image or fused.
    rows
        Their rows in the catalogue, the nearest first.
    similarity
        Their cosines with the product, in [-1, 1].
    same
        How many of them are in its category.
    category, most
        The most frequent category among them (that of the nearest one in a tie), and how many have it.
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
        None where the product, or every other one, lacks this input.

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
    nearest = stored.nearest(k, stored.row(row), others)
    rows = nearest.indices[0]
    categories = bundle.table["category"].to_numpy(dtype=object)
    counts = Counter(categories[rows])  # in order of appearance: the nearest one's wins a tie
    return Nearby(
        modality,
        tuple(int(one) for one in rows),
        tuple(float(cosine) for cosine in nearest.similarity[0]),
        counts[categories[row]],
        *counts.most_common(1)[0],
    )


def neighbour_cards(bundle: Bundle, near: Nearby) -> list[Card]:
    """Return the neighbours with their images, categories and cosine similarities."""
    products = bundle.table.iloc[list(near.rows)]
    return [
        Card(
            bundle.thumbnail(str(product["sku"])),
            product_name(product),
            f"{shorten_category(str(product['category']))}\nsimilarity {cosine:.2f}",
            row,
            f"{product['category']}\nsimilarity {cosine:.2f}",
        )
        for row, (_, product), cosine in zip(near.rows, products.iterrows(), near.similarity, strict=True)
    ]


def same_category_sentence(near: Nearby) -> str:
    """Return how many of the neighbours are in the product's category."""
    return f"{near.same} of the {len(near.rows)} nearest products are in its category"


def agreement_sentence(bundle: Bundle, row: int, spaces: Sequence[Nearby]) -> str:
    """Return whether the inputs agree on a product: the category of most neighbours, and shared ones."""
    own = category_of(bundle.table, row)
    different = [near for near in spaces if near.category != own]
    sentences = [_verdict(own, len(spaces), len(different))] if len(spaces) > 1 else []
    sentences += [
        f"By {_input(near)}, most neighbours are in {near.category} ({near.most} of {len(near.rows)}; "
        f"{near.same} in {own})."
        for near in different
    ]
    if len(spaces) > 1:
        sentences.append(_shared_neighbours(spaces))
    return " ".join(sentences)


def _verdict(own: str, inputs: int, different: int) -> str:
    if not different:
        return f"All {inputs} inputs place it in {own}, its own category."
    if different == inputs:
        return f"No input places it in {own}, its own category, which may be wrong."
    return "The inputs disagree."


def _shared_neighbours(spaces: Sequence[Nearby]) -> str:
    shared = [
        f"{_input(one)} and {_input(other)} {len(set(one.rows) & set(other.rows))}"
        for one, other in combinations(spaces, 2)
    ]
    if len(spaces) > 2:
        shared.append(f"all {len(set.intersection(*(set(near.rows) for near in spaces)))}")
    longest = max(len(near.rows) for near in spaces)
    return f"Shared neighbours, of {longest}: {'; '.join(shared)}."


def _input(near: Nearby) -> str:
    return "both inputs" if near.modality == "fused" else MODALITY_NAMES[near.modality].lower()
