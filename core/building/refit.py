"""Heads trained again with the corrected categories, against the same heads without.

Both sides are trained here and now by the code that builds bundles, on the bundle's stored features and its
texts, with the same seed; nothing differs but the categories of training and validation rows. Both are judged
on the same test rows by the same categories, the corrected ones: a test product that is filed wrong would
punish the side that is right. Only heads that train quickly take part, and the blend that weighs them.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

import numpy as np

from core.building.judging import PREFERRED, judge_heads
from core.building.lessons import Lessons
from core.building.training import train_heads
from core.bundle.reader import RESULT_FILES, Bundle
from core.bundle.writer import BundleWriter
from core.catalogue.text import product_texts
from core.common.errors import BundleError, CoreError
from core.common.progress import Progress, silent
from core.evaluation.splits import PARTS, Split, product_groups
from core.features.encoders.training_images import learned_rows
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.registry import HEADS

_training = Lock()


@dataclass(frozen=True, eq=False)
class Trained:
    """What heads trained on one set of labels say of the test rows.

    Attributes
    ----------
    labels
        int64 (n,): what they were trained on.
    chosen
        Modality -> the head that the validation rows chose.
    predicted
        Modality -> that head's answers, int64 (test rows,).
    seconds
        How long it took.
    """

    labels: np.ndarray
    chosen: Mapping[str, str]
    predicted: Mapping[str, np.ndarray]
    seconds: float


def refit_heads(bundle: Bundle) -> tuple[str, ...]:
    """Return which heads a refit trains: those of the bundle that are quick, and the blend of them."""
    had = {model.head for model in bundle.models}
    quick = tuple(name for name in HEADS if name in had and (HEADS[name].quick or name == PREFERRED))
    return quick if any(HEADS[name].quick for name in quick) else ("logistic_regression",)


def why_not(bundle: Bundle) -> str | None:
    """Return why a bundle's heads cannot be trained again, None where they can."""
    if all(bundle.has_features(m) for m in bundle.modalities if m != "fused"):
        return None
    return (
        "This bundle was saved without the features that heads are trained on, as private ones are. "
        "Build it again without --private, or send the exported decisions to whoever has the catalogue."
    )


def lessons_of(bundle: Bundle, labels: np.ndarray) -> Lessons:
    """Return what the bundle's heads were trained on, with other labels.

    Parameters
    ----------
    bundle
        One with features.
    labels
        int64 (n,): each product's category as a position in the bundle's classes.

    Raises
    ------
    BundleError
        The bundle has no features.
    """
    if reason := why_not(bundle):
        raise BundleError(reason)
    table = bundle.table
    features = {
        m: Features(np.asarray(bundle.features(m)), bundle.present(m))
        for m in bundle.modalities
        if m != "fused"
    }
    digests = table["image_digest"] if "image_digest" in table else [""] * len(table)
    groups = bundle.groups
    if groups is None:
        groups = product_groups(list(table["name"]), list(digests))
    encoders = {m: SimpleNamespace(**info) for m, info in bundle.encoders.items()}
    seed = bundle.manifest["seed"]
    return Lessons(
        Inputs.of(features, product_texts(table)),
        labels,
        bundle.classes,
        table["sku"].to_numpy(dtype=object),
        Split(*(bundle.rows(part) for part in PARTS), seed=seed),
        groups,
        learned_rows(encoders, digests),
        seed=seed,
    )


def train(bundle: Bundle, labels: np.ndarray, progress: Progress = silent) -> Trained:
    """Train the quick heads on `labels` and ask the chosen ones about the test rows.

    Raises
    ------
    BundleError
        The bundle has no features.
    CoreError
        Another training is under way in this process.
    """
    lessons, start = lessons_of(bundle, labels), time.perf_counter()
    with training(), BundleWriter(Path(_folder().name) / "refit") as writer:
        judged = judge_heads(writer, lessons, train_heads(writer, lessons, refit_heads(bundle), progress))
        chosen = {card.modality: card.head for card in judged.cards if card.chosen}
        predicted = {m: _predicted(writer.file(RESULT_FILES[m]), head, bundle) for m, head in chosen.items()}
    return Trained(labels, chosen, predicted, time.perf_counter() - start)


def retrain(bundle: Bundle, before: Trained, labels: np.ndarray, progress: Progress = silent) -> Trained:
    """Train as `before`, on other labels; where no label that teaches is another, `before` is the answer."""
    teach = np.concatenate([bundle.rows("train"), bundle.rows("validation")])
    if (before.labels[teach] == labels[teach]).all():
        return Trained(labels, before.chosen, before.predicted, 0.0)
    return train(bundle, labels, progress)


def taught_and_tested(bundle: Bundle, labels: np.ndarray) -> tuple[int, int]:
    """Return how many corrected products teach (training and validation rows), and how many test."""
    changed = labels != bundle.labels
    tested = changed[bundle.rows("test")].sum()
    return int(changed.sum() - tested), int(tested)


@contextmanager
def training() -> Iterator[None]:
    """Let one training run at a time.

    Raises
    ------
    CoreError
        One is under way.
    """
    if not _training.acquire(blocking=False):
        raise CoreError("somebody else's training is under way here: try again in a minute")
    try:
        yield
    finally:
        _training.release()


@cache
def _folder() -> tempfile.TemporaryDirectory:
    """One folder for the whole process: ONNX Runtime's sessions are kept by path, and so replaced."""
    return tempfile.TemporaryDirectory(prefix="product-lens-")


def _predicted(file: Path, head: str, bundle: Bundle) -> np.ndarray:
    import pandas as pd

    table = pd.read_csv(file, usecols=["head", "predicted"], dtype=str, keep_default_na=False)
    number = {name: place for place, name in enumerate(bundle.classes)}
    return table.loc[table["head"] == head, "predicted"].map(number).to_numpy(dtype=np.int64)
