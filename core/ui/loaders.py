"""What pages load and compute, kept in memory for all sessions.

The fingerprint in every key makes a rebuilt bundle show.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.bundle.reader import Bundle, BundleInfo, bundle_folders, bundle_info
from core.catalogue.images.decoding import thumbnail
from core.heads.key import HeadKey
from core.views.models import comparison

if TYPE_CHECKING:
    from core.building.refit import Trained
    from core.evaluation.fusion_gain import FusionGain
    from core.serving.answer import Answer
    from core.serving.explain.explanation import Explanation
    from core.serving.explain.nearness import Reference
    from core.serving.predictor import Predictor
    from core.views.dataset.marking_words import MarkingWords
    from core.views.maps.neighbours import Nearby
    from core.views.predict.answer_map import Placed
    from core.views.predict.answer_sentences import Rationale
    from core.views.predict.product_input import ProductInput
    from core.views.review.held_out_answers import HeldOutAnswers
    from core.views.review.queue import Item


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
    from core.bundle.attach import attach

    return attach(_bundle, Path(folder).expanduser())


def predictor(bundle: Bundle) -> Predictor:
    """Load the encoders and heads of a bundle once."""
    return _load_predictor(str(bundle.path), bundle.fingerprint)


@st.cache_resource(show_spinner="Loading the models …", max_entries=2)
def _load_predictor(path: str, fingerprint: str) -> Predictor:
    from core.serving.predictor import Predictor

    return Predictor.load(Path(path))


def small_image(picture: bytes | None, side: int = 160) -> bytes | None:
    """Return a picture as a JPEG of at most `side` pixels a side, kept between reruns; None for none."""
    return None if picture is None else _small_image(picture, side)


@st.cache_data(show_spinner=False, max_entries=200)
def _small_image(picture: bytes, side: int) -> bytes:
    return thumbnail(picture, side)


def decision(bundle: Bundle, asked: ProductInput, answer: Answer) -> Rationale:
    """Return whether text or picture decided an answer, kept between reruns."""
    return _decision(str(bundle.path), bundle.fingerprint, asked.digest, bundle, asked.text, answer)


@st.cache_data(show_spinner=False, max_entries=200)
def _decision(
    path: str, fingerprint: str, digest: str, _bundle: Bundle, _text: str, _answer: Answer
) -> Rationale:
    from core.views.predict.answer_sentences import rationale_of

    return rationale_of(predictor(_bundle), _answer, _text)


def placed(bundle: Bundle, asked: ProductInput, answer: Answer) -> Placed | None:
    """Return where a product lies on a map, kept between reruns."""
    return _placed(str(bundle.path), bundle.fingerprint, asked.digest, asked.word, bundle, answer)


@st.cache_resource(show_spinner=False, max_entries=16)
def _placed(
    path: str, fingerprint: str, digest: str, name: str, _bundle: Bundle, _answer: Answer
) -> Placed | None:
    from core.views.predict.answer_map import placed_on_map

    return placed_on_map(_bundle, _answer, name)


def explanation(bundle: Bundle, text: str, picture: bytes | None) -> Explanation:
    """Return what the answer for a product rests on, kept between reruns."""
    return _explain(str(bundle.path), bundle.fingerprint, text, picture, bundle)


@st.cache_resource(show_spinner="Asking the models again …", max_entries=32)
def _explain(path: str, fingerprint: str, text: str, picture: bytes | None, _bundle: Bundle) -> Explanation:
    from core.serving.explain.explanation import explain

    return explain(predictor(_bundle), text or None, picture, known=_references(path, fingerprint, _bundle))


@st.cache_resource(show_spinner=False, max_entries=4)
def _references(path: str, fingerprint: str, _bundle: Bundle) -> dict[str, Reference]:
    from core.serving.explain.nearness import references

    return references(_bundle)


def fusion_gain(bundle: Bundle) -> FusionGain | None:
    """Return what fusion adds, kept between reruns."""
    return _fusion_gain(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner=False, max_entries=8)
def _fusion_gain(path: str, fingerprint: str, _bundle: Bundle) -> FusionGain | None:
    return comparison.gain_of(_bundle)


def difference(bundle: Bundle, first: HeadKey, second: HeadKey) -> FusionGain:
    """Return what one model adds to another, each (modality, head), kept between reruns."""
    return _difference(str(bundle.path), bundle.fingerprint, first, second, bundle)


@st.cache_resource(show_spinner="Comparing the models …", max_entries=16)
def _difference(path: str, fingerprint: str, first: HeadKey, second: HeadKey, _bundle: Bundle) -> FusionGain:
    return comparison.difference(_bundle, first, second)


def review_items(bundle: Bundle, *, weak: bool) -> tuple[Item, ...]:
    """Return what there is to review, kept between reruns."""
    return _review_items(str(bundle.path), bundle.fingerprint, weak, bundle)


@st.cache_resource(show_spinner=False, max_entries=8)
def _review_items(path: str, fingerprint: str, weak: bool, _bundle: Bundle) -> tuple[Item, ...]:
    from core.views.review.queue import review_items

    return review_items(_bundle, weak=weak)


def opinions(bundle: Bundle) -> HeldOutAnswers:
    """Return what text and picture say of all products there are to review, kept between reruns."""
    return _opinions(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner="Asking models that have not seen these products …", max_entries=4)
def _opinions(path: str, fingerprint: str, _bundle: Bundle) -> HeldOutAnswers:
    from core.views.review.held_out_answers import held_out_answers

    return held_out_answers(_bundle, [item.row for item in review_items(_bundle, weak=True)])


def untaught(bundle: Bundle) -> Trained:
    """Train the quick heads on the catalogue's own categories, once for all sessions."""
    return _untaught(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner="Training on the catalogue as it is …", max_entries=4)
def _untaught(path: str, fingerprint: str, _bundle: Bundle) -> Trained:
    from core.building.refit import train

    return train(_bundle, _bundle.labels)


def nearby(bundle: Bundle, row: int, modality: str) -> Nearby | None:
    """Return a product's nearest in one space of features, kept between reruns."""
    return _nearby(str(bundle.path), bundle.fingerprint, row, modality, bundle)


@st.cache_resource(show_spinner=False, max_entries=300)
def _nearby(path: str, fingerprint: str, row: int, modality: str, _bundle: Bundle) -> Nearby | None:
    from core.views.maps.neighbours import nearby

    return nearby(_bundle, row, modality)


def map_columns(bundle: Bundle) -> dict[str, str]:
    """Return column -> word for the columns a map can be coloured by, kept between reruns."""
    return _map_columns(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner=False, max_entries=8)
def _map_columns(path: str, fingerprint: str, _bundle: Bundle) -> dict[str, str]:
    from core.views.maps.colouring import colour_columns

    return colour_columns(_bundle.table)


def map_choices(bundle: Bundle, colour_by: str, column: str | None) -> list[str]:
    """Return what can have a colour of its own on a map, kept between reruns."""
    return _map_choices(str(bundle.path), bundle.fingerprint, colour_by, column, bundle)


@st.cache_resource(show_spinner=False, max_entries=40)
def _map_choices(
    path: str, fingerprint: str, colour_by: str, column: str | None, _bundle: Bundle
) -> list[str]:
    from core.views.maps.colouring import colour_choices

    return colour_choices(_bundle.table, colour_by, column)


def map_texts(bundle: Bundle) -> bytes:
    """Return what the browser is told of the products' names, kept between reruns."""
    return _map_texts(str(bundle.path), bundle.fingerprint, bundle)


@st.cache_resource(show_spinner=False, max_entries=4)
def _map_texts(path: str, fingerprint: str, _bundle: Bundle) -> bytes:
    from core.views.maps.message import texts_message

    return texts_message(f"texts {fingerprint}", _bundle.table)


def place_on_map(
    bundle: Bundle, name: str, modality: str, coordinates: np.ndarray, vector: np.ndarray
) -> tuple[float, ...] | None:
    """Return where a product lies on the map `name` of a bundle, kept between reruns."""
    return _place(str(bundle.path), bundle.fingerprint, name, vector.tobytes(), modality, bundle, coordinates)


@st.cache_resource(show_spinner=False, max_entries=100)
def _place(
    path: str,
    fingerprint: str,
    name: str,
    vector: bytes,
    modality: str,
    _bundle: Bundle,
    _coordinates: np.ndarray,
) -> tuple[float, ...] | None:
    from core.views.maps.placement import place_among

    return place_among(_bundle, modality, _coordinates, np.frombuffer(vector, dtype=np.float32))


def marking_words(bundle: Bundle, part: str) -> MarkingWords:
    """Return the words that mark each category in a part of the split ("" for all), kept between reruns."""
    return _marking_words(str(bundle.path), bundle.fingerprint, part, bundle)


@st.cache_resource(show_spinner="Reading the texts …", max_entries=8)
def _marking_words(path: str, fingerprint: str, part: str, _bundle: Bundle) -> MarkingWords:
    from core.catalogue.text import product_texts
    from core.views.dataset.marking_words import marking_words
    from core.views.selection import Selection

    table = Selection("text", part=part).rows(_bundle.table)
    return marking_words(product_texts(table), table["category"].to_numpy(dtype=object))
