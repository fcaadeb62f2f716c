"""What each model says of one product, by answers that did not come from having learned it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.views.categories import category_of
from core.views.display_names import MODALITY_NAMES, head_name
from core.views.models.answers import answers

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle

SOURCES = {
    "test": "A test product: no model has learned from it.",
    "validation": "A validation product: no model has learned from it; their settings were chosen with it.",
    "train": "A training product: the models answering here were trained without it.",
    "": "A training product: every model here has learned from it, so its answer would prove nothing.",
}
"""Where the answers come from -> what to say of them."""


@dataclass(frozen=True)
class ProductAnswer:
    """What one input's model says.

    Attributes
    ----------
    modality, head
        The input, and the head that is chosen for it.
    category
        The most probable category.
    confidence
        Its probability, 0 to 1.
    calibrated
        Whether that is a calibrated one: the answers from the search for faults are not.
    right
        Whether it is the product's own category.
    """

    modality: str
    head: str
    category: str
    confidence: float
    calibrated: bool
    right: bool


def product_answers(bundle: Bundle, row: int, searched: Mapping[str, np.ndarray]) -> list[ProductAnswer]:
    """Return what the chosen model of each input says of a product it has not learned from.

    Parameters
    ----------
    bundle
        Whose models.
    row
        The product.
    searched
        Modality -> float (classes,): what the search for faults says, by models trained without the product.
        It stands in where the bundle keeps no answer to the product.
    """
    found = (_answer(bundle, row, m, head, searched.get(m)) for m, head in bundle.best.items())
    return [answer for answer in found if answer is not None]


def source_sentence(bundle: Bundle, row: int, given: list[ProductAnswer]) -> str:
    """Say whether the answering models have seen the product."""
    return SOURCES[str(bundle.table["part"].iat[row]) if given else ""]


def answer_table(given: list[ProductAnswer]) -> pd.DataFrame:
    """List answers: input, model, answer, confidence (0 to 1), and whether that is the product's category."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Input": [MODALITY_NAMES[one.modality] for one in given],
            "Model": [
                head_name(one.head) if one.calibrated else "Search for faults, not calibrated"
                for one in given
            ],
            "Predicted": [one.category for one in given],
            "Confidence": [one.confidence for one in given],
            "Same as catalogue": [one.right for one in given],
        }
    )


def _answer(
    bundle: Bundle, row: int, modality: str, head: str, searched: np.ndarray | None
) -> ProductAnswer | None:
    if not bundle.present(modality)[row]:
        return None
    known = _known(bundle, row, modality)
    if known is not None:
        predicted, confidence = known
    elif searched is not None:
        predicted, confidence = int(np.argmax(searched)), float(np.max(searched))
    else:
        return None
    category = bundle.classes[predicted]
    right = category == category_of(bundle.table, row)
    return ProductAnswer(modality, head, category, confidence, known is not None, right)


def _known(bundle: Bundle, row: int, modality: str) -> tuple[int, float] | None:
    """Return the category, as a position, and the confidence that the bundle keeps; None for none."""
    tested = answers(bundle, modality)
    place = np.flatnonzero(tested.rows == row)
    if len(place):
        return int(tested.predicted[place[0]]), float(tested.confidence[place[0]])
    return bundle.held_out_answer(modality, row)
