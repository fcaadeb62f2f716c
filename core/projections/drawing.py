"""From features to maps: (n, d) -> (n, 2 or 3) by PCA, t-SNE and UMAP.

t-SNE and UMAP draw neighbourhoods. Both use the same neighbours (`core.nearest.graph`), of unique rows only:
repeated rows would be each other's only neighbours and tear the map apart. Repeated rows get equal
coordinates. To draw several maps of one modality, pass what `prepare` returns instead of vectors: neighbours
are then found once.
The settings of a map and their limits are in `core.projections.settings`.

PaCMAP (Wang, Huang, Rudin and Shaposhnik, 2021) was evaluated as a fourth method and left out. Its package
(0.9.1, Apache licence) runs on Python 3.11 to 3.13 and is reproducible with a seed, but it needs faiss
(67 MB) to find neighbours that are already known here, compiles for half a minute at the first import, keeps
the seed in a global variable, reports no progress and cannot be cancelled. UMAP from these neighbours takes
seconds as well.
"""

from __future__ import annotations

import numpy as np

from core.common.errors import CoreError
from core.common.progress import Progress, silent
from core.nearest.graph import Graph
from core.projections.landmarks import LANDMARKS
from core.projections.prepared import Prepared, prepare
from core.projections.settings import DEFAULTS, MapSettings


def _pca(ready: Prepared, dims: int, seed: int, settings: MapSettings, progress: Progress) -> np.ndarray:
    return ready.components[:, :dims]


def _tsne(ready: Prepared, dims: int, seed: int, settings: MapSettings, progress: Progress) -> np.ndarray:
    from core.projections.tsne import draw_tsne

    return draw_tsne(ready, dims, seed, settings, progress)


def _umap(ready: Prepared, dims: int, seed: int, settings: MapSettings, progress: Progress) -> np.ndarray:
    from core.projections.umap import draw_umap

    return draw_umap(ready, dims, seed, settings, progress)


_DRAW = {"pca": _pca, "tsne": _tsne, "umap": _umap}
METHODS = tuple(_DRAW)
FROM_NEIGHBOURS = ("tsne", "umap")
"""Methods that draw the graph of neighbours."""
# With fewer unique rows there are no neighbourhoods to draw: every method then draws PCA.
FEWEST = 8


def project(
    method: str,
    vectors: np.ndarray | Prepared,
    dims: int,
    *,
    settings: MapSettings = DEFAULTS,
    seed: int = 0,
    landmarks: int = LANDMARKS,
    progress: Progress = silent,
) -> np.ndarray:
    """Draw a map.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    vectors : np.ndarray or Prepared
        float, shape (n, d), finite; or the result of `prepare` with the same metric.
    dims : int
        2 or 3.
    settings : MapSettings
        How to draw; each method uses its own settings.
    seed : int
        The same seed gives the same map, with the same versions on the same machine.
    landmarks : int
        Among more unique rows than this, t-SNE and UMAP draw so many and place the others amid their nearest
        (`core.projections.landmarks`).
    progress : Progress
        Told in the calling thread, several times a second: for how many rows the neighbours are known (stage
        ``neighbours``, unless they were known before), how many steps are done (``t-SNE``, ``UMAP``), and for
        how many rows their nearest landmarks are known (``placing``, likewise). To cancel, raise an exception
        in it: the work ends and the caller gets it. Prepared `vectors` can still be used afterwards. Progress
        does not change the map.

    Returns
    -------
    np.ndarray
        float32, shape (n, dims), finite; equal rows have equal coordinates.

    Raises
    ------
    CoreError
        If the method is unknown.
    """
    _check(method)
    if dims not in (2, 3):
        raise ValueError(f"expected 2 or 3 dimensions, got {dims}")
    ready = vectors if isinstance(vectors, Prepared) else prepare(vectors, metric=settings.metric)
    if ready.graph.metric != settings.metric:
        raise ValueError(f"expected rows prepared for {settings.metric}, got {ready.graph.metric}")
    draw = _DRAW[method] if len(ready.rows) >= FEWEST else _pca
    if _has_landmarks(method, ready, landmarks):
        chosen = ready.landmarks(landmarks, seed, progress)
        drawn = chosen.place(draw(Prepared(chosen.graph), dims, seed, settings, progress))
    else:
        drawn = draw(ready, dims, seed, settings, progress)
    return np.ascontiguousarray(drawn[ready.places], dtype=np.float32)


def drawn_graph(method: str, ready: Prepared, *, seed: int = 0, landmarks: int = LANDMARKS) -> Graph:
    """Return the graph of neighbours that `project` draws: of all unique rows, or of landmarks."""
    return ready.landmarks(landmarks, seed).graph if _has_landmarks(method, ready, landmarks) else ready.graph


def count_placed(method: str, ready: Prepared, *, seed: int = 0, landmarks: int = LANDMARKS) -> int:
    """Return how many rows, repeated ones included, `project` places beside landmarks; 0 if it draws all."""
    if not _has_landmarks(method, ready, landmarks):
        return 0
    return int(np.isin(ready.places, ready.landmarks(landmarks, seed).others).sum())


def _has_landmarks(method: str, ready: Prepared, landmarks: int) -> bool:
    return method in FROM_NEIGHBOURS and len(ready.rows) > landmarks


def parse_methods(names: str) -> tuple[str, ...]:
    """Read ``"pca,umap"``, ``"all"`` or ``"none"`` as names of methods, each once.

    Raises
    ------
    CoreError
        If a name is unknown.
    """
    everything = {"all": METHODS, "none": ()}
    if names.strip() in everything:
        return everything[names.strip()]
    wanted = tuple(dict.fromkeys(name for part in names.split(",") if (name := part.strip())))
    for name in wanted:
        _check(name)
    return wanted


def _check(method: str) -> None:
    if method not in METHODS:
        raise CoreError(f"unknown projection '{method}': expected one of {', '.join(METHODS)}")
