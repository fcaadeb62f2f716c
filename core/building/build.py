"""The one composer: a catalogue in, a bundle out."""

from __future__ import annotations

import platform
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from core.building.findings import fairness_of, faults_of, opinions_on, unseen_of
from core.building.judging import judge_heads
from core.building.lessons import Lessons
from core.building.training import train_heads
from core.bundle.reader import Bundle, Projection
from core.bundle.writer import BundleWriter
from core.catalogue.images.decoding import thumbnail
from core.catalogue.private import without_private
from core.catalogue.reading import Catalogue
from core.catalogue.text import product_texts
from core.common.errors import CatalogueError, ImageError
from core.common.progress import Progress, silent
from core.evaluation.splits import Split, make_split, product_groups
from core.features.cache import FeatureCache
from core.features.encoders.bundled import encoder_info
from core.features.encoders.encoder import Encoder
from core.features.encoders.training_images import learned_rows
from core.features.images import encode_images
from core.features.products import encode_products
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.registry import HEADS
from core.heads.zero_shot import name_vectors
from core.nearest.graph import Graph, graph_of
from core.projections.drawing import METHODS, project
from core.projections.prepared import prepare
from core.projections.quality import quality

LIBRARIES = (
    "numpy",
    "pandas",
    "scikit-learn",
    "tensorflow",
    "keras",
    "umap-learn",
    "openTSNE",
    "pillow",
)


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
    augment
        How many changed copies of each training picture to learn from, too.
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
    augment: int = 0
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
        learned = learned_rows(encoders, table["image_digest"])
        split = make_split(list(table["category"]), groups, seed=options.seed, learned=learned)
        table["part"], table["group"] = split.parts, groups
        inputs = Inputs.of(features, product_texts(table))
        lessons = Lessons(
            inputs,
            labels,
            catalogue.classes,
            table["sku"].to_numpy(dtype=object),
            split,
            groups,
            learned,
            name_vectors=_name_vectors(encoders, features, catalogue.classes, options),
            copies=_encode_copies(catalogue, encoders, features, split, options, progress),
            seed=options.seed,
        )
        writer.write_table(without_private(table) if options.private else table)
        taught = train_heads(writer, lessons, options.heads, progress)
        judged = judge_heads(writer, lessons, taught)
        graphs = _graphs(inputs, options)
        names, digests = list(table["name"]), list(table["image_digest"])
        unseen = unseen_of(lessons, taught)
        faults = faults_of(lessons, unseen, names, digests, progress, graphs)
        writer.write_faults(faults)
        writer.write_opinions(opinions_on(faults, lessons, unseen))
        projections = _project(writer, inputs, graphs, labels, options, progress)
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
            "modalities": list(inputs.modalities),
            "seed": options.seed,
            "private": options.private,
            "data": {"origin": options.origin, "licence": options.licence, "synthetic": options.synthetic},
            "encoders": {m: _keep_encoder(writer, encoders[m], m) for m in features},
            "augment": len(lessons.copies),
            "prior": [float(share) for share in lessons.prior],
            "review": judged.review,
            "conformal": judged.conformal,
            "fairness": fairness_of(lessons),
            "projections": [vars(p) for p in projections],
            "account": catalogue.account.to_dict(),
            "versions": versions(),
        }
        return writer.commit(manifest)


def versions() -> dict[str, str]:
    """Return the versions of what a bundle is made with."""
    import onnxruntime  # asked itself: built for CUDA, its package has another name

    known = {"python": platform.python_version(), "onnxruntime": onnxruntime.__version__}
    return known | {name: version(name) for name in LIBRARIES}


def encode_catalogue(
    catalogue: Catalogue, encoders: Mapping[str, Encoder], cache: Path | None, progress: Progress = silent
) -> dict[str, Features]:
    """Encode a catalogue: modality -> features; modalities that no product has are left out."""
    features = {
        modality: encode_products(
            catalogue.table, catalogue.images, encoder, FeatureCache.open(cache, encoder), progress
        )
        for modality, encoder in encoders.items()
    }
    features = {modality: one for modality, one in features.items() if one.present.any()}
    if not features:
        raise CatalogueError("no product has a text or a picture that the chosen encoders can read")
    return features


def _name_vectors(
    encoders: Mapping[str, Encoder],
    features: Mapping[str, Features],
    classes: Sequence[str],
    options: BuildOptions,
) -> dict[str, np.ndarray]:
    """Encode the categories' names where a head needs them."""
    if not any(HEADS[name].needs_names for name in options.heads):
        return {}
    return name_vectors({m: encoders[m] for m in features}, classes, options.cache)


def _encode_copies(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    features: Mapping[str, Features],
    split: Split,
    options: BuildOptions,
    progress: Progress,
) -> tuple[Features, ...]:
    """Encode changed copies of the training rows' pictures; other rows have none."""
    if "image" not in features:
        return ()
    taught = np.zeros(len(catalogue.table), dtype=bool)
    taught[split.train] = True
    taught &= features["image"].present
    names = np.where(taught, catalogue.table["image"].to_numpy(dtype=object), "")
    cache = FeatureCache.open(options.cache, encoders["image"])
    return tuple(
        encode_images(names, catalogue.images, encoders["image"], cache, progress, copy=number)
        for number in range(1, options.augment + 1)
    )


def _graphs(inputs: Inputs, options: BuildOptions) -> dict[str, Graph]:
    """Return who is near whom in each modality, for faults and maps alike; none where no map is asked for."""
    asked = inputs.features if options.methods else ()
    return {modality: graph_of(inputs.vectors(modality)[inputs.present(modality)]) for modality in asked}


def _project(
    writer: BundleWriter,
    inputs: Inputs,
    graphs: Mapping[str, Graph],
    labels: np.ndarray,
    options: BuildOptions,
    progress: Progress,
) -> Sequence[Projection]:
    """Draw every map of every modality; a product without the modality has no place (NaN)."""
    total = len(inputs.modalities) * len(options.methods) * 2
    drawn: list[Projection] = []
    for modality in inputs.modalities:
        rows = np.flatnonzero(inputs.present(modality))
        vectors = inputs.vectors(modality)[rows]
        prepared = prepare(graphs.get(modality, vectors))
        for method in options.methods:
            for dims in (2, 3):
                progress("Drawing maps", len(drawn), total)
                coordinates = np.full((len(inputs), dims), np.nan, dtype=np.float32)
                coordinates[rows] = project(method, prepared, dims, seed=options.seed)
                judged = quality(vectors, coordinates[rows], labels[rows], seed=options.seed)
                projection = Projection(
                    modality, method, dims, judged.trustworthiness, judged.neighbour_accuracy
                )
                writer.write_array(projection.file.removesuffix(".npy"), coordinates)
                drawn.append(projection)
    progress("Drawing maps", total, total)
    return drawn


def _keep_encoder(writer: BundleWriter, encoder: Encoder, modality: str) -> dict[str, Any]:
    """Describe an encoder; copy its file into the bundle, if it has one that a user may not have."""
    info = encoder_info(encoder)
    if encoder.onnx_path is not None and not info["bundled"]:
        name = f"encoders/{modality}.onnx"
        shutil.copyfile(encoder.onnx_path, writer.file(name))
        info["file"] = name
    return info


def _write_thumbnails(
    writer: BundleWriter, catalogue: Catalogue, has_image: np.ndarray, progress: Progress
) -> None:
    rows = np.flatnonzero(has_image)
    names = catalogue.table["image"].to_numpy(dtype=object)

    def draw(row: int) -> bytes | None:
        try:
            return thumbnail(catalogue.images.read(names[row]))
        except ImageError:
            return None  # encoded from a cached vector, but no longer readable: shown without a picture

    with ThreadPoolExecutor(2) as pool, zipfile.ZipFile(writer.file("thumbnails.zip"), "w") as archive:
        for done, (row, picture) in enumerate(zip(rows, pool.map(draw, rows), strict=True), 1):
            if picture is not None:
                archive.writestr(f"{row}.jpg", picture)
            progress("Saving thumbnails", done, len(rows))
