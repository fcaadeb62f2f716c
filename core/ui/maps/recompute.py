"""The part of the Embeddings page that draws a map anew, as the visitor wishes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from core.bundle.reader import Projection
from core.common.errors import CoreError
from core.nearest.graph import METRICS
from core.projections.drawing import METHODS
from core.projections.settings import DEFAULTS, MIN_DIST, N_NEIGHBOURS, PERPLEXITY, MapSettings
from core.ui.maps.drawing import Shown
from core.ui.parts import choose, empty, errors
from core.views.display_names import METHOD_NAMES, MODALITY_NAMES
from core.views.maps import jobs as map_jobs
from core.views.maps.map_trust import trust_sentence
from core.views.maps.recompute import FEWEST, MOST, MapRequest, OwnMap, available, sample

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.maps.jobs import Job
    from core.views.selection import Selection

USUAL = 2000
STAGES = {
    "start": "Starting",
    "neighbours": "Finding neighbours",
    "quality": "Measuring how far to trust it",
}


def own_map(bundle: Bundle, view: Selection) -> Shown | None:
    """Return the visitor's own map of the sidebar's input, if there is one and it is to be shown.

    Call it first: it takes the map that has been drawn meanwhile.
    """
    _take(bundle)
    own: OwnMap | None = st.session_state.get(_key(bundle, "own"))
    if own is None or own.wish.modality != view.modality:
        return None
    if not st.toggle("Your own map", key=_key(bundle, "own-shown"), persist_state="session"):
        return None
    wish, judged = own.wish, own.quality
    trust = trust_sentence(
        Projection(wish.modality, wish.method, wish.dims, judged.trustworthiness, judged.neighbour_accuracy)
    )
    return Shown(
        f"own {wish.modality} {wish.method} {wish.dims}d {_stamp(own)}",
        wish.modality,
        wish.dims,
        own.among(len(bundle.table)),
        trust,
        f"Your own map: {wish.words}, of {len(own.rows):,} products",
    )


def draw_anew(bundle: Bundle, view: Selection) -> None:
    """Offer to draw a map anew, show how far that is, and take the map when it is done."""
    job: Job | None = st.session_state.get(_key(bundle, "job"))
    said = st.session_state.get(_key(bundle, "said"), "")
    with st.expander("Draw the map anew", icon=":material/tune:", expanded=bool(job or said)):
        if said:
            st.warning(said, icon=":material/cancel:")
        if not bundle.has_features(view.modality):
            empty(
                "This map cannot be drawn anew",
                "This bundle keeps no features, as bundles to be shared do not; build it from your own copy "
                "of the catalogue to draw its maps.",
                "lock",
            )
        elif job is not None:
            _watch(bundle, job)
        else:
            _ask(bundle, view)


def _key(bundle: Bundle, part: str) -> str:
    return f"map-{part}-{bundle.fingerprint}"


def _stamp(own: OwnMap) -> str:
    """Tell this map from others of the same kind, so that a new one begins unzoomed."""
    return f"{zlib.crc32(repr(own.wish).encode() + own.coordinates.tobytes()):08x}"


def _take(bundle: Bundle) -> None:
    """Keep the map that has been drawn, or why there is none; called before anything that shows it."""
    job: Job | None = st.session_state.get(_key(bundle, "job"))
    if job is None or job.active:
        return
    del st.session_state[_key(bundle, "job")]
    try:
        drawn = job.result()
    except CoreError as error:
        st.session_state[_key(bundle, "said")] = f"{error}. The map is as it was."
        return
    if drawn is None:
        st.session_state[_key(bundle, "said")] = "Cancelled. The map is as it was."
    else:
        st.session_state[_key(bundle, "own")] = drawn
        st.session_state[_key(bundle, "own-shown")] = True


def _ask(bundle: Bundle, view: Selection) -> None:
    """Ask how to draw, and begin."""
    inside = None if view.is_whole else view.mask(bundle.table)
    rows = available(bundle, view.modality, inside)
    if len(rows) < FEWEST:
        st.caption(f"{len(rows)} products match; a map needs at least {FEWEST}.")
        return
    whose = "" if view.is_whole else ", of those that the sidebar lets through"
    st.caption(
        f"{MODALITY_NAMES[view.modality]} features of a sample{whose}. It takes up to two minutes, "
        "in the background; the map is yours alone."
    )
    with st.grid(4, min_column_width=200, vertical_alignment="bottom"):
        method = choose("Method", [m for m in METHOD_NAMES if m in METHODS], METHOD_NAMES, "anew-method")
        dims = choose("Dimensions", (2, 3), {2: "2-D", 3: "3-D"}, "anew-dims")
        metric = choose("Metric", METRICS, {"cosine": "Cosine", "euclidean": "Euclidean"}, "anew-metric")
        seed = st.number_input("Seed", 0, 2**31 - 1, 0, key="anew-seed", persist_state="session")
    settings = {"metric": metric}
    with st.grid(3, min_column_width=200):
        most = min(MOST, len(rows))
        products = most
        if most > FEWEST:
            key = f"anew-products-{most}"
            products = st.slider(
                "Products",
                FEWEST,
                most,
                min(USUAL, most),
                key=key,
                persist_state="session",
                help=_HELP["products"],
            )
        if method == "tsne":
            settings["perplexity"] = float(
                st.slider(
                    "Perplexity",
                    *map(int, PERPLEXITY),
                    int(DEFAULTS.perplexity),
                    key="anew-perplexity",
                    persist_state="session",
                    help=_HELP["tsne"],
                )
            )
        if method == "umap":
            settings["n_neighbours"] = st.slider(
                "Neighbours",
                *N_NEIGHBOURS,
                DEFAULTS.n_neighbours,
                key="anew-neighbours",
                persist_state="session",
                help=_HELP["umap"],
            )
            settings["min_dist"] = st.slider(
                "Least distance",
                *MIN_DIST,
                DEFAULTS.min_dist,
                key="anew-distance",
                persist_state="session",
                help=_HELP["distance"],
            )
    if st.button(f"Draw {products:,} products", type="primary", icon=":material/draw:", key="anew-draw"):
        wish = MapRequest(view.modality, method, dims, int(seed), MapSettings(**settings))
        st.session_state.pop(_key(bundle, "said"), None)
        with errors():  # as many as a server draws at once may be being drawn: the page goes on
            job = map_jobs.start(bundle, wish, sample(rows, products, int(seed)))
            st.session_state[_key(bundle, "job")] = job
            st.rerun()


_HELP = {
    "products": "How many are drawn: a sample taken by the seed. The others are left out.",
    "tsne": "About how many neighbours each product minds. Few show small groups, many the outline.",
    "umap": "How many neighbours each product minds. Few show small groups, many the outline.",
    "distance": "How close products may come on the map. Small values draw dense clumps.",
}


@st.fragment(run_every=0.7)
def _watch(bundle: Bundle, job: Job) -> None:
    """Show how far the map is; when it has ended, draw the whole page."""
    if not job.active:
        st.rerun()
    step = job.look()
    said = STAGES.get(step.stage, f"Drawing ({step.stage})")
    share = min(1.0, step.done / max(1, step.total))
    st.progress(share, f"{job.wish.words}, of {len(job.rows):,} products. {said} …")
    if st.button("Cancel", icon=":material/cancel:", key="anew-cancel"):
        job.cancel()
        job.wait(5)
        st.rerun()
