"""Encode a catalogue's texts and pictures, each distinct one once, and remember the vectors between runs."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import ImageError
from core.common.files import cache_dir
from core.common.progress import Progress, silent
from core.features.cache import KEY_BYTES, FeatureCache
from core.onnx.sessions import threads

if TYPE_CHECKING:
    import pandas as pd
    from PIL import Image

    from core.catalogue.images.files import ImageFiles
    from core.features.encoders.encoder import Encoder


TEXTS = 512
CHARACTERS = 32_768
"""Texts an encoder is handed at a time, and their characters, at most: a second's work or so."""
PICTURES_PER_CORE = 8
BATCHES_AHEAD = 2
"""Batches of decoded pictures that wait while one is encoded."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Features:
    """One modality's vectors, a row per product.

    Attributes
    ----------
    vectors
        float32 (n, dim): rows of length 1; zeros where the product lacks the modality.
    present
        bool (n,): whether the product has the modality.
    failed
        Names of pictures that are not there or could not be opened, sorted.
    """

    vectors: np.ndarray
    present: np.ndarray
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Batch:
    keys: list[bytes]
    vectors: np.ndarray
    items: int
    """How many items it took, with those that could not be opened."""


def encode_texts(
    texts: Sequence[str], encoder: Encoder, cache: FeatureCache | None = None, progress: Progress = silent
) -> Features:
    """Encode texts; an empty one is absent, a repeated one is encoded once.

    What an encoder announces, such as the cost, is logged as a warning before it begins.

    Parameters
    ----------
    texts
        One per product, as `core.catalogue.reading.product_text` makes it.
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
    # Texts of like length share a batch: padding costs as much as text.
    todo = sorted((key for key in distinct if key not in known), key=lambda key: len(distinct[key]))
    asked = [distinct[key] for key in todo]
    announce = getattr(encoder, "announce", None)
    if announce and (announcement := announce(asked)):
        _log.warning("%s", announcement)
    slices = getattr(encoder, "slices", _slices)(asked)
    encoded = (_Batch(todo[part], encoder.encode(asked[part]), len(asked[part])) for part in slices)
    _collect(known, encoded, len(todo), cache, "Encoding texts", progress)
    return _aligned(keys, known, encoder.dim)


def encode_images(
    names: Sequence[str],
    pictures: ImageFiles,
    encoder: Encoder,
    cache: FeatureCache | None = None,
    progress: Progress = silent,
    copy: int = 0,
) -> Features:
    """Encode pictures; one that cannot be opened is absent, repeated bytes are encoded once.

    Threads, one per core, read and decode while the encoder runs. At most three batches of decoded pictures,
    eight per core each, are in memory, fitted to the encoder's side where it has a ``prepare`` method.

    Parameters
    ----------
    names
        One file in `pictures` per product, empty where there is none.
    pictures
        Where the files are.
    encoder
        An image encoder.
    cache
        Where vectors are looked up and kept; None encodes everything.
    progress
        Told how many of the distinct pictures that are not in the cache are done.
    copy
        Above 0: encode this one of the pictures' changed copies (see `core.features.augmentation`) in their
        place.
    """
    from core.features.augmentation import changed, copy_key

    def key(name: str) -> bytes | None:
        try:
            content = bytes.fromhex(pictures.digest(name))
        except ImageError:
            return None
        return copy_key(content, copy) if copy else content

    named = [name for name in dict.fromkeys(names) if name]
    with _decoders() as pool:
        found = zip(named, pool.map(key, named), strict=True)
        key_of = {name: content for name, content in found if content is not None}
    distinct = {content: name for name, content in key_of.items()}
    known = cache.get(list(distinct)) if cache else {}
    todo = [key for key in distinct if key not in known]
    prepare = getattr(encoder, "prepare", None)

    def decode(key: bytes) -> Image.Image | None:
        from core.catalogue.images.decoding import open_image

        try:
            picture = open_image(pictures.read(distinct[key]), encoder.side)
        except ImageError:
            return None
        # Here, in the decoding thread, so that no large picture waits in memory.
        picture = prepare(picture) if prepare else picture
        return changed(picture, key) if copy else picture

    def encoded() -> Iterator[_Batch]:
        with contextlib.closing(_mapped_ahead(decode, todo)) as decoded:
            for batch in decoded:
                opened = {key: picture for key, picture in batch.items() if picture is not None}
                yield _Batch(list(opened), encoder.encode(list(opened.values())), len(batch))

    _collect(known, encoded(), len(todo), cache, "Encoding pictures", progress)
    keys = [key_of.get(name) for name in names]
    failed = {name for name in names if name and key_of.get(name) not in known}
    return _aligned(keys, known, encoder.dim, tuple(sorted(failed)))


def encode_products(
    table: pd.DataFrame,
    pictures: ImageFiles,
    encoder: Encoder,
    cache: FeatureCache | None = None,
    progress: Progress = silent,
) -> Features:
    """Encode the texts or the pictures of products, whichever the encoder reads.

    Parameters
    ----------
    table
        Products as `core.catalogue.reading` prepares them: columns name, description, image, has_image.
    pictures
        Where their pictures are.
    encoder, cache, progress
        As for `encode_texts` and `encode_images`.
    """
    from core.catalogue.text import product_texts

    if encoder.modality == "text":
        return encode_texts(product_texts(table), encoder, cache, progress)
    names = [name if has else "" for name, has in zip(table["image"], table["has_image"], strict=True)]
    return encode_images(names, pictures, encoder, cache, progress)


def fuse(text: Features, image: Features) -> np.ndarray:
    """Return both modalities side by side (early fusion): float32 (n, text dim + image dim)."""
    return np.concatenate([text.vectors, image.vectors], axis=1)


def paid_cache(encoder: Encoder) -> FeatureCache | None:
    """Open the user's cache for an encoder that asks a service, so that nothing is paid twice; else None."""
    is_paid = encoder.onnx_path is None and not encoder.bundled
    return FeatureCache.open(cache_dir() / "features", encoder) if is_paid else None


def text_key(text: str) -> bytes:
    """Return the 16 bytes by which the cache knows a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def _slices(texts: Sequence[str]) -> Iterator[slice]:
    """Divide texts, the shortest first, into slices of at most `TEXTS` texts and `CHARACTERS` (or one)."""
    start = 0
    while start < len(texts):
        stop = start + 1
        while stop < min(len(texts), start + TEXTS) and (stop + 1 - start) * len(texts[stop]) <= CHARACTERS:
            stop += 1
        yield slice(start, stop)
        start = stop


def _collect(
    known: dict[bytes, np.ndarray],
    encoded: Iterable[_Batch],
    total: int,
    cache: FeatureCache | None,
    stage: str,
    progress: Progress,
) -> None:
    """Add what is `encoded` to `known` and to the cache, batch by batch, however it ends."""
    done = 0
    try:
        for batch in encoded:
            known.update(zip(batch.keys, batch.vectors, strict=True))
            if cache:
                cache.put(batch.keys, batch.vectors)
            done += batch.items
            progress(stage, done, total)
    finally:
        if cache:
            cache.flush()


def _aligned(
    keys: Sequence[bytes | None], known: dict[bytes, np.ndarray], dim: int, failed: tuple[str, ...] = ()
) -> Features:
    vectors = np.zeros((len(keys), dim), np.float32)
    present = np.array([key in known for key in keys], dtype=bool)
    for row in np.flatnonzero(present):
        vectors[row] = known[keys[row]]
    return Features(vectors, present, failed)


def _mapped_ahead(
    decode: Callable[[bytes], Image.Image | None], keys: Sequence[bytes]
) -> Iterator[dict[bytes, Image.Image | None]]:
    """Yield `decode` of the keys in batches, in order, a few batches ahead of the one asked for."""
    waiting: deque[dict[bytes, Future]] = deque()
    batch = PICTURES_PER_CORE * threads()
    pool = _decoders()
    try:
        for at in range(0, len(keys), batch):
            waiting.append({key: pool.submit(decode, key) for key in keys[at : at + batch]})
            if len(waiting) > BATCHES_AHEAD:
                yield _results(waiting.popleft())
        while waiting:
            yield _results(waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _decoders() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), thread_name_prefix="decode")


def _results(futures: dict[bytes, Future]) -> dict[bytes, Image.Image | None]:
    return {key: future.result() for key, future in futures.items()}
