"""What pages load and compute, kept in memory for all sessions; with `core.ui` it imports Streamlit.

The fingerprint in every key makes a rebuilt bundle show.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core import comparison
from core.bundle import Bundle, BundleInfo, bundle_folders, bundle_info

if TYPE_CHECKING:
    from core.comparison import Answers
    from core.explain import Explanation, Reference
    from core.map_neighbours import Nearby
    from core.predict import Predictor
    from core.review.opinions import Opinions
    from core.review.queue import Item
    from core.review.refit import Trained
    from core.trust.gain import FusionGain


def bundles(root: Path) -> list[BundleInfo]:
    """List the bundles under `root`, damaged ones included, by name."""
    return [_info(str(folder), _stamp(folder)) for folder in bundle_folders(root)]


@st.cache_resource(show_spinner=False, max_entries=100)
def _info(path: str, stamp: tuple[int, int]) -> BundleInfo:
    return bundle_info(Path(path))


def open_bundle(info: BundleInfo) -> Bundle:
    """Open a bundle, or take it from the cache if it has not changed."""
    return _open(str(info.path), _stamp(info.path))


@st.cache_resource(show_spinner=False, max_entries=4)
def _open(path: str, stamp: tuple[int, int]) -> Bundle:
    return Bundle.open(path)


def _stamp(folder: Path) -> tuple[int, int]:
    """Return what tells a rebuilt bundle from the one before, without reading it."""
    manifest = (folder / "manifest.json").stat()
    return manifest.st_mtime_ns, manifest.st_ino


def attached(bundle: Bundle, folder: str) -> Bundle:
    """Return a private bundle with the names and pictures of its owner's catalogue, read once."""
    return _attach(str(bundle.path), bundle.fingerprint, folder, bundle)


@st.cache_resource(show_spinner=False, max_entries=2)
def _attach(path: str, fingerprint: str, folder: str, _bundle: Bundle) -> Bundle:
    from core.attach import attach

    return attach(_bundle, Path(folder).expanduser())


def predictor(bundle: Bundle) -> Predictor:
    """Load the encoders and heads of a bundle once."""
    return _load_predictor(str(bundle.path), bundle.fingerprint)


@st.cache_resource(show_spinner="Loading the models …", max_entries=2)
def _load_predictor(path: str, fingerprint: str) -> Predictor:
    from core.predict import Predictor

    return Predictor.load(Path(path))


def explanation(bundle: Bundle, text: str, picture: bytes | None) -> Explanation:
    """Return what the answer for a product rests on, kept between reruns."""
    return _explain(str(bundle.path), bundle.fingerprint, text, picture, bundle)


@st.cache_resource(show_spinner="Asking the models again …", max_entries=32)
def _explain(path: str, fingerprint: str, text: str, picture: bytes | None, _bundle: Bundle) -> Explanation:
    from core.explain import explain

    return explain(predictor(_bundle), text or None, picture, known=_references(path, fingerprint, _bundle))


@st.cache_resource(show_spinner=False, max_entries=4)
def _references(path: str, fingerprint: str, _bundle: Bundle) -> dict[str, Reference]:
    from core.explain import references

    return references(_bundle)


def answers(bundle: Bundle, modality: str, head: str) -> Answers:
    """Return what one head says of the test rows, kept between reruns."""
    return _answers(str(bundle.path), bundle.fingerprint, modality, head, bundle)


@st.cache_resource(show_spinner=False, max_entries=24)
def _answers(path: str, fingerprint: str, modality: str, head: str, _bundle: Bundle) -> Answers:
    return comparison.answers(_bundle, modality, head)


def fusion_gain(bundle: Bundle) -> FusionGain | None:
    """Return what fusion adds, kept between reruns."""
    return _fusion_gain(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner=False, max_entries=8)
def _fusion_gain(path: str, fingerprint: str, _bundle: Bundle) -> FusionGain | None:
    return comparison.gain_of(_bundle)


def difference(bundle: Bundle, first: tuple[str, str], second: tuple[str, str]) -> FusionGain:
    """Return what one model adds to another, each (modality, head), kept between reruns."""
    return _difference(str(bundle.path), bundle.fingerprint, first, second, bundle)


@st.cache_resource(show_spinner="Comparing the models …", max_entries=16)
def _difference(
    path: str, fingerprint: str, first: tuple[str, str], second: tuple[str, str], _bundle: Bundle
) -> FusionGain:
    return comparison.difference(_bundle, first, second)


def review_items(bundle: Bundle, *, weak: bool) -> tuple[Item, ...]:
    """Return what there is to review, kept between reruns."""
    return _review_items(str(bundle.path), bundle.fingerprint, weak, bundle)


@st.cache_resource(show_spinner=False, max_entries=8)
def _review_items(path: str, fingerprint: str, weak: bool, _bundle: Bundle) -> tuple[Item, ...]:
    from core.review.queue import review_items

    return review_items(_bundle, weak=weak)


def opinions(bundle: Bundle) -> Opinions:
    """Return what text and picture say of all products there are to review, kept between reruns."""
    return _opinions(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner="Asking models that have not seen these products …", max_entries=4)
def _opinions(path: str, fingerprint: str, _bundle: Bundle) -> Opinions:
    from core.review.opinions import opinions_of

    return opinions_of(_bundle, [item.row for item in review_items(_bundle, weak=True)])


def untaught(bundle: Bundle) -> Trained:
    """Train the quick heads on the catalogue's own categories, once for all sessions."""
    return _untaught(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner="Training on the catalogue as it is …", max_entries=4)
def _untaught(path: str, fingerprint: str, _bundle: Bundle) -> Trained:
    from core.review.refit import train

    return train(_bundle, _bundle.labels)


def nearby(bundle: Bundle, row: int, modality: str) -> Nearby | None:
    """Return a product's nearest in one space of features, kept between reruns."""
    return _nearby(str(bundle.path), bundle.fingerprint, row, modality, bundle)


@st.cache_resource(show_spinner=False, max_entries=300)
def _nearby(path: str, fingerprint: str, row: int, modality: str, _bundle: Bundle) -> Nearby | None:
    from core.map_neighbours import nearby

    return nearby(_bundle, row, modality)
