"""What text and picture say of products under review, by models that have not seen them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.likeliest import spread
from core.evaluation.folds import logistic, out_of_fold
from core.evaluation.splits import product_groups
from core.views.models.answers import answers

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.review.queue import Item

CANDIDATES = 4
# Products asked about and learned from at once: enough for an opinion within seconds on a large catalogue.
SAMPLE = 4000
FOLDS = 5


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


def held_out_answers(bundle: Bundle, rows: Sequence[int]) -> HeldOutAnswers:
    """Ask text and picture about the products `rows`, and about all test products.

    Test rows are answered from the bundle's own predictions, others with faults from what was said of them
    when it was built. A bundle of an older version does not know that: there logistic regressions are trained
    out of fold on the stored features of `rows` and of as many further products as make 4,000; without
    features, as in a private bundle, nothing is said of them.
    """
    n, k = len(bundle.table), len(bundle.classes)
    asked = np.asarray(rows, dtype=np.int64)
    tested = bundle.table["part"].to_numpy(dtype=object) == "test"
    found: dict[str, np.ndarray] = {}
    for modality in (m for m in bundle.modalities if m != "fused"):
        if bundle.opinions is not None:
            proba = spread(bundle.opinions, modality, n, k)
        else:
            proba = _asked_now(bundle, modality, asked[~tested[asked]])
        if modality in bundle.best:
            said = answers(bundle, modality)
            proba[said.rows] = said.proba
        proba[~bundle.present(modality)] = np.nan
        found[modality] = proba
    return HeldOutAnswers(found, tested)


def _asked_now(bundle: Bundle, modality: str, rows: np.ndarray) -> np.ndarray:
    """Ask models trained without them about `rows`: float32 (n, classes), NaN in all others."""
    n, k, seed = len(bundle.table), len(bundle.classes), bundle.manifest["seed"]
    proba = np.full((n, k), np.nan, dtype=np.float32)
    if not len(rows) or not bundle.has_features(modality):
        return proba
    groups = bundle.groups
    if groups is None:
        groups = product_groups(list(bundle.table["name"]), [""] * n)
    learner = logistic(bundle.features(modality), bundle.labels, k)
    present = bundle.present(modality) & _sample(rows, n, seed)
    proba[rows] = out_of_fold(learner, bundle.labels, groups, FOLDS, seed, present=present)[rows]
    return proba


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


def _sample(rows: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Mark `rows` and further ones up to `SAMPLE`, bool (n,)."""
    marked = np.zeros(n, dtype=bool)
    marked[rows] = True
    rest = np.random.default_rng(seed).permutation(np.flatnonzero(~marked))
    marked[rest[: max(0, SAMPLE - int(marked.sum()))]] = True
    return marked
