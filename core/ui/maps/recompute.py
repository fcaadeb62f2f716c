"""The part of the Embeddings page that recomputes a map with the visitor's settings."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.bundle.projection import Projection
from core.common.errors import CoreError
from core.common.escaping import markdown
from core.nearest.graph import METRICS
from core.projections.drawing import METHODS
from core.projections.settings import DEFAULTS, MIN_DIST, N_NEIGHBOURS, PERPLEXITY, MapSettings
from core.ui.access import is_local, may_write
from core.ui.maps.drawing import Shown
from core.ui.parts import choose, empty, errors
from core.views.display_names import METHOD_NAMES, MODALITY_NAMES
from core.views.maps import jobs
from core.views.maps.map_trust import trust_sentence
from core.views.maps.numbers import own_numbers
from core.views.maps.recompute import FEWEST, MOST, MapRequest, OwnMap, available, sample

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.maps.jobs import Job
    from core.views.selection import Selection

USUAL = 2000
STAGES = {
    "start": "Starting",
    "neighbours": "Finding neighbours",
    "quality": "Measuring how well neighbours are kept",
}
UNCHANGED = "The map is unchanged."
_HELP = {
    "products": "How many products to draw: a random sample, taken with the seed.",
    "tsne": "About how many neighbours each product considers. Low values show small groups, high values the "
    "outline.",
    "umap": "How many neighbours each product considers. Low values show small groups, high values the "
    "outline.",
    "distance": "How close products may come on the map. Low values draw dense clusters.",
}


def own_map(bundle: Bundle, selection: Selection) -> Shown | None:
    """Return the visitor's own map of the sidebar's input, if there is one and it is to be shown.

    Call it first: it takes the map that has been computed meanwhile.
    """
    _take(bundle)
    own: OwnMap | None = st.session_state.get(_key(bundle, "own"))
    if own is None or own.request.modality != selection.modality:
        return None
    if not st.toggle("My map", key=_key(bundle, "own-shown"), persist_state="session"):
        return None
    return _shown(bundle, own)


def beside_stored() -> bool:
    """Let the visitor compare the own map with the stored one, side by side."""
    return st.toggle("Compare", key="map-own-beside", persist_state="session")


def _shown(bundle: Bundle, own: OwnMap) -> Shown:
    request, quality = own.request, own.quality
    projection = Projection(
        request.modality, request.method, request.dims, quality.trustworthiness, quality.neighbour_accuracy
    )
    # A stamp tells this map from others of the same kind, so that a new one begins unzoomed.
    stamp = zlib.crc32(repr(request).encode() + own.coordinates.tobytes())
    return Shown(
        f"own {request.modality} {request.method} {request.dims}d {stamp:08x}",
        request.modality,
        request.dims,
        own.among(own.coordinates, len(bundle.table)),
        trust_sentence(projection),
        own_numbers(bundle, own),
        f"My map: {request.title}, {len(own.rows):,} products",
    )


def recompute_map(bundle: Bundle, selection: Selection) -> None:
    """Offer to recompute a map, show how far that is, and take the map when it is done."""
    if not (is_local() or may_write()):
        return
    job: Job | None = st.session_state.get(_key(bundle, "job"))
    outcome: str = st.session_state.get(_key(bundle, "outcome"), "")
    with st.expander("Recompute map", icon=":material/tune:", expanded=bool(job or outcome)):
        if outcome:
            st.warning(outcome, icon=":material/cancel:")
        if not bundle.has_features(selection.modality):
            empty(
                "This map cannot be recomputed",
                "This catalogue was saved without features. Build it from your own product table to "
                "recompute its maps.",
                "lock",
            )
        elif job is not None:
            _watch(bundle, job)
        else:
            _form(bundle, selection)


def _key(bundle: Bundle, part: str) -> str:
    return f"map-{part}-{bundle.fingerprint}"


def _take(bundle: Bundle) -> None:
    """Keep the map that has been computed, or why there is none; called before anything that shows it."""
    job: Job | None = st.session_state.get(_key(bundle, "job"))
    if job is None or job.active:
        return
    del st.session_state[_key(bundle, "job")]
    try:
        own = job.result()
    except CoreError as error:
        st.session_state[_key(bundle, "outcome")] = f"{error}. {UNCHANGED}"
        return
    if own is None:
        st.session_state[_key(bundle, "outcome")] = f"Cancelled. {UNCHANGED}"
    else:
        st.session_state[_key(bundle, "own")] = own
        st.session_state[_key(bundle, "own-shown")] = True


def _form(bundle: Bundle, selection: Selection) -> None:
    """Let the visitor choose the settings, and start."""
    inside = None if selection.is_whole else selection.mask(bundle.table)
    rows = available(bundle, selection.modality, inside)
    if len(rows) < FEWEST:
        st.caption(f"{len(rows)} products match; a map needs at least {FEWEST}.")
        return
    scope = "" if selection.is_whole else " of the filtered products"
    st.caption(
        f"Uses {MODALITY_NAMES[selection.modality].lower()} features of a sample{scope}. Runs in the "
        "background for up to two minutes. Only you see the map."
    )
    with st.grid(4, min_column_width=200, vertical_alignment="bottom"):
        method = choose("Method", [m for m in METHOD_NAMES if m in METHODS], METHOD_NAMES, "recompute-method")
        dims = choose("Dimensions", (2, 3), {2: "2-D", 3: "3-D"}, "recompute-dims")
        metric = choose("Metric", METRICS, {"cosine": "Cosine", "euclidean": "Euclidean"}, "recompute-metric")
        seed = st.number_input("Seed", 0, 2**31 - 1, 0, key="recompute-seed", persist_state="session")
    with st.grid(3, min_column_width=200):
        products = _products(min(MOST, len(rows)))
        settings = _settings(method, metric)
    if st.button("Recompute map", type="primary", icon=":material/refresh:", key="recompute-start"):
        request = MapRequest(selection.modality, method, dims, int(seed), settings)
        _start(bundle, request, sample(rows, products, int(seed)))


def _products(most: int) -> int:
    """Let the visitor choose how many products to draw, where there is a choice."""
    if most <= FEWEST:
        return most
    return st.slider(
        "Products",
        FEWEST,
        most,
        min(USUAL, most),
        key=f"recompute-products-{most}",
        persist_state="session",
        help=_HELP["products"],
    )


def _settings(method: str, metric: str) -> MapSettings:
    """Let the visitor choose the settings that a method has."""
    if method == "tsne":
        lowest, highest = PERPLEXITY
        perplexity = st.slider(
            "Perplexity", int(lowest), int(highest), int(DEFAULTS.perplexity),
            key="recompute-perplexity", persist_state="session", help=_HELP["tsne"],
        )  # fmt: skip
        return MapSettings(metric=metric, perplexity=float(perplexity))
    if method == "umap":
        neighbours = st.slider(
            "Neighbours", *N_NEIGHBOURS, DEFAULTS.n_neighbours,
            key="recompute-neighbours", persist_state="session", help=_HELP["umap"],
        )  # fmt: skip
        distance = st.slider(
            "Minimum distance", *MIN_DIST, DEFAULTS.min_dist,
            key="recompute-distance", persist_state="session", help=_HELP["distance"],
        )  # fmt: skip
        return MapSettings(metric=metric, n_neighbours=neighbours, min_dist=distance)
    return MapSettings(metric=metric)


def _start(bundle: Bundle, request: MapRequest, rows: np.ndarray) -> None:
    st.session_state.pop(_key(bundle, "outcome"), None)
    with errors():  # a server computes so many maps at once and no more: the page goes on
        st.session_state[_key(bundle, "job")] = jobs.start(bundle, request, rows)
        st.rerun()


@st.fragment(run_every=0.7)
def _watch(bundle: Bundle, job: Job) -> None:
    """Show how far the map is; when it has ended, rerun the whole page."""
    if not job.active:
        st.rerun()
    step = job.look()
    stage = STAGES.get(step.stage, f"Computing ({step.stage})")
    share = min(1.0, step.done / max(1, step.total))
    st.progress(share, f"{markdown(job.request.title)}, {len(job.rows):,} products. {stage} …")
    if st.button("Cancel", icon=":material/cancel:", key="recompute-cancel"):
        job.cancel()
        job.wait(5)
        st.rerun()
