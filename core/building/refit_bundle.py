"""A refit written as a bundle of its own, beside the one it came from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.building.head_store import shared_store
from core.building.learning import Learned, learn, now
from core.building.maps import measured_again
from core.building.refit import (
    BEFORE,
    corrected_counts,
    one_training,
    refit_heads,
    train,
    training_data,
)
from core.building.training_data import TrainingData
from core.building.versions import versions
from core.bundle.decisions import origin_of
from core.bundle.layout import (
    CATALOGUE,
    FAULTS,
    GUARDS,
    HELD_OUT,
    HELD_OUT_FURTHER,
    MODELS,
    OUT_OF_FOLD,
    REFIT_BEFORE,
    STRANGENESS_FOLDER,
)
from core.bundle.managing import checked_name
from core.bundle.manifest import DataSource, Manifest, RefitSource
from core.bundle.reader import Bundle
from core.bundle.writer import BundleWriter
from core.common.errors import BundleError
from core.common.progress import Progress, silent

_WRITTEN_AGAIN = (
    *("heads/", "results/", f"{STRANGENESS_FOLDER}/"),
    *(MODELS, CATALOGUE, FAULTS, OUT_OF_FOLD, HELD_OUT, HELD_OUT_FURTHER, GUARDS, REFIT_BEFORE),
)


def refit_path(bundle: Bundle, name: str) -> Path:
    """Return the folder of a refit called `name`, beside the bundle.

    Raises
    ------
    BundleError
        The name is no folder's name, or a bundle that is not a refit of this one has it.
    """
    path = bundle.path.parent / checked_name(name)
    if path.exists() and (path == bundle.path or not _is_refit_of(Bundle.open(path), bundle)):
        raise BundleError(
            f"{path.name} already exists and is not a refit of this catalogue. Choose another name."
        )
    return path


def keep_refit(bundle: Bundle, labels: np.ndarray, out: Path, progress: Progress = silent) -> Bundle:
    """Train on `labels`, search for faults again, and write all of it to folder `out`.

    Features, maps, encoders and images are the bundle's; the heads are those of `core.building.refit`. How
    far each map can be trusted is measured again. ``refit`` in the manifest says what all this came from. The
    same heads are trained on the bundle's own categories, too; what they answer is kept for a comparison.

    Parameters
    ----------
    bundle
        One with features; it stays as it is.
    labels
        int64 (n,): each product's corrected category.
    out
        As `refit_path` returns it.
    progress
        Called at each stage.

    Raises
    ------
    BundleError
        The bundle has no features.
    CoreError
        Another training job is running in this process.
    """
    data = training_data(bundle, labels)
    table = bundle.table.copy()
    table["category"] = np.asarray(bundle.classes, dtype=object)[labels]
    before = train(bundle, bundle.labels, lambda _, done, total: progress(BEFORE, done, total))
    with one_training(), BundleWriter(out) as writer:
        for name in bundle.manifest.files:
            if not name.startswith(_WRITTEN_AGAIN):
                writer.copy(bundle.file(name), name)
        writer.write_table(table)
        learned = learn(
            data,
            table,
            refit_heads(bundle),
            shared_store(),
            progress=progress,
            wanted_precision=bundle.manifest.acceptance.wanted_precision,
            guard=bundle.manifest.acceptance.guard,
        )
        learned.write(writer)
        before.write(writer.file(REFIT_BEFORE))
        return writer.commit(_manifest(out.name, bundle, data, learned))


def _is_refit_of(other: Bundle, bundle: Bundle) -> bool:
    return other.manifest.refit is not None and origin_of(other) == origin_of(bundle)


def _manifest(name: str, bundle: Bundle, data: TrainingData, learned: Learned) -> Manifest:
    """Return the bundle's manifest, with what other categories change."""
    manifest = bundle.manifest
    training, test = corrected_counts(bundle, data.labels)
    origin = f"{manifest.data.origin}; {training + test} categories corrected in review"
    return replace(
        manifest,
        name=name,
        created=now(),
        data=DataSource(origin, manifest.data.licence, manifest.data.synthetic),
        augment=0,
        prior=tuple(data.prior.tolist()),
        acceptance=learned.promises.acceptance,
        conformal=learned.promises.conformal,
        split_inflation=learned.inflation,
        projections=measured_again(bundle, data),
        versions=versions(),
        refit=RefitSource(origin_of(bundle), bundle.fingerprint, training, test),
    )
