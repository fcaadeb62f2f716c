"""Classify a whole catalogue into a CSV file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import CoreError
from core.common.files import atomic_path
from core.common.progress import Progress, silent
from core.common.spreadsheet import safe_cell
from core.serving.bulk.counting import Count
from core.serving.bulk.journal import Journal

if TYPE_CHECKING:
    from core.catalogue.reading import Chunk
    from core.serving.predictor import Predictor


def write_predictions(
    predictor: Predictor,
    chunks: Iterable[Chunk],
    out: Path,
    progress: Progress = silent,
    total: int | None = None,
) -> int:
    """Classify a stream of products into a CSV file, which appears in its place when it is whole.

    An sku or a category that a spreadsheet would run (``=1+1``, ``-cmd|...``) gets an apostrophe before it;
    all others, and plain numbers like -5, stay as the table has them. If a run is killed, the next one with
    the same bundle, products and `out` goes on where it stopped.

    Parameters
    ----------
    predictor, chunks, progress, total
        As for `core.serving.bulk.evaluation.evaluate_stream`.
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
        raise CoreError(f"cannot write '{out.name}': predictions are CSV; Parquet needs --engine ray")
    made_by = [f"{m} {encoder.precision} {encoder.weights_id}" for m, encoder in predictor.encoders.items()]
    journal = Journal(out, ["predictions 2", predictor.bundle.fingerprint, *made_by])

    def classify(chunk: Chunk) -> bytes:
        frame = predictor.predict_frame(chunk).map(partial(safe_cell, keep_numbers=True))
        return frame.to_csv(index=False, float_format="%.6f").encode()

    count = Count(progress, "Classifying products", total)
    with atomic_path(out) as temporary, temporary.open("wb") as file:
        for chunk in chunks:
            piece = journal.piece(chunk, classify)
            file.write(piece if count.done == 0 else piece.partition(b"\n")[2])  # one header is enough
            count.add(len(chunk.table))
        if count.done == 0:
            raise CoreError("the catalogue has no products")
    journal.close()
    count.finish()
    return count.done
