"""Encode texts, each distinct one once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.common.progress import Progress, silent
from core.features.batches import EncodedBatch, collect
from core.features.cache import KEY_BYTES, FeatureCache
from core.features.vectors import Features, features_of

if TYPE_CHECKING:
    from core.features.encoders.encoder import Encoder

_log = logging.getLogger(__name__)


def encode_texts(
    texts: Sequence[str], encoder: Encoder, cache: FeatureCache | None = None, progress: Progress = silent
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
    """
    keys = [text_key(text) if text else None for text in texts]
    distinct = {key: text for key, text in zip(keys, texts, strict=True) if key is not None}
    known = cache.get(list(distinct)) if cache else {}
    # Texts of similar length share a batch: padding costs as much as text.
    missing = sorted((key for key in distinct if key not in known), key=lambda key: len(distinct[key]))
    to_encode = [distinct[key] for key in missing]
    if notice := encoder.cost_notice(to_encode):
        _log.warning("%s", notice)
    batches = (
        EncodedBatch(missing[part], encoder.read(to_encode[part]), len(to_encode[part]))
        for part in encoder.batches(to_encode)
    )
    vectors = collect(known, batches, len(missing), cache, "Encoding texts", progress)
    return features_of(keys, vectors, encoder)


def text_key(text: str) -> bytes:
    """Return the 16 bytes by which the cache knows a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
