"""Products entered twice, and whether the split keeps them on one side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.splits import normal_name, product_groups
from core.faults.near import Near

CLOSE = 0.5
"""Two pictures are alike when they are half as far apart as from their third-nearest pictures."""
PICTURE_PLACE = 3
TEXT_PLACE = 10
"""Two texts are alike when they are no farther apart than from their tenth-nearest texts."""
EQUAL = 0.01
"""Smaller usual distances (1 - cosine) are taken for this, so that cosines from 0.995 are always alike."""
UNCOMPARED = 0.5
"""How alike a text or a picture counts that one of the two products lacks."""
_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Pairs of products that are the same, or nearly.

    Attributes
    ----------
    pairs : np.ndarray
        int64, shape (m, 2): rows, the lower first, closest pairs first. Of products that share a name or a
        picture, each is paired with the first at least.
    score : np.ndarray
        float32, shape (m,): 0 to 1, how much closer the pictures are than is usual around them, times the
        cosine of the texts; 1 for the same name and picture. One that cannot be compared counts half.
    same_name, same_image : np.ndarray
        bool, shape (m,).
    alike : np.ndarray
        bool, shape (m,): text and picture both alike; where only one can be compared, nearly equal in it.
    groups : np.ndarray
        int64, shape (n,): products connected by pairs have one number, from 0 in order of first appearance;
        fit for `core.evaluation.splits.make_split`.
    products : np.ndarray
        int64, shape (n,): the same, by name and picture alone (`core.evaluation.splits.product_groups`).
    """

    pairs: np.ndarray
    score: np.ndarray
    same_name: np.ndarray
    same_image: np.ndarray
    alike: np.ndarray
    groups: np.ndarray
    products: np.ndarray


def find_duplicates(names: Sequence[str], digests: Sequence[str], spaces: Mapping[str, Near]) -> Duplicates:
    """Find products with one name, one picture, or nearly the same text and picture.

    Distances are judged by what is usual around the two products, as Lowe's ratio test does ("Distinctive
    Image Features from Scale-Invariant Keypoints", 2004, section 7.1): no fixed cosine means the same for
    every encoder. Candidates are each product's nearest in text and in picture.

    Parameters
    ----------
    names : Sequence[str]
        A name a product, compared by `core.evaluation.splits.normal_name`; an empty one is like none.
    digests : Sequence[str]
        A hash of the picture's bytes a product; an empty one is like none.
    spaces : Mapping[str, Near]
        "text", "image", or both -> neighbours.

    Raises
    ------
    ValueError
        The arrays do not fit each other, or a modality is neither text nor image.
    """
    sizes = {len(names), len(digests), *(len(space.present) for space in spaces.values())}
    if len(sizes) > 1 or not spaces.keys() <= {"text", "image"}:
        raise ValueError(
            f"expected text and image of {len(names)} products, got {', '.join(spaces)} of {sorted(sizes)}"
        )
    name, picture = (_numbers(keys) for keys in (map(normal_name, names), digests))
    pairs = _candidates(len(names), (name, picture), spaces)
    i, j = pairs.T
    same_name, same_image = ((each[i] == each[j]) & (each[i] >= 0) for each in (name, picture))
    apart = {
        modality: _apart(pairs, spaces.get(modality), place)
        for modality, place in (("text", TEXT_PLACE), ("image", PICTURE_PLACE))
    }
    alike = _alike(apart["text"], apart["image"])
    by_text = np.where(same_name, 1, np.clip(1 - apart["text"].distance, 0, 1))
    by_image = np.where(same_image, 1, np.clip(1 - apart["image"].ratio, 0, 1))
    # A catalogue without pictures is judged by its texts; a product without one, among others, is less sure.
    score = np.ones(len(pairs))
    for modality, closeness in (("text", by_text), ("image", by_image)):
        score *= np.nan_to_num(closeness, nan=UNCOMPARED if modality in spaces else 1.0)
    kept = np.flatnonzero(alike | same_name | same_image)
    kept = kept[np.lexsort((pairs[kept, 1], pairs[kept, 0], -score[kept]))]
    return Duplicates(
        pairs[kept],
        score[kept].astype(np.float32),
        same_name[kept],
        same_image[kept],
        alike[kept],
        _connected(pairs[kept], len(names)),
        product_groups(names, digests),
    )


def crossing(pairs: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return which pairs lie on two sides of the split.

    Parameters
    ----------
    pairs : np.ndarray
        int, shape (m, 2): rows.
    parts : np.ndarray
        str, shape (n,): train, validation or test.

    Returns
    -------
    np.ndarray
        bool, shape (m,).
    """
    parts = np.asarray(parts).astype(str)
    return parts[pairs[:, 0]] != parts[pairs[:, 1]]


@dataclass(frozen=True, eq=False)
class Leaks:
    """Products that are judged although a duplicate of theirs was learned from: they flatter the result.

    Attributes
    ----------
    rows : np.ndarray
        int64, shape (m,): ascending.
    sources : np.ndarray
        int64, shape (m,): the closest duplicate that was learned from.
    score : np.ndarray
        float32, shape (m,): of the pair; 0 where they share a name or a picture but were not compared.
    """

    rows: np.ndarray
    sources: np.ndarray
    score: np.ndarray


def leaks(
    duplicates: Duplicates, parts: np.ndarray, *, learned: str = "train", judged: str = "test"
) -> Leaks:
    """Find the products of part `judged` that have a duplicate in part `learned`.

    A duplicate is the other product of a pair, or any that shares a name or a picture.

    Parameters
    ----------
    duplicates : Duplicates
        Of all n products.
    parts : np.ndarray
        str, shape (n,): train, validation or test.
    learned, judged : str
        The two parts.

    Raises
    ------
    ValueError
        There is not one part a product.
    """
    parts = np.asarray(parts).astype(str)
    if parts.shape != duplicates.products.shape:
        raise ValueError(f"expected a part for each of {len(duplicates.products)} rows, got {parts.shape}")
    known, asked = (np.flatnonzero(parts == part) for part in (learned, judged))
    products, first = np.unique(duplicates.products[known], return_index=True)
    sharing = asked[np.isin(duplicates.products[asked], products)]
    fellows = known[first[np.searchsorted(products, duplicates.products[sharing])]]
    both_ways = np.concatenate([duplicates.pairs, duplicates.pairs[:, ::-1]])
    crosses = (parts[both_ways[:, 0]] == judged) & (parts[both_ways[:, 1]] == learned)
    row, source = np.concatenate([both_ways[crosses], np.stack([sharing, fellows], axis=1)]).T
    score = np.concatenate([np.tile(duplicates.score, 2)[crosses], np.zeros(len(sharing), np.float32)])
    order = np.lexsort((-score, row))
    rows, best = np.unique(row[order], return_index=True)
    return Leaks(rows, source[order][best], score[order][best])


@dataclass(frozen=True, eq=False)
class _Apart:
    """Distances of pairs: as they are, and by what is usual around them; NaN where a side is absent."""

    distance: np.ndarray
    ratio: np.ndarray


def _alike(text: _Apart, image: _Apart) -> np.ndarray:
    """Return which pairs are alike; comparisons with NaN are False."""
    both = (image.ratio <= CLOSE) & (text.ratio <= 1)
    nearly = CLOSE * EQUAL
    text_only = np.isnan(image.distance) & (text.distance <= nearly)
    image_only = np.isnan(text.distance) & (image.distance <= nearly)
    return both | text_only | image_only


def _apart(pairs: np.ndarray, space: Near | None, place: int) -> _Apart:
    distance = np.full(len(pairs), np.nan, dtype=np.float32)
    if space is None:
        return _Apart(distance, distance)
    shared = np.flatnonzero(space.present[pairs].all(axis=1))
    for start in range(0, len(shared), _BLOCK):
        block = shared[start : start + _BLOCK]
        one, other = space.vectors[pairs[block, 0]], space.vectors[pairs[block, 1]]
        distance[block] = np.clip(1 - np.einsum("ij,ij->i", one, other), 0, 2)
    usual = np.maximum(np.nan_to_num(space.scale(place), nan=0.0), EQUAL)
    return _Apart(distance, distance / np.sqrt(usual[pairs].prod(axis=1)))


def _candidates(rows: int, keys: Sequence[np.ndarray], spaces: Mapping[str, Near]) -> np.ndarray:
    """Return the pairs to compare, int64 (m, 2): distinct, the lower row first."""
    found = [pair for key in keys for pair in _with_first(key)]
    for space in spaces.values():
        found += _with_first(space.first)
        one = np.repeat(np.arange(rows), space.indices.shape[1])
        other = space.indices.ravel()
        found.append(np.stack([one, other], axis=1)[other >= 0])
    pairs = np.sort(np.concatenate(found), axis=1)
    numbers = np.unique(pairs[:, 0] * rows + pairs[:, 1])
    return np.stack([numbers // max(rows, 1), numbers % max(rows, 1)], axis=1)


def _with_first(key: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the pairs of rows with the first row of the same number, those below 0 left out."""
    rows = np.flatnonzero(key >= 0)
    _, first, place = np.unique(key[rows], return_index=True, return_inverse=True)
    pairs = np.stack([rows[first][place], rows], axis=1)
    yield pairs[pairs[:, 0] != pairs[:, 1]]


def _numbers(keys: Iterator[str] | Sequence[str]) -> np.ndarray:
    """Return a number for each distinct key, -1 for an empty one."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(key, len(seen)) if key else -1 for key in keys], dtype=np.int64)


def _connected(pairs: np.ndarray, rows: int) -> np.ndarray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(rows, rows))
    return connected_components(links, directed=False)[1].astype(np.int64)
