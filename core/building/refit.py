"""Heads trained again with the corrected categories, against the same heads without.

Both sides are trained here and now by the code that builds bundles, on the bundle's stored features and its
texts, with the same seed; only the categories of training and validation products differ. Both are judged on
the same test products by the same categories, the corrected ones: a test product that is filed wrong would
punish the side that is right. Only heads that train quickly take part, and the blend that weighs them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

import numpy as np

from core.building.choosing import PREFERRED
from core.building.encoding import encode_product_names, learns_names
from core.building.head_store import shared_store
from core.building.judging import judge_heads
from core.building.result import predicted
from core.building.training import train_heads
from core.building.training_data import TrainingData
from core.bundle.reader import Bundle
from core.bundle.refit_answers import Refit
from core.catalogue.text import product_texts
from core.common.errors import BundleError, CoreError
from core.common.files import cache_dir
from core.common.progress import Progress, silent
from core.evaluation.splits import Split
from core.features.encoders.registry import languages_of
from core.features.encoders.training_images import learned_rows
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.registry import HEADS
from core.heads.settings import parse_settings

BEFORE = "Training on the categories before"
"""The stage that trains what a refit is compared with."""

_running = Lock()


def refit_heads(bundle: Bundle) -> tuple[str, ...]:
    """Return which heads a refit trains: those of the bundle that are quick, and the blend of them."""
    own = {model.head for model in bundle.models}
    quick = tuple(name for name in HEADS if name in own and (HEADS[name].quick or name == PREFERRED))
    return quick if any(HEADS[name].quick for name in quick) else ("logistic_regression",)


def why_not(bundle: Bundle) -> str | None:
    """Return why a bundle's heads cannot be trained again, None where they can."""
    if all(bundle.has_features(modality) for modality in bundle.encoders):
        return None
    return (
        "This bundle has no features to train on; private bundles are saved without them. Build it again "
        "without --private, or send the exported decisions to whoever has the catalogue."
    )


def training_data(bundle: Bundle, labels: np.ndarray, progress: Progress = silent) -> TrainingData:
    """Return what the bundle's heads were trained on, and how, with other labels.

    Parameters
    ----------
    bundle
        One with features.
    labels
        int64 (n,): each product's category as a position in the bundle's classes.
    progress
        Told about the encoding of names, where heads learn from these, too.

    Raises
    ------
    BundleError
        The bundle has no features.
    EncoderError
        Heads learn from names, and the text encoder is not on this machine.
    """
    if reason := why_not(bundle):
        raise BundleError(reason)
    table = bundle.table
    features = {m: Features(np.asarray(bundle.features(m)), bundle.present(m)) for m in bundle.encoders}
    frozen = {
        m: Features(np.asarray(bundle.frozen_features(m)), bundle.present(m))
        for m, record in bundle.encoders.items()
        if record.fine_tuned is not None
    }
    seed, training = bundle.manifest.seed, bundle.manifest.training
    texts, languages = product_texts(table), languages_of(bundle.encoders)
    split = Split(bundle.rows("train"), bundle.rows("validation"), bundle.rows("test"), seed)
    names = (
        encode_product_names(table, bundle.encoder("text"), split, cache_dir() / "features", progress)
        if learns_names(features, languages)
        else None
    )
    data = TrainingData(
        inputs=Inputs.of(features, texts),
        labels=labels,
        classes=bundle.classes,
        skus=table["sku"].to_numpy(dtype=object),
        split=split,
        groups=bundle.groups,
        learned=learned_rows(bundle.encoders, list(table["image_digest"])),
        wanted=parse_settings(training.settings),
        balanced=training.balanced,
        names=names,
        languages=languages,
        compress=training.compress is not None,
        seed=seed,
    )
    if not frozen:
        return data
    return replace(data, frozen=replace(data, inputs=Inputs.of(features | frozen, texts)))


def train(bundle: Bundle, labels: np.ndarray, progress: Progress = silent) -> Refit:
    """Train the quick heads on `labels` and ask the chosen ones about the test products.

    Raises
    ------
    BundleError
        The bundle has no features.
    CoreError
        Another training job is running in this process.
    """
    data, start = training_data(bundle, labels, progress), time.perf_counter()
    with one_training():
        judged = judge_heads(data, train_heads(data, refit_heads(bundle), shared_store(), progress))
    chosen = {model.modality: model.key for model in judged.models if model.chosen}
    return Refit(
        labels=labels,
        chosen={modality: key.head for modality, key in chosen.items()},
        predicted={modality: predicted(data, judged, key) for modality, key in chosen.items()},
        seconds=time.perf_counter() - start,
    )


def corrected_counts(bundle: Bundle, labels: np.ndarray) -> tuple[int, int]:
    """Return how many training and validation products are corrected, and how many test products."""
    changed = labels != bundle.labels
    in_test = changed[bundle.rows("test")].sum()
    return int(changed.sum() - in_test), int(in_test)


@contextmanager
def one_training() -> Iterator[None]:
    """Let one training run at a time.

    Raises
    ------
    CoreError
        One is running.
    """
    if not _running.acquire(blocking=False):
        raise CoreError("Another training job is running. Try again in a minute.")
    try:
        yield
    finally:
        _running.release()
