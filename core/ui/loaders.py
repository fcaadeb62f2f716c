"""What pages load and compute, kept in memory for all sessions.

A bundle is known by its folder and the hash of its manifest, so a rebuilt bundle shows. A parameter whose
name begins with an underscore follows from the others and is no part of the key.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.bundle.listing import BundleInfo, bundle_folders, bundle_info
from core.bundle.reader import Bundle
from core.catalogue.images.decoding import thumbnail
from core.heads.key import HeadKey
from core.views.models import comparison, fusion
from core.views.predict.product_input import ProductInput
from core.views.selection import Selection

if TYPE_CHECKING:
    import pandas as pd

    from core.building.learning_curve import LearningPoint
    from core.bundle.marking_words import MarkingWords
    from core.bundle.promises import AcceptanceRules
    from core.bundle.refit_answers import Refit
    from core.evaluation.coverage import Accepted
    from core.evaluation.fusion_gain import FusionGain
    from core.evaluation.score_curves import ScoreCurves
    from core.serving.answer import Answer
    from core.serving.explain.explanation import Explanation
    from core.serving.predictor import Predictor
    from core.taxonomy.products import ProductTree
    from core.views.maps.neighbours import Nearby
    from core.views.maps.pyramid import Pyramid
    from core.views.models.questions import Reply
    from core.views.predict.answer_map import Placed
    from core.views.predict.answer_sentences import Rationale
    from core.views.review.corrected_table import OwnerTable
    from core.views.review.held_out_answers import HeldOutAnswers
    from core.views.review.item_list import ItemList
    from core.views.review.refit_comparison import ModelChange


def _stamp(folder: Path) -> tuple[int, int]:
    """Return what tells a rebuilt bundle from the one before, without reading it."""
    manifest = (folder / "manifest.json").stat()
    return manifest.st_mtime_ns, manifest.st_ino


def _bundle_key(bundle: Bundle) -> tuple[str, str, bool]:
    """Tell a bundle from the others, from itself before a rebuild, and from itself with its catalogue."""
    return str(bundle.path), bundle.fingerprint, bundle.private


def _info_key(info: BundleInfo) -> tuple[str, int, int]:
    return str(info.path), *_stamp(info.path)


def _product_key(product: ProductInput) -> tuple[str, str]:
    return product.digest, product.title


def _selection_key(selection: Selection) -> tuple[tuple[str, ...], str]:
    """Tell what products are selected: their input is no part of it."""
    return selection.categories, selection.split


LONG_TEXTS = ("name", "description", "url")
"""Columns of texts that take most of a table's memory."""

_KEYS: dict[str | type[Any], Callable[[Any], Any]] = {
    Bundle: _bundle_key,
    "core.bundle.attach.AttachedBundle": _bundle_key,
    BundleInfo: _info_key,
    ProductInput: _product_key,
    Selection: _selection_key,
}


# Bundles


def bundles(root: Path) -> list[BundleInfo]:
    """List the bundles under `root`, damaged ones included, by name."""
    return [_info(str(folder), _stamp(folder)) for folder in bundle_folders(root)]


@st.cache_resource(show_spinner=False, max_entries=100)
def _info(folder: str, stamp: tuple[int, int]) -> BundleInfo:
    return bundle_info(Path(folder))


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=_KEYS)
def owner_table(bundle: Bundle) -> OwnerTable | None:
    """Read the table that the bundle was built from; None where it keeps no copy."""
    from core.bundle.source import source_of
    from core.views.review.corrected_table import OwnerTable

    source = source_of(bundle)
    return None if source is None else OwnerTable.of(source.recognition, source.name)


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=_KEYS)
def open_bundle(info: BundleInfo) -> Bundle:
    """Open a bundle."""
    return Bundle.open(info.path)


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=_KEYS)
def attached(bundle: Bundle, folder: str) -> Bundle:
    """Return a private bundle with the names and images of its owner's catalogue."""
    from core.bundle.attach import attach

    return attach(bundle, Path(folder).expanduser())


# One product


@st.cache_resource(show_spinner="Loading the models …", max_entries=2, hash_funcs=_KEYS)
def predictor(bundle: Bundle) -> Predictor:
    """Load the encoders and heads of a bundle."""
    from core.serving.predictor import Predictor

    return Predictor.load(bundle)


@st.cache_data(show_spinner=False, max_entries=200)
def small_image(image: bytes | None, side: int = 160) -> bytes | None:
    """Return an image as a JPEG of at most `side` pixels a side; None for none."""
    return None if image is None else thumbnail(image, side)


@st.cache_data(show_spinner=False, max_entries=200, hash_funcs=_KEYS)
def rationale(bundle: Bundle, product: ProductInput, _answer: Answer) -> Rationale:
    """Return whether text or image decided, and what each says alone."""
    from core.views.predict.answer_sentences import rationale_of

    return rationale_of(predictor(bundle), _answer, product.text)


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=_KEYS)
def placed(bundle: Bundle, product: ProductInput, _answer: Answer) -> Placed | None:
    """Return a map with the product on it."""
    from core.views.predict.answer_map import placed_on_map

    return placed_on_map(bundle, _answer, product.title)


@st.cache_resource(show_spinner="Explaining …", max_entries=32, hash_funcs=_KEYS)
def explanation(bundle: Bundle, product: ProductInput) -> Explanation:
    """Return what the answer for a product rests on."""
    from core.serving.explain.explanation import explain

    return explain(predictor(bundle), product.text or None, product.image)


# Models


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=_KEYS)
def fusion_gain(bundle: Bundle) -> FusionGain | None:
    """Return what fusion adds to the better single input; None without a fused model."""
    return comparison.gain_of(bundle)


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=_KEYS)
def fusion_table(bundle: Bundle) -> pd.DataFrame:
    """Compare every way of fusing with text alone; callers leave it as it is."""
    return fusion.fusion_table(bundle)


@st.cache_resource(show_spinner="Comparing the models …", max_entries=16, hash_funcs=_KEYS)
def difference(bundle: Bundle, first: HeadKey, second: HeadKey) -> FusionGain:
    """Return what one model adds to another."""
    return comparison.difference(bundle, first, second)


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=_KEYS)
def replies(bundle: Bundle) -> tuple[Reply, ...]:
    """Return the answers to what is asked first that depend on nothing a visitor chooses."""
    from core.views.models.questions import best_first, best_input, fusion_pays, mixed_up

    models, gain = best_first(bundle), fusion_gain(bundle)
    against = comparison.against_others(bundle, [model.key for model in models])
    pays = () if gain is None else (fusion_pays(gain),)
    return best_input(models, against), *pays, mixed_up(models[0])


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=_KEYS)
def acceptance_rules(bundle: Bundle, wanted_precision: float) -> AcceptanceRules:
    """Return when answers need no review at a wanted precision, in (0, 1)."""
    from core.bundle.wanted_precision import rules_for

    own = bundle.manifest.acceptance
    return own if wanted_precision == own.wanted_precision else rules_for(bundle, wanted_precision)


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=_KEYS)
def automation(bundle: Bundle, wanted_precision: float) -> Accepted:
    """Return how many test products need no review at a wanted precision, in (0, 1)."""
    from core.views.models.accepted import automation

    return automation(bundle, acceptance_rules(bundle, wanted_precision).rules)


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=_KEYS)
def score_curves(
    bundle: Bundle, modality: str, head: str
) -> tuple[dict[int, ScoreCurves], ScoreCurves] | None:
    """Return category -> curves on test products, and their mean; None where no category can have any."""
    from core.evaluation.score_curves import curves_by_category, macro_curves
    from core.views.models.answers import answers

    given = answers(bundle, modality, head)
    curves = curves_by_category(given.true, given.proba)
    return (curves, macro_curves(curves)) if curves else None


@st.cache_resource(show_spinner="Training on more and more products …", max_entries=8, hash_funcs=_KEYS)
def learning_curve(bundle: Bundle, modality: str) -> tuple[LearningPoint, ...]:
    """Return how accurate a model of one input is with fewer training products."""
    from core.building.learning_curve import learning_curve

    return learning_curve(bundle, modality)


# Review


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=_KEYS)
def review_items(bundle: Bundle, *, weak: bool) -> ItemList:
    """Return what there is to review."""
    from core.views.review.queue import review_items

    return review_items(bundle, weak=weak)


@st.cache_resource(
    show_spinner="Asking models that have not seen these products …", max_entries=4, hash_funcs=_KEYS
)
def held_out_answers(bundle: Bundle) -> HeldOutAnswers:
    """Return what text and image models answer for all products there are to review."""
    from core.views.review.held_out_answers import held_out_answers

    return held_out_answers(bundle)


@st.cache_resource(show_spinner="Comparing before and after …", max_entries=4, hash_funcs=_KEYS)
def refit_changes(bundle: Bundle) -> tuple[Refit, Refit, dict[str, ModelChange]] | None:
    """Return what a refit's heads answer before and after, and what that changes; None for another bundle."""
    from core.views.review.refit_comparison import model_changes, sides

    found = sides(bundle)
    return None if found is None else (*found, model_changes(bundle, *found))


# Maps


@st.cache_resource(show_spinner=False, max_entries=300, hash_funcs=_KEYS)
def nearby(bundle: Bundle, row: int, modality: str) -> Nearby | None:
    """Return a product's nearest in one space of features."""
    from core.views.maps.neighbours import nearby

    return nearby(bundle, row, modality)


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs=_KEYS)
def map_columns(bundle: Bundle) -> dict[str, str]:
    """Return column -> word for the columns a map can be coloured by."""
    from core.views.maps.colouring import colour_columns

    return colour_columns(bundle.table)


@st.cache_resource(show_spinner=False, max_entries=40, hash_funcs=_KEYS)
def map_choices(bundle: Bundle, colour_by: str, column: str | None) -> list[str]:
    """Return what can have a colour of its own on a map."""
    from core.views.maps.colouring import colour_choices

    return colour_choices(bundle.table, colour_by, column)


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=_KEYS)
def map_texts(bundle: Bundle) -> bytes:
    """Return the message that gives the browser the products' names."""
    from core.views.maps.message import texts_message

    return texts_message(f"texts {bundle.fingerprint}", bundle.table)


@st.cache_resource(show_spinner="Sorting the points of the map …", max_entries=6, hash_funcs=_KEYS)
def map_pyramid(bundle: Bundle, map_name: str, _coordinates: np.ndarray, _inside: np.ndarray) -> Pyramid:
    """Return the points of a map as tiles, those that a filter lets through first, which its name tells."""
    import pandas as pd

    from core.views.maps.pyramid import WINDOW, build_pyramid

    categories, _ = pd.factorize(bundle.table["category"])
    first = None if _inside.all() else _inside
    return build_pyramid(_coordinates, categories, first, window=WINDOW)


@st.cache_resource(show_spinner=False, max_entries=100, hash_funcs=_KEYS)
def found_by_meaning(bundle: Bundle, product: ProductInput) -> np.ndarray:
    """Return the rows of the products that are most similar to some words or an image."""
    from core.views.maps.meaning import found_by_meaning

    return found_by_meaning(predictor(bundle), product)


@st.cache_resource(show_spinner=False, max_entries=100, hash_funcs=_KEYS)
def place_on_map(
    bundle: Bundle, map_name: str, modality: str, _coordinates: np.ndarray, vector: np.ndarray
) -> tuple[float, ...] | None:
    """Return where a product lies on the map `map_name` of a bundle."""
    from core.views.maps.placement import place_among

    return place_among(bundle, modality, _coordinates, vector)


# Dataset: what is counted of the products of a selection


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=_KEYS)
def short_columns(bundle: Bundle, selection: Selection) -> pd.DataFrame:
    """Return the selected products without their long texts, which nothing is counted of twice."""
    return selection.rows(bundle.table.drop(columns=list(LONG_TEXTS), errors="ignore"))


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=_KEYS)
def missing_masks(bundle: Bundle) -> dict[str, np.ndarray]:
    """Return column -> where it is empty, bool (n,)."""
    from core.views.fields import missing_masks

    return missing_masks(bundle.table)


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=_KEYS)
def missing(bundle: Bundle, selection: Selection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return which fields the selected products lack, and which shares of which category."""
    from core.views.dataset.gaps import missing_by_category, missing_fields

    table = selection.rows(bundle.table)
    return missing_fields(table, private=bundle.private), missing_by_category(table, private=bundle.private)


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=_KEYS)
def spread(
    bundle: Bundle, selection: Selection, of: str, _values: np.ndarray, _table: pd.DataFrame
) -> pd.DataFrame:
    """Return quantiles of the values that `of` names, by category."""
    from core.views.dataset.measures import spread

    return spread(_values, _table["category"].to_numpy(dtype=object))


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=_KEYS)
def product_tree(bundle: Bundle, selection: Selection) -> ProductTree | None:
    """Return the tree of the selected products' category paths; None without paths."""
    from core.taxonomy.products import product_tree

    return product_tree(short_columns(bundle, selection))


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=_KEYS)
def image_measures(bundle: Bundle, selection: Selection) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Return sizes and shapes of the selected products' images, and a sentence on them."""
    from core.views.dataset import measures

    table = short_columns(bundle, selection)
    return measures.image_sizes(table), measures.shape_table(table), measures.image_summary(table)


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs=_KEYS)
def duplicate_pairs(bundle: Bundle, selection: Selection) -> pd.DataFrame:
    """Return the pairs of products that may be duplicates, one of which is selected."""
    from core.views.dataset.duplicate_pairs import duplicate_pairs

    return duplicate_pairs(bundle.faults, selection.mask(bundle.table))


# Texts


@st.cache_resource(show_spinner="Reading the texts …", max_entries=8, hash_funcs=_KEYS)
def marking_words(bundle: Bundle, part: str) -> MarkingWords:
    """Return the words that mark each category among the products of a split, "" for all."""
    return bundle.marking_words(part)
