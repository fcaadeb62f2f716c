"""The one composer: a catalogue in, a bundle out."""

from __future__ import annotations

import platform
import time
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from core.bundle import Bundle, ModelCard, Projection, head_file
from core.bundle_writer import BundleWriter
from core.catalogue import Catalogue
from core.encoders import Encoder, encoder_info
from core.errors import CatalogueError, PictureError
from core.evaluate import evaluate, predictions_table, reports_from_predictions, review_threshold
from core.features import FeatureCache, Features, encode_products, fuse
from core.heads import HEADS, load_head, train_head
from core.images import thumbnail
from core.private import without_private
from core.progress import Progress, silent
from core.projections import METHODS, prepare, project, quality
from core.scoring import Scorers
from core.splits import Split, make_split, product_groups

LIBRARIES = (
    "numpy",
    "pandas",
    "scikit-learn",
    "onnxruntime",
    "tensorflow",
    "keras",
    "umap-learn",
    "openTSNE",
    "pillow",
)
REVIEW_PRECISION = 0.95
# An answer that is less probable than all others together is never sure, however good the model.
LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True)
class BuildOptions:
    """How to build a bundle.

    Attributes
    ----------
    heads
        Names of the heads to train on each modality.
    methods
        Projections to draw.
    seed
        Of the split, the heads and the projections.
    origin, licence
        Of the data, as shown with the figures.
    synthetic
        Whether the products were invented.
    private
        Whether to leave out names, descriptions, prices, pictures and features.
    test_skus
        The products that form the test part, where an encoder has learned from the others; empty: any may.
    cache
        Folder of the feature cache; None encodes everything anew.
    """

    heads: tuple[str, ...] = tuple(HEADS)
    methods: tuple[str, ...] = METHODS
    seed: int = 0
    origin: str = "not stated"
    licence: str = "not stated"
    synthetic: bool = False
    private: bool = False
    test_skus: frozenset[str] = frozenset()
    cache: Path | None = None


def build_bundle(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    out: Path,
    options: BuildOptions | None = None,
    progress: Progress = silent,
) -> Bundle:
    """Learn all there is to learn from `catalogue` and write it to folder `out`.

    Parameters
    ----------
    catalogue
        The validated products.
    encoders
        Modality (text, image) -> encoder; a modality no product has is left out.
    out
        The bundle's folder; an older bundle there is replaced once the new one is whole.

    Raises
    ------
    CatalogueError
        The catalogue cannot be split or has a single class.
    """
    options = options or BuildOptions()
    if len(catalogue.classes) < 2:
        raise CatalogueError(
            f"nothing to learn: only one category is left ({catalogue.classes[0]}); two or more are needed"
        )
    with BundleWriter(out) as writer:
        features = encode_catalogue(catalogue, encoders, options.cache, progress)
        table = catalogue.table.copy()
        for modality, name in (("text", "has_text"), ("image", "has_image")):
            table[name] = features[modality].present if modality in features else False
        labels = np.searchsorted(
            np.array(catalogue.classes, dtype=object), table["category"].to_numpy(dtype=object)
        )
        groups = product_groups(list(table["name"]), list(table["image_digest"]))
        test_rows = table["sku"].isin(options.test_skus).to_numpy() if options.test_skus else None
        split = make_split(list(table["category"]), groups, seed=options.seed, test_rows=test_rows)
        table["part"] = split.parts
        prior = np.bincount(labels[split.train], minlength=len(catalogue.classes)) / len(split.train)
        writer.write_table(without_private(table) if options.private else table)
        models = _train(writer, catalogue, features, labels, split, prior, options, progress)
        projections = _project(writer, features, labels, options, progress)
        if not options.private:
            for modality, one in features.items():
                writer.write_array(f"features/{modality}", one.vectors)
            _write_thumbnails(writer, catalogue, table["has_image"].to_numpy(dtype=bool), progress)
        manifest = {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "fingerprint": catalogue.fingerprint,
            "format": catalogue.format,
            "label": catalogue.label,
            "rows": len(table),
            "classes": list(catalogue.classes),
            "modalities": [*features, *(["fused"] if len(features) == 2 else [])],
            "seed": options.seed,
            "private": options.private,
            "data": {"origin": options.origin, "licence": options.licence, "synthetic": options.synthetic},
            "encoders": {m: _keep_encoder(writer, encoders[m], m) for m in features},
            "prior": [float(share) for share in prior],
            "review": {"precision": REVIEW_PRECISION, "thresholds": models.thresholds},
            "projections": [vars(p) for p in projections],
            "account": catalogue.account.to_dict(),
            "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        }
        return writer.commit(manifest)


def encode_catalogue(
    catalogue: Catalogue, encoders: Mapping[str, Encoder], cache: Path | None, progress: Progress = silent
) -> dict[str, Features]:
    """Encode a catalogue: modality -> features; modalities that no product has are left out."""
    features = {
        modality: encode_products(
            catalogue.table, catalogue.pictures, encoder, FeatureCache.open(cache, encoder), progress
        )
        for modality, encoder in encoders.items()
    }
    features = {modality: one for modality, one in features.items() if one.present.any()}
    if not features:
        raise CatalogueError("no product has a text or a picture that the chosen encoders can read")
    return features


@dataclass(frozen=True)
class _Trained:
    cards: tuple[ModelCard, ...]
    thresholds: dict[str, float]


def _train(
    writer: BundleWriter,
    catalogue: Catalogue,
    features: Mapping[str, Features],
    labels: np.ndarray,
    split: Split,
    prior: np.ndarray,
    options: BuildOptions,
    progress: Progress,
) -> _Trained:
    """Train every head on every modality, score them as they will be served, choose on validation rows."""
    spaces = _spaces(features)
    classes = catalogue.classes
    seconds, loaded = {}, {}
    total = len(spaces) * len(options.heads)
    for modality, space in spaces.items():
        train, validation = (rows[space.present[rows]] for rows in (split.train, split.validation))
        for name in options.heads:
            progress("Training models", len(seconds), total)
            start = time.perf_counter()
            head = train_head(
                name,
                space.vectors[train],
                labels[train],
                space.vectors[validation],
                labels[validation],
                n_classes=len(classes),
                seed=options.seed,
            )
            seconds[modality, name] = time.perf_counter() - start
            head.save(writer.file(head_file(modality, name)))
            loaded[modality, name] = load_head(writer.file(head_file(modality, name)))
    progress("Training models", total, total)

    scorers = Scorers(loaded, prior)
    parts = {part: {m: _rows(f, rows) for m, f in features.items()} for part, rows in _scored(split).items()}
    skus = catalogue.table["sku"].to_numpy(dtype=object)[split.test]
    cards, thresholds = [], {}
    for modality in spaces:
        checks, tables = {}, []
        for name in options.heads:
            proba = scorers.score(modality, name, parts["validation"])
            report = evaluate(
                labels[split.validation], proba, classes, modality=modality, head=name, part="validation"
            )
            checks[name] = (report, proba)
            tested = scorers.score(modality, name, parts["test"])
            tables.append(predictions_table(skus, labels[split.test], tested, classes, name))
        best = max(checks, key=lambda name: _merit(checks[name][0]))
        least = review_threshold(labels[split.validation], checks[best][1], REVIEW_PRECISION)
        thresholds[modality] = max(least, LEAST_CONFIDENCE)
        reports = reports_from_predictions(writer.write_predictions(modality, tables), modality)
        for report in reports:
            check = checks[report.head][0]
            cards.append(
                ModelCard(
                    modality,
                    report.head,
                    chosen=report.head == best,
                    validation_accuracy=check.accuracy,
                    validation_macro_f1=check.macro_f1,
                    train_seconds=round(seconds[modality, report.head], 3),
                    size_bytes=writer.file(head_file(modality, report.head)).stat().st_size,
                    report=report,
                )
            )
    writer.write_models(cards)
    return _Trained(tuple(cards), thresholds)


def _merit(report: Any) -> tuple[float, ...]:
    """Return what makes a head the best on validation rows: accuracy, then log loss."""
    return (report.accuracy, -report.log_loss)


def _scored(split: Split) -> dict[str, np.ndarray]:
    return {"validation": split.validation, "test": split.test}


def _rows(features: Features, rows: np.ndarray) -> Features:
    return Features(features.vectors[rows], features.present[rows])


def _project(
    writer: BundleWriter,
    features: Mapping[str, Features],
    labels: np.ndarray,
    options: BuildOptions,
    progress: Progress,
) -> Sequence[Projection]:
    """Draw every map of every modality; a product without the modality has no place (NaN)."""
    spaces = _spaces(features)
    total = len(spaces) * len(options.methods) * 2
    drawn: list[Projection] = []
    for modality, space in spaces.items():
        rows = np.flatnonzero(space.present)
        prepared = prepare(space.vectors[rows])
        for method in options.methods:
            for dims in (2, 3):
                progress("Drawing maps", len(drawn), total)
                coordinates = np.full((len(space.vectors), dims), np.nan, dtype=np.float32)
                coordinates[rows] = project(method, prepared, dims, seed=options.seed)
                judged = quality(space.vectors[rows], coordinates[rows], labels[rows], seed=options.seed)
                projection = Projection(
                    modality, method, dims, judged.trustworthiness, judged.neighbour_accuracy
                )
                writer.write_array(projection.file.removesuffix(".npy"), coordinates)
                drawn.append(projection)
    progress("Drawing maps", total, total)
    return drawn


def _spaces(features: Mapping[str, Features]) -> dict[str, Features]:
    """Return text, image and, where there are both, fused features; fused is present where both are."""
    spaces = dict(features)
    if len(features) == 2:
        both = features["text"].present & features["image"].present
        spaces["fused"] = Features(fuse(features["text"], features["image"]), both)
    return spaces


def _keep_encoder(writer: BundleWriter, encoder: Encoder, modality: str) -> dict[str, Any]:
    """Describe an encoder; copy it into the bundle unless its weights come with the installation."""
    info = encoder_info(encoder)
    if not info["bundled"]:
        name = f"encoders/{modality}.onnx"
        writer.file(name).write_bytes(Path(encoder.onnx_path).read_bytes())
        info["file"] = name
    return info


def _write_thumbnails(
    writer: BundleWriter, catalogue: Catalogue, has_image: np.ndarray, progress: Progress
) -> None:
    rows = np.flatnonzero(has_image)
    names = catalogue.table["image"].to_numpy(dtype=object)

    def draw(row: int) -> bytes | None:
        try:
            return thumbnail(catalogue.pictures.read(names[row]))
        except PictureError:
            return None  # encoded from a cached vector, but no longer readable: shown without a picture

    with ThreadPoolExecutor(2) as pool, zipfile.ZipFile(writer.file("thumbnails.zip"), "w") as archive:
        for done, (row, picture) in enumerate(zip(rows, pool.map(draw, rows), strict=True), 1):
            if picture is not None:
                archive.writestr(f"{row}.jpg", picture)
            progress("Saving thumbnails", done, len(rows))
