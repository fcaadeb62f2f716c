"""What text and image say about products under review, by models that were not trained on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.out_of_fold import spread
from core.views.categories import category_of
from core.views.models.answers import answers

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.review.queue import Item

CANDIDATES = 4


@dataclass(frozen=True, eq=False)
class HeldOutAnswers:
    """What each input says.

    Attributes
    ----------
    proba
        text, image, or both -> float32 (n, classes); NaN rows without an answer.
    by_bundle
        bool (n,): the products that the bundle's chosen models answer. The others are answered by the models
        that the search for faults trained without them.
    """

    proba: Mapping[str, np.ndarray]
    by_bundle: np.ndarray

    def of(self, row: int) -> dict[str, np.ndarray]:
        """Return the answers for one product: modality -> float32 (classes,)."""
        return {m: proba[row] for m, proba in self.proba.items() if np.isfinite(proba[row]).all()}


def held_out_answers(bundle: Bundle) -> HeldOutAnswers:
    """Return what text and image say about the products with faults, and about all test products.

    Products with faults are answered by what the faults rest on, the out-of-fold probabilities that the
    bundle keeps, so that a finding and the answers beside it agree. Other test products are answered by the
    bundle's own predictions.
    """
    n, k = len(bundle.table), len(bundle.classes)
    by_bundle = bundle.table["part"].to_numpy(dtype=object) == "test"
    by_bundle[bundle.out_of_fold["row"].to_numpy()] = False
    answered: dict[str, np.ndarray] = {}
    for modality in (m for m in bundle.modalities if m != "fused"):
        proba = spread(bundle.out_of_fold, modality, n, k)
        if modality in bundle.best:
            given = answers(bundle, modality)
            own = by_bundle[given.rows]
            proba[given.rows[own]] = given.proba[own]
        proba[~bundle.present(modality)] = np.nan
        answered[modality] = proba
    return HeldOutAnswers(answered, by_bundle)


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
