"""What can be decided on a product or a pair: the words, the keys, and which one is most likely right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.views.review.held_out_answers import candidates, most_probable

if TYPE_CHECKING:
    import numpy as np

    from core.bundle.reader import Bundle
    from core.views.review.items import Item

FAULTY = {"image": "Wrong image", "text": "Wrong text", "outlier": "Outlier"}
"""Kind of a finding about one product -> what confirms it."""

KEEP, CONFIRM, SKIP = "k", "f", "s"
"""Their keys; categories have 1, 2, and so on."""


@dataclass(frozen=True)
class Verdict:
    """A decision that can be taken.

    Attributes
    ----------
    key
        The key that takes it.
    action
        One of `core.bundle.decisions.ACTIONS`.
    category
        The product's category from then on.
    likely
        Whether it is the one to be offered first.
    """

    key: str
    action: str
    category: str
    likely: bool = False


def verdicts(
    bundle: Bundle,
    item: Item,
    answered: Mapping[str, np.ndarray],
    current: str,
    recent: Sequence[str] = (),
) -> tuple[Verdict, ...]:
    """Return what can be decided on an item; one of them is the most likely.

    Parameters
    ----------
    bundle, item
        What is under review.
    answered
        What text and image say (`core.views.review.held_out_answers`).
    current
        The product's category after the decisions so far.
    recent
        Categories that products were moved to in this review, the last first.
    """
    moves = candidates(bundle, item, answered, current, recent)
    likely = _likely(bundle, item, answered, current, moves)
    found = [Verdict(str(number), "correct", name) for number, name in enumerate(moves, 1)]
    found.append(Verdict(KEEP, "keep", current))
    if confirmation(item):
        found.append(Verdict(CONFIRM, "confirm", current))
    found.append(Verdict(SKIP, "skip", current))
    return tuple(Verdict(v.key, v.action, v.category, v.key == likely) for v in found)


def confirmation(item: Item) -> str:
    """Return the words that confirm what was found; "" where there is nothing to confirm."""
    if item.is_pair:
        return "Same product"
    return next((FAULTY[kind] for kind in item.kinds if kind in FAULTY), "")


def _likely(
    bundle: Bundle, item: Item, answered: Mapping[str, np.ndarray], current: str, moves: Sequence[str]
) -> str:
    """Return the key of the verdict that is most likely right."""
    if item.suggestion in moves:
        return str(moves.index(str(item.suggestion)) + 1)
    if confirmation(item):
        return CONFIRM
    top = most_probable(bundle, answered)
    return str(moves.index(top) + 1) if top in moves else KEEP
