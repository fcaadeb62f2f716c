"""Products with what one or two models answer for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.reader import Bundle
from core.views.display_names import product_name
from core.views.models.answers import Answers
from core.views.product_cards import Card

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Listing:
    """Some products and what models say of them.

    Attributes
    ----------
    rows
        Their rows in the catalogue.
    notes
        A line for each.
    table
        The same as columns, for a table or a file; no names where the bundle keeps none.
    """

    rows: tuple[int, ...]
    notes: tuple[str, ...]
    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.rows)

    def cards(self, bundle: Bundle, start: int, stop: int) -> list[Card]:
        """Return the products from `start` up to `stop` with their pictures."""
        products = bundle.table.iloc[list(self.rows[start:stop])]
        return [
            Card(bundle.thumbnail(product["sku"]), product_name(product), note)
            for (_, product), note in zip(products.iterrows(), self.notes[start:stop], strict=True)
        ]


def answer_listing(bundle: Bundle, found: Answers, places: np.ndarray) -> Listing:
    """List products with one model's answer, the surest first."""
    sure = _confidence(found, places)
    order = np.argsort(-sure, kind="stable")
    places, sure = places[order], sure[order]
    names = np.asarray(bundle.classes, dtype=object)
    true, said = names[found.true[places]], names[found.predicted[places]]
    one_cell = len(np.unique(np.stack([found.true[places], found.predicted[places]]), axis=1).T) < 2
    notes = [
        f"{share:.0%} sure" if one_cell else f"Is {category}\n{share:.0%} {answer}"
        for category, answer, share in zip(true, said, sure, strict=True)
    ]
    columns = {"Category": true, "Predicted": said, "Confidence": sure.round(5)}
    return _listing(bundle, found.rows[places], notes, columns)


def pair_listing(bundle: Bundle, first: Answers, second: Answers, places: np.ndarray) -> Listing:
    """List products with the answers of two models, the surest mistakes first."""
    one, other = _confidence(first, places), _confidence(second, places)
    wrong = [found.predicted[places] != found.true[places] for found in (first, second)]
    order = np.argsort(-np.maximum(one * wrong[0], other * wrong[1]), kind="stable")
    places, one, other = places[order], one[order], other[order]
    names = np.asarray(bundle.classes, dtype=object)
    true, said, told = (names[which[places]] for which in (first.true, first.predicted, second.predicted))
    columns = {
        "Category": true,
        "A says": said,
        "Confidence of A": one.round(5),
        "B says": told,
        "Confidence of B": other.round(5),
    }
    notes = [_pair_note(*both) for both in zip(true, said, told, strict=True)]
    return _listing(bundle, first.rows[places], notes, columns)


def _pair_note(true: str, said: str, told: str) -> str:
    if said == told:
        return f"Is {true}\nA and B: {said}"
    lines = [f"{model}: {answer}" for model, answer in (("A", said), ("B", told)) if answer != true]
    return "\n".join([f"Is {true}", *lines])


def _confidence(found: Answers, places: np.ndarray) -> np.ndarray:
    return found.proba[places, found.predicted[places]]


def _listing(
    bundle: Bundle, rows: np.ndarray, notes: Sequence[str], columns: dict[str, np.ndarray]
) -> Listing:
    import pandas as pd

    products = bundle.table.iloc[rows]
    known = {"Id": products["sku"].to_numpy(dtype=object)}
    if not bundle.private:
        known["Name"] = products["name"].to_numpy(dtype=object)
    return Listing(tuple(int(row) for row in rows), tuple(notes), pd.DataFrame(known | columns))
