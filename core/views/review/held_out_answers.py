"""What text and picture say of products under review, by models that have not seen them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.out_of_fold import spread
from core.views.models.answers import answers

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.review.queue import Item

CANDIDATES = 4


@dataclass(frozen=True, eq=False)
class HeldOutAnswers:
    """What each modality says.

    Attributes
    ----------
    proba
        text, image, or both -> float32 (n, classes); NaN rows where nothing is said.
    tested
        bool (n,): products of the test part, which the bundle's chosen models answer; of the others, models
        that have not seen them.
    """

    proba: Mapping[str, np.ndarray]
    tested: np.ndarray

    def of(self, row: int) -> dict[str, np.ndarray]:
        """Return what is said of one product: modality -> float32 (classes,)."""
        return {m: proba[row] for m, proba in self.proba.items() if np.isfinite(proba[row]).all()}


def held_out_answers(bundle: Bundle) -> HeldOutAnswers:
    """Return what text and image say of the products with faults, and of all test products.

    Test products are answered from the bundle's own predictions, others with faults from the out-of-fold
    probabilities that the bundle keeps.
    """
    n, k = len(bundle.table), len(bundle.classes)
    tested = bundle.table["part"].to_numpy(dtype=object) == "test"
    found: dict[str, np.ndarray] = {}
    for modality in (m for m in bundle.modalities if m != "fused"):
        proba = spread(bundle.out_of_fold, modality, n, k)
        if modality in bundle.best:
            said = answers(bundle, modality)
            proba[said.rows] = said.proba
        proba[~bundle.present(modality)] = np.nan
        found[modality] = proba
    return HeldOutAnswers(found, tested)


def candidates(bundle: Bundle, item: Item, said: Mapping[str, np.ndarray], current: str) -> tuple[str, ...]:
    """Return up to four categories a product may belong to, the likeliest first, its `current` one left out.

    What a finding suggests comes first, then the category of the product it is compared with, then what text
    and picture say on average.
    """
    suggested = {f"Move it to {name}.": name for name in bundle.classes}
    names = [suggested[f.suggestion] for f in item.findings if f.suggestion in suggested]
    if item.is_pair:
        names.append(bundle.table["category"].iat[item.other])
    if said:
        mean = np.mean(list(said.values()), axis=0)
        names += [bundle.classes[place] for place in np.argsort(-mean, kind="stable")]
    return tuple(name for name in dict.fromkeys(names) if name != current)[:CANDIDATES]


def ranked(proba: np.ndarray, classes: tuple[str, ...], count: int = 2) -> list[tuple[str, float]]:
    """Return the `count` most probable categories with their probabilities."""
    return [(classes[at], float(proba[at])) for at in np.argsort(-proba, kind="stable")[:count]]
