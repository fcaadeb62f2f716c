"""Test products with what one or two models answer for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.views.display_names import product_name
from core.views.formatting import percent, shorten_category
from core.views.product_cards import Card

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.models.answers import Answers

SHARES = ("Confidence", "Confidence of A", "Confidence of B")
"""The columns of a listing that are shares, 0 to 1."""


@dataclass(frozen=True, eq=False)
class Listing:
    """Some products and what models answer for them.

    Attributes
    ----------
    rows
        Their rows in the catalogue.
    notes, whole_notes
        The answers for each, in a line or more; with categories shortened, and whole.
    table
        The same as columns, for a table or a file; no names where the bundle has none.
    """

    rows: tuple[int, ...]
    notes: tuple[str, ...]
    whole_notes: tuple[str, ...]
    table: pd.DataFrame

    def __len__(self) -> int:
        return len(self.rows)

    def cards(self, bundle: Bundle, start: int, stop: int) -> list[Card]:
        """Return the cards of the products from `start` up to `stop`."""
        products = bundle.table.iloc[list(self.rows[start:stop])]
        return [
            Card(bundle.thumbnail(str(product["sku"])), product_name(product), note, row, whole)
            for row, (_, product), note, whole in zip(
                self.rows[start:stop],
                products.iterrows(),
                self.notes[start:stop],
                self.whole_notes[start:stop],
                strict=True,
            )
        ]


def answer_listing(bundle: Bundle, given: Answers, chosen: np.ndarray) -> Listing:
    """List products with one model's answer, the most confident first.

    Parameters
    ----------
    bundle
        Whose products.
    given
        The model's answers.
    chosen
        int64 (m,): positions among the answers.
    """
    chosen = chosen[np.argsort(-given.confidence[chosen], kind="stable")]
    listed, names = given.take(chosen), np.asarray(bundle.classes, dtype=object)
    true, predicted, confidence = names[listed.true], names[listed.predicted], listed.confidence
    one_cell = len({*zip(true, predicted, strict=True)}) < 2

    def note(place: int, written: Callable[[str], str]) -> str:
        share = percent(confidence[place])
        if one_cell:
            return f"{share} confident"
        return f"True: {written(true[place])}\nPredicted: {written(predicted[place])}, {share}"

    columns = {"Category": true, "Predicted": predicted, "Confidence": confidence.round(5)}
    return _listing(bundle, listed.rows, note, columns)


def pair_listing(bundle: Bundle, first: Answers, second: Answers, chosen: np.ndarray) -> Listing:
    """List products with the answers of two models, the most confident mistakes first.

    Parameters
    ----------
    bundle
        Whose products.
    first, second
        The answers of both models, for the same products in the same order.
    chosen
        int64 (m,): positions among the answers.
    """
    doubt = np.maximum(first.confidence * ~first.correct, second.confidence * ~second.correct)
    chosen = chosen[np.argsort(-doubt[chosen], kind="stable")]
    one, other, names = first.take(chosen), second.take(chosen), np.asarray(bundle.classes, dtype=object)
    true, answer_a, answer_b = names[one.true], names[one.predicted], names[other.predicted]
    columns = {
        "Category": true,
        "Predicted by A": answer_a,
        "Confidence of A": one.confidence.round(5),
        "Predicted by B": answer_b,
        "Confidence of B": other.confidence.round(5),
    }

    def note(place: int, written: Callable[[str], str]) -> str:
        return _pair_note(true[place], answer_a[place], answer_b[place], written)

    return _listing(bundle, one.rows, note, columns)


def _pair_note(true: str, answer_a: str, answer_b: str, written: Callable[[str], str]) -> str:
    own = f"True: {written(true)}"
    if answer_a == answer_b:
        return f"{own}\nA and B: {written(answer_a)}"
    answered = (("A", answer_a), ("B", answer_b))
    return "\n".join([own, *(f"{model}: {written(answer)}" for model, answer in answered if answer != true)])


def _listing(
    bundle: Bundle,
    rows: np.ndarray,
    note: Callable[[int, Callable[[str], str]], str],
    columns: dict[str, np.ndarray],
) -> Listing:
    """List products; `note` returns that of the n-th, with its categories as they are to be written."""
    import pandas as pd

    products = bundle.table.iloc[rows]
    ids = {"Id": products["sku"].to_numpy(dtype=object)}
    if not bundle.private:
        ids["Name"] = products["name"].to_numpy(dtype=object)
    return Listing(
        tuple(int(row) for row in rows),
        tuple(note(place, shorten_category) for place in range(len(rows))),
        tuple(note(place, str) for place in range(len(rows))),
        pd.DataFrame(ids | columns),
    )
