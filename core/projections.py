"""From features to maps: (n, d) -> (n, 2 or 3) by PCA, t-SNE and UMAP.

t-SNE and UMAP draw neighbourhoods; both get the same exact cosine neighbours (`prepare`), of the unique rows
only: repeated rows would be each other's only neighbours and tear the map apart. They are put back afterwards.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.errors import CoreError
from core.neighbours import Neighbours, nearest, unit
from core.progress import Progress, silent

METHODS = ("pca", "tsne", "umap")

PERPLEXITY = 30
UMAP_NEIGHBOURS = 15
# Fewer unique rows than this have no neighbourhoods worth the name: every method then draws PCA.
FEWEST = 8
# openTSNE's fast gradient knows two dimensions. In three, this many rows are laid out by Barnes-Hut, the others
# placed among their neighbours.
SAMPLE_3D = 5000


def parse_methods(names: str) -> tuple[str, ...]:
    """Read ``"pca,umap"``, ``"all"`` or ``"none"`` into names of methods.

    Raises
    ------
    CoreError
        If a name is unknown.
    """
    wanted = {"all": METHODS, "none": ()}.get(names.strip())
    if wanted is None:
        wanted = tuple(dict.fromkeys(name for part in names.split(",") if (name := part.strip())))
    for name in wanted:
        _check_method(name)
    return wanted


def _check_method(name: str) -> None:
    if name not in METHODS:
        raise CoreError(f"unknown projection '{name}': expected some of {', '.join(METHODS)}")


@dataclass(frozen=True)
class Prepared:
    """Features made ready for any number of maps; what maps share is computed once, when first needed.

    Attributes
    ----------
    rows : np.ndarray
        float32, shape (u, d): the unique rows, of length one.
    places : np.ndarray
        int64, shape (n,): which unique row each row is.
    """

    rows: np.ndarray
    places: np.ndarray
    progress: Progress = silent

    @cached_property
    def neighbours(self) -> Neighbours:
        """The nearest unique rows of each, itself left out: enough of them for t-SNE."""
        return nearest(self.rows, 3 * PERPLEXITY, progress=self.progress)

    @cached_property
    def components(self) -> np.ndarray:
        """float32, shape (u, 3): principal components, zeros where there are fewer; signs fixed."""
        return _principal(self.rows, 3)


@dataclass(frozen=True)
class MapQuality:
    """How much of the features' neighbourhoods a map keeps, on a seeded sample.

    Attributes
    ----------
    trustworthiness : float
        In [0, 1]: how few of a point's neighbours on the map are strangers (Venna and Kaski, 2001).
    neighbour_accuracy : float
        In [0, 1]: the share of points whose label the majority of their ten neighbours on the map gives.
    rows : int
        Rows judged.
    """

    trustworthiness: float
    neighbour_accuracy: float
    rows: int


def prepare(vectors: np.ndarray, *, progress: Progress = silent) -> Prepared:
    """Make features ready for `project`; pass the result instead of the vectors to draw several maps.

    Parameters
    ----------
    vectors : np.ndarray
        float, shape (n, d), finite.
    """
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2:
        raise ValueError(f"expected vectors (n, d), got {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("expected finite vectors, got NaN or infinity")
    rows, places = np.unique(unit(vectors), axis=0, return_inverse=True)
    return Prepared(rows, places.ravel(), progress)


def project(
    method: str, vectors: np.ndarray | Prepared, dims: int, *, seed: int = 0, progress: Progress = silent
) -> np.ndarray:
    """Draw a map.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    vectors : np.ndarray or Prepared
        float, shape (n, d), or what `prepare` made of it.
    dims : int
        2 or 3.
    seed : int
        The same seed gives the same map on the same machine.

    Returns
    -------
    np.ndarray
        float32, shape (n, dims); equal rows have equal places.

    Raises
    ------
    CoreError
        If the method is unknown.
    """
    _check_method(method)
    if dims not in (2, 3):
        raise ValueError(f"expected 2 or 3 dimensions, got {dims}")
    ready = vectors if isinstance(vectors, Prepared) else prepare(vectors, progress=progress)
    if method == "pca" or len(ready.rows) < FEWEST:
        drawn = ready.components[:, :dims]
    elif method == "tsne":
        drawn = _tsne(ready, dims, seed)
    else:
        drawn = _umap(ready, dims, seed)
    return np.ascontiguousarray(drawn[ready.places], dtype=np.float32)


def quality(vectors: np.ndarray, coords: np.ndarray, labels: np.ndarray, seed: int = 0) -> MapQuality:
    """Judge a map on a seeded sample of up to 3,000 rows.

    Raises
    ------
    ValueError
        If the three do not have the same rows.
    """
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import KNeighborsClassifier

    labels = np.asarray(labels)
    if not len(vectors) == len(coords) == len(labels):
        raise ValueError(f"expected equal lengths, got {len(vectors)}, {len(coords)}, {len(labels)}")
    rows = np.random.default_rng(seed).permutation(len(vectors))[:3000]
    few = min(10, (len(rows) - 1) // 2)
    if few < 1:
        return MapQuality(1.0, 1.0, len(rows))
    kept = trustworthiness(unit(vectors[rows]), coords[rows], n_neighbors=few)
    around = KNeighborsClassifier(few + 1).fit(coords[rows], labels[rows])
    near = around.kneighbors(return_distance=False)[:, :few]
    guesses = _majority(labels[rows][near])
    return MapQuality(float(kept), float((guesses == labels[rows]).mean()), len(rows))


def _majority(labels: np.ndarray) -> np.ndarray:
    names, numbers = np.unique(labels, return_inverse=True)
    numbers = numbers.reshape(labels.shape)
    votes = np.zeros((len(numbers), len(names)), dtype=np.int32)
    np.add.at(votes, (np.arange(len(numbers))[:, None], numbers), 1)
    return names[votes.argmax(axis=1)]


def _principal(rows: np.ndarray, dims: int) -> np.ndarray:
    drawn = np.zeros((len(rows), dims), dtype=np.float32)
    if not len(rows):
        return drawn
    centred = rows - rows.mean(axis=0)
    strengths, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    axes = axes[:, ::-1][:, :dims]
    # An eigenvector's sign is arbitrary: its largest entry is made positive.
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    drawn[:, : axes.shape[1]] = centred @ axes
    return drawn


def _start(ready: Prepared, dims: int, spread: float, seed: int) -> np.ndarray:
    """Principal components to begin from, `spread` wide in the first, with a little seeded noise against ties."""
    begin = ready.components[:, :dims].astype(np.float64)
    begin /= max(begin[:, 0].std(), 1e-12)
    begin += np.random.default_rng(seed).normal(scale=1e-3, size=begin.shape)
    return begin * spread


def _tsne(ready: Prepared, dims: int, seed: int) -> np.ndarray:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    from core.runtime import threads

    u = len(ready.rows)
    k = min(3 * PERPLEXITY, u - 1)
    distances = np.sqrt(np.maximum(2 - 2 * ready.neighbours.similarity[:, :k], 0))
    affinities = PerplexityBasedNN(
        perplexity=min(PERPLEXITY, k / 3),
        knn_index=PrecomputedNeighbors(ready.neighbours.indices[:, :k], distances),
        n_jobs=threads(),
    )
    embedding = TSNEEmbedding(
        _start(ready, dims, 1e-4, seed),
        affinities,
        negative_gradient_method="fft" if dims == 2 and u > 2000 else "bh",
        n_jobs=threads(),
        random_state=seed,
    )
    embedding.optimize(250, exaggeration=12, momentum=0.5, inplace=True)
    embedding.optimize(500, momentum=0.8, inplace=True)
    return np.asarray(embedding)


def _umap(ready: Prepared, dims: int, seed: int) -> np.ndarray:
    with _without_tensorflow():
        from umap import UMAP

    u = len(ready.rows)
    k = min(UMAP_NEIGHBOURS, u)
    # umap counts each row as its own first neighbour
    indices = np.column_stack([np.arange(u), ready.neighbours.indices[:, : k - 1]])
    similarity = ready.neighbours.similarity[:, : k - 1]
    distances = np.column_stack([np.zeros(u, dtype=np.float32), np.maximum(1 - similarity, 0)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawer = UMAP(
            n_components=dims,
            n_neighbors=k,
            metric="cosine",
            init=_start(ready, dims, 10, seed).astype(np.float32),
            precomputed_knn=(indices, distances, None),
            random_state=seed,
            n_jobs=1,
        )
        return drawer.fit_transform(ready.rows)


@contextmanager
def _without_tensorflow() -> Iterator[None]:
    """Keep ``import umap`` from loading TensorFlow (seconds, a gigabyte), which only its parametric kind needs."""
    if "tensorflow" in sys.modules:
        yield
        return
    sys.modules["tensorflow"] = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        del sys.modules["tensorflow"]
