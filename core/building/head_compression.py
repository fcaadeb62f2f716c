"""Let heads on vectors compute in 8 bits where that loses nothing on validation products."""

from __future__ import annotations

import numpy as np

from core.building.head_store import HeadStore
from core.building.training_data import TrainingData
from core.evaluation.scores import SMALLEST
from core.heads.compression import HeadCompression
from core.heads.key import HeadKey
from core.heads.readers.reader import in_slices
from core.heads.readers.vectors import VectorReader
from core.heads.served import OnnxHead, load_head
from core.onnx.quantising import can_quantise, quantise

CALIBRATED = 1000
"""Most training products that show the ranges of a head's numbers."""
MOST_LOST = 0.01
"""By how much the log loss on validation products may rise where as many answers are right."""


def compress_head(data: TrainingData, key: HeadKey, store: HeadStore) -> HeadCompression | None:
    """Put a head into the store in 8 bits if validation products lose nothing by it.

    Parameters
    ----------
    data
        Training products show the ranges; validation products, which the head was not trained on, decide.
    key
        A head in the store.
    store
        Has it in 8 bits afterwards, or as it was.

    Returns
    -------
    HeadCompression or None
        What came of it; None where the head reads no vectors, has no matrices worth it, or where there are no
        validation products to ask.
    """
    head = load_head(store.files[key])
    present = data.inputs.present(key.modality)
    train, validation = (rows[present[rows]] for rows in (data.split.train, data.split.validation))
    if not isinstance(head.reader, VectorReader) or not can_quantise(head.path) or not len(validation):
        return None
    shown = np.random.default_rng(data.seed).permutation(train)[:CALIBRATED]
    target = head.path.with_name(f"{head.path.stem}-int8.onnx")
    quantise(head.path, target, in_slices(head.reader, data.inputs.take(shown)))
    if target.stat().st_size >= head.path.stat().st_size:
        target.unlink()
        return None
    base_right, base_loss = _judged(data, head, validation)
    right, loss = _judged(data, load_head(target), validation)
    result = HeadCompression(
        taken=right >= base_right and loss <= base_loss + MOST_LOST,
        products=len(validation),
        right=right,
        base_right=base_right,
        loss=round(loss, 4),
        base_loss=round(base_loss, 4),
        bytes=target.stat().st_size,
        base_bytes=head.path.stat().st_size,
    )
    if result.taken:
        store.put(key, target)
    else:
        target.unlink()
    return result


def _judged(data: TrainingData, head: OnnxHead, rows: np.ndarray) -> tuple[int, float]:
    """Return how many products a head answers right, and its log loss on them."""
    proba, labels = head.predict_proba(data.inputs.take(rows)), data.labels[rows]
    of_true = proba[np.arange(len(rows)), labels].astype(np.float64)
    right = int((proba.argmax(axis=1) == labels).sum())
    return right, float(-np.log(np.maximum(of_true, SMALLEST)).mean())
