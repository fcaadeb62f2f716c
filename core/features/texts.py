"""Encode texts, each distinct one once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.common.engine import THIS_PROCESS, Engine
from core.common.progress import Progress, silent
from core.features.batches import EncodedBatch, hand_over
from core.features.cache import KEY_BYTES, FeatureCache
from core.features.room import room_for
from core.features.vectors import Features

if TYPE_CHECKING:
    from core.features.encoders.encoder import Encoder

AT_ONCE = 8192
"""Repeated texts whose vectors are copied together."""

_log = logging.getLogger(__name__)


def encode_texts(
    texts: Sequence[str],
    encoder: Encoder,
    cache: FeatureCache | None = None,
    progress: Progress = silent,
    *,
    engine: Engine = THIS_PROCESS,
) -> Features:
    """Encode texts: an empty one is absent, a repeated one is encoded once.

    What the encoder must tell the user first, such as the cost, is logged as a warning.

    Parameters
    ----------
    texts
        One per product, as `core.catalogue.text.product_texts` makes them.
    encoder
        A text encoder.
    cache
        Where vectors are looked up and kept; None encodes everything.
    progress
        Told how many of the distinct texts that are not in the cache are done.
    engine
        Runs the encoder, unless that asks a service, which many processes make no faster.
    """
    origin = _first_with_the_same(texts)
    row_of = {text_key(texts[row]): row for row in np.unique(origin[origin >= 0]).tolist()}
    # Vectors go to their rows at once: a large catalogue's take too much memory to be held twice.
    rows, unknown = room_for((len(texts), encoder.width), cache.folder if cache else None), dict(row_of)

    def keep(keys: list[bytes], vectors: np.ndarray) -> None:
        rows[[unknown.pop(key) for key in keys]] = vectors

    for keys, vectors in cache.found(list(row_of)) if cache else ():
        keep(keys, vectors)
    # Texts of similar length share a batch: padding costs as much as text.
    missing = sorted(unknown, key=lambda key: len(texts[row_of[key]]))
    to_encode = [texts[row_of[key]] for key in missing]
    if notice := encoder.cost_notice(to_encode):
        _log.warning("%s", notice)
    parts = encoder.batches(to_encode)
    running = THIS_PROCESS if encoder.asks_service else engine
    encoded = running.map(encoder.read, (to_encode[part] for part in parts))
    batches = (
        EncodedBatch(missing[part], vectors, len(vectors))
        for part, vectors in zip(parts, encoded, strict=True)
    )
    hand_over(batches, keep, len(missing), cache, "Encoding texts", progress)
    repeated = np.flatnonzero((origin >= 0) & (origin < np.arange(len(texts))))
    for start in range(0, len(repeated), AT_ONCE):
        some = repeated[start : start + AT_ONCE]
        rows[some] = rows[origin[some]]
    return Features.of_rows(rows, origin >= 0, encoder)


def _first_with_the_same(texts: Sequence[str]) -> np.ndarray:
    """Return the first row with each row's text, int64 (n,); -1 for an empty text."""
    first: dict[str, int] = {}
    return np.array(
        [first.setdefault(text, row) if text else -1 for row, text in enumerate(texts)], dtype=np.int64
    )


def text_key(text: str) -> bytes:
    """Return the 16 bytes by which the cache knows a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
