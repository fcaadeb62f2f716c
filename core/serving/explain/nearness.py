"""The training products nearest to a product, and whether it is far from everything seen in training.

"Far" compares like with like: how far the product is from its nearest training product, against how far
training products are from theirs. Y. Sun and others ("Out-of-distribution detection with deep nearest
neighbors", ICML 2022) find this distance a strong test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core.bundle.reader import Bundle
from core.serving.explain.case import Case

NEAREST = 5
SAMPLE = 1_000
FAR = 99.0
"""Percentile of the training products' own distances above which a product is far from all of them."""
FEWEST = 20
"""Training products without which no distance is called far."""
_BLOCK = 128


@dataclass(frozen=True)
class Reference:
    """How far training products are from their nearest other training product.

    Attributes
    ----------
    distances
        float32 (m,): 1 - cosine, 0 to 2, ascending, of at most `SAMPLE` training products.
    """

    distances: np.ndarray = field(repr=False)

    @property
    def limit(self) -> float:
        """The distance above which a product is far."""
        return float(np.percentile(self.distances, FAR))

    def percentile(self, distance: float) -> float:
        """Return how many in a hundred training products are nearer to another one, 0 to 100."""
        return 100 * float(np.searchsorted(self.distances, distance, side="left")) / len(self.distances)


@dataclass(frozen=True)
class Nearness:
    """Where a product lies among the training products, by one modality.

    Attributes
    ----------
    skus, categories, similarities
        Of the nearest training products, the nearest first; cosines, -1 to 1.
    distance
        To the nearest, 1 - cosine.
    percentile
        How many in a hundred training products are nearer to another one.
    limit
        The distance above which a product is far: the 99th percentile of theirs.
    compared
        How many training products these were.
    """

    skus: tuple[str, ...]
    categories: tuple[str, ...]
    similarities: tuple[float, ...]
    distance: float
    percentile: float
    limit: float
    compared: int

    @property
    def is_far(self) -> bool:
        """Whether the product is far from everything seen in training."""
        return self.distance > self.limit


def references(bundle: Bundle, *, sample: int = SAMPLE, seed: int = 0) -> dict[str, Reference]:
    """Measure how far training products are from each other, by each modality; worth keeping for a bundle.

    Parameters
    ----------
    bundle
        Modalities whose features it does not hold, or of which it has under `FEWEST` training products, are
        left out.
    sample
        How many training products to measure; each is compared with all others.
    seed
        Which ones.
    """
    train = bundle.rows("train")
    stored = _stored(bundle, train)
    measured = np.sort(np.random.default_rng(seed).permutation(len(train))[:sample])
    distances: dict[str, list[np.ndarray]] = {}
    for at in range(0, len(measured), _BLOCK):
        block = measured[at : at + _BLOCK]
        cosines = _cosines(stored, {m: vectors[block] for m, vectors in stored.items()})
        for modality, cosine in cosines.items():
            has = bundle.present(modality)[train]
            cosine[:, ~has] = -np.inf
            cosine[np.arange(len(block)), block] = -np.inf
            distances.setdefault(modality, []).append(1 - cosine[has[block]].max(axis=1))
    ascending = {m: np.sort(np.concatenate(parts)).clip(min=0) for m, parts in distances.items()}
    return {
        m: Reference(one)
        for m, one in ascending.items()
        if len(one) and bundle.present(m)[train].sum() >= FEWEST
    }


def nearness_of(case: Case, reference_of: Mapping[str, Reference]) -> dict[str, Nearness]:
    """Find the nearest training products of a product.

    Parameters
    ----------
    case
        The product.
    reference_of
        What `references` returned for its bundle.

    Returns
    -------
    dict
        Modality -> nearness, for the modalities in `reference_of` that the product has.
    """
    bundle = case.predictor.bundle
    train = bundle.rows("train")
    given = {m: f.vectors for m, f in case.inputs.features.items()}
    cosines = _cosines(_stored(bundle, train), given) if reference_of else {}
    skus, categories = (bundle.table[name].to_numpy(dtype=object) for name in ("sku", "category"))
    nearness = {}
    for modality, reference in reference_of.items():
        if modality not in cosines:
            continue
        similar = np.where(bundle.present(modality)[train], cosines[modality][0], -np.inf)
        best = np.argsort(-similar, kind="stable")[:NEAREST]
        similarities = np.clip(similar[best], -1, 1)
        distance = 1 - float(similarities[0])
        nearness[modality] = Nearness(
            tuple(skus[train[best]]),
            tuple(categories[train[best]]),
            tuple(float(s) for s in similarities),
            distance,
            reference.percentile(distance),
            reference.limit,
            len(reference.distances),
        )
    return nearness


def _stored(bundle: Bundle, rows: np.ndarray) -> dict[str, np.ndarray]:
    return {m: bundle.features(m)[rows] for m in ("text", "image") if bundle.has_features(m)}


def _cosines(stored: Mapping[str, np.ndarray], given: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return modality -> float32 (given, stored); rows are of length 1, so fused is the mean of both."""
    cosines = {m: given[m] @ stored[m].T for m in stored if m in given}
    if len(cosines) == 2:
        cosines["fused"] = (cosines["text"] + cosines["image"]) / 2
    return cosines
