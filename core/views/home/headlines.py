"""What matters about a catalogue, a headline each: how much of it, examples, and where it is dealt with.

Headlines are plain text, without anything the catalogue says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from core.common.modality import MODALITY_NAMES
from core.views.formatting import counted, percent, points_interval
from core.views.models.accepted import by_what_each_has
from core.views.models.answers import answers
from core.views.product_cards import Card, product_card

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.evaluation.coverage import Accepted
    from core.evaluation.fusion_gain import FusionGain
    from core.views.review.items import Item
    from core.views.review.progress import Review

EXAMPLES = 6
"""Images beside a headline."""

LOOKED_AT = 50
"""Products among which those with an image are looked for."""


@dataclass(frozen=True)
class Headline:
    """Something that matters about a catalogue.

    Attributes
    ----------
    text, detail
        In a few words, and what it rests on.
    examples
        Rows of some products it is about, the clearest first.
    button, page, query
        What can be done, and where: the file of the page, and name -> word of its address.
    """

    text: str
    detail: str
    examples: tuple[int, ...] = ()
    button: str = ""
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    def cards(self, bundle: Bundle) -> list[Card]:
        """Return up to `EXAMPLES` of the products that have an image."""
        cards: list[Card] = []
        for row in self.examples[:LOOKED_AT]:
            card = product_card(bundle, row)
            if card.image is not None and len(cards) < EXAMPLES:
                cards.append(card)
        return cards


def wrong_categories(review: Review) -> Headline:
    """Return how many products are probably in the wrong category, and not decided on yet."""
    found = review.in_state("label", "open")
    detail = _decided(review, "label", "Found by models that had not seen the product.")
    if not found:
        return Headline("No product looks to be in the wrong category", detail)
    are = "is" if len(found) == 1 else "are"
    return Headline(
        f"{counted(len(found), 'product')} {are} probably in the wrong category",
        detail,
        _rows(found),
        "Review them",
        "pages/5_Review.py",
        {"kind": "label"},
    )


def duplicates(review: Review) -> Headline:
    """Return how many pairs of products look like one, and are not decided on yet."""
    found = review.in_state("duplicate", "open")
    detail = _decided(review, "duplicate", "Same or nearly the same name and image.")
    if not found:
        return Headline("No products look duplicated", detail)
    look = "looks" if len(found) == 1 else "look"
    return Headline(
        f"{counted(len(found), 'pair')} of products {look} duplicated",
        detail,
        _rows(found),
        "See the pairs",
        "pages/1_Dataset.py",
        {"tab": "Duplicates"},
    )


def second_input(bundle: Bundle, gain: FusionGain, single: str) -> Headline:
    """Return what the other input adds to the better one alone, of text and image.

    Parameters
    ----------
    bundle
        The bundle.
    gain
        Text and image together against `single`.
    single
        The better one: text or image.
    """
    overall, difference = gain.overall, gain.overall.difference
    other = "Images" if single == "text" else "Texts"
    alone = MODALITY_NAMES[single].lower()
    points = f"{abs(100 * difference.value):.1f} points"
    if overall.could_be_chance:
        text = f"{other} do not clearly help"
    elif difference.value > 0:
        text = f"{other} help by {points}"
    else:
        text = f"{other} harm by {points}"
    detail = (
        f"Accuracy with both inputs against {alone} alone, {counted(overall.n, 'test product')}: "
        f"{100 * difference.value:+.1f} points (95% interval: "
        f"{points_interval(difference.low, difference.high).removesuffix(' points')})."
    )
    rescued = tuple(answers(bundle, "fused").rows[gain.rescued].tolist())
    return Headline(text, detail, rescued, "Compare", "pages/3_Models.py", {"look": "gain"})


def automatic(bundle: Bundle, accepted: Accepted) -> Headline:
    """Return which share of products can be filed without a person, at the bundle's wanted precision."""
    wanted = percent(bundle.manifest.acceptance.wanted_precision)
    precision = accepted.precision
    tested = counted(accepted.n, "test product")
    if precision is None:
        text = f"No product can be filed without a person at {wanted} precision yet"
        detail = f"None of {tested} has an answer that can be trusted that far."
    else:
        text = f"{percent(accepted.coverage)} can be filed without a person at {wanted} precision"
        detail = (
            f"{accepted.accepted:,} of {tested}; {percent(precision.value)} of these answers are right "
            f"(95% interval: {percent(precision.low)} to {percent(precision.high)})."
        )
    left = [kept.rows[why != ""] for kept, why in by_what_each_has(bundle)]
    examples = tuple(np.concatenate(left)[:LOOKED_AT].tolist()) if left else ()
    more = " The images are of products left for a person." * bool(examples and not bundle.private)
    return Headline(text, detail + more, examples, "Classify products", "pages/4_Predict.py")


def _rows(items: Iterable[Item]) -> tuple[int, ...]:
    """Return the products of some items, each once: as many as are looked at for images, or more."""
    both = (row for item in islice(items, LOOKED_AT) for row in (item.row, item.other) if row >= 0)
    return tuple(dict.fromkeys(both))


def _decided(review: Review, kind: str, detail: str) -> str:
    decided = review.count(kind, "decided")
    return f"{detail} {decided:,} decided already." if decided else detail
