"""What text and image say about products under review, by models that were not trained on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.views.categories import category_of
from core.views.models.answers import answers

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.review.items import Item

CANDIDATES = 4


@dataclass(frozen=True, eq=False)
class HeldOutAnswers:
    """What each input says, looked up for one product after the other.

    Attributes
    ----------
    bundle
        Of the products.
    kept
        text, image, or both -> the rows of the bundle's out-of-fold probabilities, ascending by product:
        product, category and share, (m,) each.
    by_bundle
        bool (n,): the products that the bundle's chosen models answer. The others are answered by the models
        that the search for faults trained without them.
    """

    bundle: Bundle
    kept: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    by_bundle: np.ndarray

    def of(self, row: int) -> dict[str, np.ndarray]:
        """Return the answers for one product: modality -> float32 (classes,)."""
        found = {m: self._answer(m, row) for m in self.kept if self.bundle.present(m)[row]}
        return {modality: proba for modality, proba in found.items() if proba is not None}

    def _answer(self, modality: str, row: int) -> np.ndarray | None:
        """Return what one input says about a product; None where it says nothing."""
        if self.by_bundle[row] and modality in self.bundle.best:
            given = answers(self.bundle, modality)
            at = np.flatnonzero(given.rows == row)
            return given.proba[at[0]].astype(np.float32) if len(at) else None
        rows, categories, shares = self.kept[modality]
        own = slice(*np.searchsorted(rows, [row, row + 1]).tolist())
        if own.start == own.stop:
            return None
        proba = np.zeros(len(self.bundle.classes), dtype=np.float32)
        proba[categories[own]] = shares[own]
        return proba


def held_out_answers(bundle: Bundle) -> HeldOutAnswers:
    """Return what text and image say about the products with faults, and about all test products.

    Products with faults are answered by what the faults rest on, the out-of-fold probabilities that the
    bundle keeps, so that a finding and the answers beside it agree. Other test products are answered by the
    bundle's own predictions.
    """
    by_bundle = np.zeros(bundle.manifest.rows, dtype=bool)
    by_bundle[bundle.rows("test")] = True
    by_bundle[bundle.out_of_fold["row"].to_numpy()] = False
    kept = {side: _kept(bundle.out_of_fold, side) for side in bundle.modalities if side != "fused"}
    return HeldOutAnswers(bundle, kept, by_bundle)


def _kept(out_of_fold: pd.DataFrame, modality: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return product, category and share of one input's probabilities, ascending by product."""
    one = out_of_fold[out_of_fold["modality"] == modality]
    rows, categories, shares = (one[name].to_numpy() for name in ("row", "category", "share"))
    order = np.argsort(rows, kind="stable")
    return rows[order], categories[order], shares[order]


def candidates(
    bundle: Bundle,
    item: Item,
    answered: Mapping[str, np.ndarray],
    current: str,
    recent: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return up to four categories a product may belong to, the likeliest first, without its `current` one.

    What a finding suggests comes first, then the category of the product it is compared with, then the mean
    of what text and image say; without any answer, the categories that products were moved to in this review,
    `recent`.
    """
    names = [] if item.suggestion is None else [item.suggestion]
    if item.is_pair:
        names.append(category_of(bundle.table, item.other))
    if answered:
        mean = np.mean(list(answered.values()), axis=0)
        names += [bundle.classes[index] for index in np.argsort(-mean, kind="stable")]
    names += recent
    return tuple(name for name in dict.fromkeys(names) if name != current)[:CANDIDATES]


def most_probable(bundle: Bundle, answered: Mapping[str, np.ndarray]) -> str | None:
    """Return the category that text and image think most probable together, None without an answer."""
    if not answered:
        return None
    return bundle.classes[int(np.mean(list(answered.values()), axis=0).argmax())]
