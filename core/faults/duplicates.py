"""Duplicates: products with the same name or image, or nearly the same text and image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.catalogue.product_names import normal_name, without_variant
from core.faults.product_neighbours import ProductNeighbours

CLOSE = 0.5
"""Two images are alike if they are at most half as far apart as each is from its third-nearest image."""
IMAGE_RANK = 3
TEXT_RANK = 10
"""Two texts are alike if they are no farther apart than each is from its tenth-nearest text."""
EQUAL = 0.01
"""Lower limit of the local distance scale (1 - cosine), so that cosines from 0.995 always count as alike."""
UNCOMPARED = 0.5
"""Similarity of texts or images that cannot be compared because one product has none."""
_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Pairs of products that are the same, or nearly the same.

    Attributes
    ----------
    pairs : np.ndarray
        int64, shape (m, 2): rows, the lower first, most similar pairs first. Among products that share a name
        or an image, each is paired at least with the first.
    score : np.ndarray
        float32, shape (m,): 0 to 1, how much closer the images are than is usual around them, times the
        cosine of the texts; 1 for the same name and image. A modality that cannot be compared counts half.
    same_name, same_image : np.ndarray
        bool, shape (m,).
    alike : np.ndarray
        bool, shape (m,): both text and image are alike; if only one can be compared, it is nearly equal.
    variant : np.ndarray
        bool, shape (m,): the names state different sizes or colours, and are the same otherwise.
    products : np.ndarray
        int64, shape (n,): rows of one product, variants included, share a number
        (`core.catalogue.grouping.group_products`).
    """

    pairs: np.ndarray
    score: np.ndarray
    same_name: np.ndarray
    same_image: np.ndarray
    alike: np.ndarray
    variant: np.ndarray
    products: np.ndarray

    @property
    def likely(self) -> np.ndarray:
        """Which pairs are probably one product, bool (m,).

        Products that share a name but have very different images are variants, and so are those whose names
        state different sizes or colours.
        """
        named = self.same_name & (self.score >= UNCOMPARED)
        return np.asarray((self.alike | self.same_image | named) & ~self.variant)


def find_duplicates(
    names: Sequence[str],
    digests: Sequence[str],
    groups: np.ndarray,
    neighbours: Mapping[str, ProductNeighbours],
) -> Duplicates:
    """Find products with the same name, the same image, or nearly the same text and image.

    Distances are judged relative to those around the two products, as in Lowe's ratio test ("Distinctive
    Image Features from Scale-Invariant Keypoints", 2004, section 7.1): no fixed cosine means the same for
    every encoder. Candidates are each product's nearest neighbours in text and in image.

    Parameters
    ----------
    names : Sequence[str]
        A name per product, compared by `core.catalogue.product_names.normal_name`; an empty one equals no
        other.
    digests : Sequence[str]
        A hash of the image's bytes per product; an empty one equals no other.
    groups : np.ndarray
        int64, shape (n,): the split's groups, which become `Duplicates.products`.
    neighbours : Mapping[str, ProductNeighbours]
        "text", "image", or both -> neighbours.

    Raises
    ------
    ValueError
        If the arrays do not fit each other, or a modality is neither text nor image.
    """
    sizes = {len(names), len(digests), len(groups), *(len(each.present) for each in neighbours.values())}
    if len(sizes) > 1 or not neighbours.keys() <= {"text", "image"}:
        raise ValueError(
            f"expected text and image of {len(names)} products, "
            f"got {', '.join(neighbours)} of {sorted(sizes)}"
        )
    name_ids, image_ids = (_numbers(keys) for keys in (map(normal_name, names), digests))
    pairs = _candidates(len(names), (name_ids, image_ids), neighbours)
    i, j = pairs.T
    plain_ids = _numbers(map(without_variant, names))
    same_name, same_image, same_plain = (
        (ids[i] == ids[j]) & (ids[i] >= 0) for ids in (name_ids, image_ids, plain_ids)
    )
    text = _separation(pairs, neighbours.get("text"), TEXT_RANK)
    image = _separation(pairs, neighbours.get("image"), IMAGE_RANK)
    alike = _alike(text, image)
    text_similarity = np.where(same_name, 1, np.clip(1 - text.distance, 0, 1))
    image_similarity = np.where(same_image, 1, np.clip(1 - image.ratio, 0, 1))
    # A catalogue without images is judged by its texts; a product without one, among others, is less certain.
    score = np.ones(len(pairs))
    for modality, similarity in (("text", text_similarity), ("image", image_similarity)):
        score *= np.nan_to_num(similarity, nan=UNCOMPARED if modality in neighbours else 1.0)
    kept = np.flatnonzero(alike | same_name | same_image)
    kept = kept[np.lexsort((pairs[kept, 1], pairs[kept, 0], -score[kept]))]
    return Duplicates(
        pairs[kept],
        score[kept].astype(np.float32),
        same_name[kept],
        same_image[kept],
        alike[kept],
        (same_plain & ~same_name)[kept],
        np.asarray(groups),
    )


@dataclass(frozen=True, eq=False)
class _Separation:
    """Distances of pairs, and their ratio to those around them; NaN where either product has no vector."""

    distance: np.ndarray
    ratio: np.ndarray


def _alike(text: _Separation, image: _Separation) -> np.ndarray:
    """Return which pairs are alike; comparisons with NaN are False."""
    both = (image.ratio <= CLOSE) & (text.ratio <= 1)
    nearly_equal = CLOSE * EQUAL
    text_only = np.isnan(image.distance) & (text.distance <= nearly_equal)
    image_only = np.isnan(text.distance) & (image.distance <= nearly_equal)
    return np.asarray(both | text_only | image_only)


def _separation(pairs: np.ndarray, neighbours: ProductNeighbours | None, rank: int) -> _Separation:
    distance = np.full(len(pairs), np.nan, dtype=np.float32)
    if neighbours is None:
        return _Separation(distance, distance)
    comparable = np.flatnonzero(neighbours.present[pairs].all(axis=1))
    for start in range(0, len(comparable), _BLOCK):
        block = comparable[start : start + _BLOCK]
        one, other = (neighbours.vectors(side) for side in pairs[block].T)
        distance[block] = np.clip(1 - np.einsum("ij,ij->i", one, other), 0, 2)
    usual = np.maximum(np.nan_to_num(neighbours.distance_to(rank), nan=0.0), EQUAL)
    return _Separation(distance, distance / np.sqrt(usual[pairs].prod(axis=1)))


def _candidates(
    rows: int, keys: Sequence[np.ndarray], neighbours: Mapping[str, ProductNeighbours]
) -> np.ndarray:
    """Return the pairs to compare, int64 (m, 2): distinct, the lower row first."""
    candidates = [pair for key in keys for pair in _with_first(key)]
    for each in neighbours.values():
        candidates += _with_first(each.first)
        one = np.repeat(np.arange(rows), each.indices.shape[1])
        other = each.indices.ravel()
        candidates.append(np.stack([one, other], axis=1)[other >= 0])
    pairs = np.sort(np.concatenate(candidates), axis=1)
    numbers = np.unique(pairs[:, 0] * rows + pairs[:, 1])
    return np.stack([numbers // max(rows, 1), numbers % max(rows, 1)], axis=1)


def _with_first(key: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the pairs of each row with the first row of the same number; numbers below 0 are left out."""
    rows = np.flatnonzero(key >= 0)
    _, first, place = np.unique(key[rows], return_index=True, return_inverse=True)
    pairs = np.stack([rows[first][place], rows], axis=1)
    yield pairs[pairs[:, 0] != pairs[:, 1]]


def _numbers(keys: Iterator[str] | Sequence[str]) -> np.ndarray:
    """Return a number for each distinct key, -1 for an empty key."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(key, len(seen)) if key else -1 for key in keys], dtype=np.int64)
