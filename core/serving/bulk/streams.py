"""Whole catalogues through a bundle, chunk by chunk: score them, classify them, embed them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.catalogue.formats.format import ReadOptions
from core.catalogue.formats.registry import get_format
from core.common.categories import positions_of
from core.common.errors import CatalogueError, CoreError
from core.common.files import atomic_path
from core.common.progress import Progress, silent
from core.common.spreadsheet import safe_cell
from core.evaluation.scores import evaluate
from core.features.cache import paid_cache
from core.features.products import encode_products
from core.heads.key import HeadKey
from core.serving.bulk.journal import Journal
from core.serving.bulk.vector_files import about, vector_writer

if TYPE_CHECKING:
    from core.catalogue.reading import Chunk
    from core.features.encoders.encoder import Encoder
    from core.serving.predictor import Predictor


def count_products(data: Path, format: str, *, columns: Mapping[str, str] | None = None) -> int:
    """Return how many products a table has, by reading it once: a hundredth of the time that encoding takes.

    Raises
    ------
    CatalogueError
        When the table cannot be read.
    """
    reader = get_format(format, columns)
    return sum(len(chunk) for chunk in reader.read(Path(data), ReadOptions(columns=columns)))


def evaluate_stream(
    predictor: Predictor, chunks: Iterator[Chunk], progress: Progress = silent, total: int | None = None
) -> dict[str, Any]:
    """Score every head of a bundle on labelled products it never saw.

    Only probabilities are kept, so memory grows with products x classes x heads, not with pictures.

    Parameters
    ----------
    predictor, chunks
        The bundle, and the products as `core.catalogue.reading.read_chunks` yields them.
    progress, total
        Told how many of the `total` products (`count_products`) are scored; None for not known.

    Returns
    -------
    dict
        As the design page's ``evaluate --json``: n, classes, models, best, set_aside; and per class the rows
        set aside because the bundle does not know it (``set_aside_classes``, "" for no label).
    """
    bundle = predictor.bundle
    position = positions_of(bundle.classes)
    labels: list[np.ndarray] = []
    proba: dict[HeadKey, list[np.ndarray]] = {HeadKey(m.modality, m.head): [] for m in bundle.models}
    unknown: dict[str, int] = {}
    seen = 0
    progress("Scoring products", seen, _beyond(seen, total))
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
            scores = predictor.scorers.on(inputs)
            for model, parts in proba.items():
                parts.append(scores.calibrated(model))
        progress("Scoring products", seen, _beyond(seen, total))
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
    predictor: Predictor,
    chunks: Iterator[Chunk],
    out: Path,
    progress: Progress = silent,
    total: int | None = None,
) -> int:
    """Classify a stream of products into a CSV file, written beside its place and moved there when whole.

    An sku or a category that a spreadsheet would run (``=1+1``, ``-cmd|...``) gets an apostrophe before it;
    every other one, and a plain number like -5, stays as the table has it. What was classified when a run was
    killed is not classified again by the next one with the same bundle, products and `out`.

    Parameters
    ----------
    predictor, chunks, progress, total
        As for `evaluate_stream`.
    out
        The file.

    Returns
    -------
    int
        How many products were classified.

    Raises
    ------
    CoreError
        The ending of `out` promises Parquet, or the catalogue has no products.
    """
    if out.suffix.lower() == ".parquet":
        raise CoreError(f"cannot write '{out.name}': predictions are CSV, and Parquet only with --engine ray")
    by = [f"{m} {encoder.precision}" for m, encoder in predictor.encoders.items()]
    journal = Journal(out, ["predictions 1", predictor.bundle.fingerprint, *by])

    def classified(chunk: Chunk) -> bytes:
        frame = predictor.predict_frame(chunk).map(partial(safe_cell, keep_numbers=True))
        return frame.to_csv(index=False, float_format="%.6f").encode()

    written = 0
    progress("Classifying products", written, _beyond(written, total))
    with atomic_path(out) as temporary, temporary.open("wb") as file:
        for chunk in chunks:
            piece = _kept(journal, chunk, classified)
            file.write(piece if written == 0 else piece.partition(b"\n")[2])  # one header is enough
            written += len(chunk.table)
            progress("Classifying products", written, _beyond(written, total))
        if written == 0:
            raise CoreError("the catalogue has no products")
    journal.close()
    progress("Classifying products", written, written)
    return written


def write_embeddings(
    encoder: Encoder,
    chunks: Iterator[Chunk],
    out: Path,
    progress: Progress = silent,
    total: int | None = None,
) -> int:
    """Encode a stream of products into a file, a row per product in their order.

    The ending of `out` decides: ``.parquet`` (columns sku and vector, a fixed-size list of float32; what made
    the vectors in the file's metadata), ``.csv`` (sku, v0, v1 ...), ``.npy`` (float32 (n, dim), its skus, a
    line each, in ``<out>.skus.txt`` beside it). A product without the modality has a row of zeros. What was
    encoded when a run was killed is not encoded again by the next one with the same encoder, products and
    `out`.

    Parameters
    ----------
    encoder
        The encoder.
    chunks, progress, total
        As for `evaluate_stream`.
    out
        The file.

    Returns
    -------
    int
        How many products were written.

    Raises
    ------
    CoreError
        The ending is unknown or has no place for the precision, or the catalogue has no products.
    """
    ending = out.suffix.lower()
    if encoder.precision != "fp32" and ending in (".npy", ".csv"):
        raise CoreError(
            f"cannot write '{out.name}': only a .parquet file can say that vectors are {encoder.precision}"
        )
    made_by = about(encoder)
    journal, cache = Journal(out, ["embeddings 1", *made_by.values()]), paid_cache(encoder)
    written = 0
    with ExitStack() as stack:
        writer = vector_writer(out, stack.enter_context(atomic_path(out)), encoder.dim, made_by)
        progress("Encoding products", written, _beyond(written, total))
        names = None
        if ending == ".npy":
            beside = stack.enter_context(atomic_path(out.with_name(out.name + ".skus.txt")))
            names = stack.enter_context(beside.open("w", encoding="utf-8"))
        stack.enter_context(writer)

        def told(stage: str, done: int, of: int) -> None:
            """Tell of a chunk that is being encoded; the stream's end is told of when all is written."""
            within = written + len(chunk.table) * done // of
            progress("Encoding products", within, _beyond(within, total))

        def encoded(chunk: Chunk) -> bytes:
            return encode_products(chunk.table, chunk.images, encoder, cache, told).vectors.tobytes()

        for chunk in chunks:
            skus = chunk.table["sku"].to_numpy(dtype=object)
            vectors = np.frombuffer(_kept(journal, chunk, encoded), np.float32).reshape(-1, encoder.dim)
            writer.write(skus, vectors)
            if names:
                names.writelines(" ".join(sku.split()) + "\n" for sku in skus)
            written += len(skus)
            progress("Encoding products", written, _beyond(written, total))
        if written == 0:
            raise CoreError("the catalogue has no products")
    journal.close()
    progress("Encoding products", written, written)
    return written


def _kept(journal: Journal, chunk: Chunk, make: Callable[[Chunk], bytes]) -> bytes:
    """Return what an earlier run made of a chunk, else what `make` makes, kept for a later run."""
    key = journal.key(chunk)
    piece = journal.read(key)
    if piece is None:
        piece = make(chunk)
        journal.write(key, piece)
    return piece


def _beyond(done: int, total: int | None) -> int:
    """Return a total that is not reached yet: a stream's end is known when it comes."""
    return max(done + 1, total or 0)
