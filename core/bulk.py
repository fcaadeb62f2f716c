"""Whole catalogues through a bundle, chunk by chunk: score them, classify them, embed them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.cache import atomic_path
from core.csv_safety import safe_cell
from core.errors import CatalogueError, CoreError
from core.evaluate import evaluate
from core.features import encode_products, paid_cache
from core.progress import Progress, silent
from core.scoring import Key
from core.vector_files import vector_writer

if TYPE_CHECKING:
    from core.catalogue import Chunk
    from core.encoders import Encoder
    from core.predict import Predictor


def evaluate_stream(
    predictor: Predictor, chunks: Iterator[Chunk], progress: Progress = silent
) -> dict[str, Any]:
    """Score every head of a bundle on labelled products it never saw.

    Only probabilities are kept, so memory grows with products x classes x heads, not with pictures.

    Returns
    -------
    dict
        As the design page's ``evaluate --json``: n, classes, models, best, set_aside; and per class the rows
        set aside because the bundle does not know it (``set_aside_classes``, "" for no label).
    """
    bundle = predictor.bundle
    position = {name: i for i, name in enumerate(bundle.classes)}
    labels: list[np.ndarray] = []
    proba: dict[tuple[str, str], list[np.ndarray]] = {(m.modality, m.head): [] for m in bundle.models}
    unknown: dict[str, int] = {}
    seen = 0
    for chunk in chunks:
        names = chunk.table["category"].to_numpy(dtype=object)
        known = np.array([name in position for name in names], dtype=bool)
        for name in names[~known]:
            unknown[name] = unknown.get(name, 0) + 1
        seen += len(names)
        if known.any():
            kept = chunk.take(np.flatnonzero(known))
            inputs = predictor.inputs(kept)
            labels.append(np.array([position[name] for name in names[known]], dtype=np.int64))
            asked: dict[Key, np.ndarray] = {}
            for (modality, head), parts in proba.items():
                parts.append(predictor.scorers.score(modality, head, inputs, asked))
        progress("Scoring products", seen, seen + 1)
    progress("Scoring products", seen, seen)
    if not labels:
        raise CatalogueError(
            f"nothing to score: none of the {seen} products has a category that bundle '{bundle.name}' knows"
        )
    true = np.concatenate(labels)
    models = []
    for (modality, head), parts in proba.items():
        report = evaluate(
            true, np.concatenate(parts), bundle.classes, modality=modality, head=head, part="unseen"
        )
        figures = {k: getattr(report, k) for k in ("accuracy", "macro_f1", "weighted_f1", "micro_f1")}
        models.append({"modality": modality, "head": head, **figures})
    return {
        "n": len(true),
        "classes": len(bundle.classes),
        "models": models,
        "best": bundle.best,
        "set_aside": sum(unknown.values()),
        "set_aside_classes": dict(sorted(unknown.items(), key=lambda item: -item[1])),
    }


def write_predictions(
    predictor: Predictor, chunks: Iterator[Chunk], out: Path, progress: Progress = silent
) -> int:
    """Classify a stream of products into a CSV file, written beside its place and moved there when whole.

    An sku or a category that a spreadsheet would run (``=1+1``, ``-cmd|...``) gets an apostrophe before it;
    every other one, and a plain number like -5, stays as the table has it.

    Returns
    -------
    int
        How many products were classified.
    """
    written = 0
    with atomic_path(out) as temporary:
        for chunk in chunks:
            frame = predictor.predict_frame(chunk).map(partial(safe_cell, keep_numbers=True))
            frame.to_csv(temporary, mode="a", header=written == 0, index=False, float_format="%.6f")
            written += len(frame)
            progress("Classifying products", written, written + 1)
        if written == 0:
            raise CoreError("the catalogue has no products")
    progress("Classifying products", written, written)
    return written


def write_embeddings(
    encoder: Encoder, chunks: Iterator[Chunk], out: Path, progress: Progress = silent
) -> int:
    """Encode a stream of products into a file, a row per product in their order.

    The ending of `out` decides: ``.parquet`` (columns sku and vector, a fixed-size list of float32), ``.csv``
    (sku, v0, v1 ...), ``.npy`` (float32 (n, dim), its skus, a line each, in ``<out>.skus.txt`` beside it). A
    product without the modality has a row of zeros.

    Returns
    -------
    int
        How many products were written.

    Raises
    ------
    CoreError
        The ending is unknown, or the catalogue has no products.
    """
    written = 0
    with ExitStack() as stack:
        writer = vector_writer(out, stack.enter_context(atomic_path(out)), encoder.dim)
        names = None
        if out.suffix.lower() == ".npy":
            beside = stack.enter_context(atomic_path(out.with_name(out.name + ".skus.txt")))
            names = stack.enter_context(beside.open("w", encoding="utf-8"))
        stack.enter_context(writer)
        for chunk in chunks:
            skus = chunk.table["sku"].to_numpy(dtype=object)
            features = encode_products(chunk.table, chunk.pictures, encoder, paid_cache(encoder))
            writer.write(skus, features.vectors)
            if names:
                names.writelines(" ".join(sku.split()) + "\n" for sku in skus)
            written += len(skus)
            progress("Encoding products", written, written + 1)
        if written == 0:
            raise CoreError("the catalogue has no products")
    progress("Encoding products", written, written)
    return written
