"""Encode images, each distinct one once, decoding ahead of the encoder."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from core.common.errors import ImageError
from core.common.progress import Progress, silent
from core.features.augmentation import changed, copy_key
from core.features.batches import EncodedBatch, collect
from core.features.cache import FeatureCache
from core.features.vectors import Features, features_of
from core.onnx.sessions import threads

if TYPE_CHECKING:
    from PIL import Image

    from core.catalogue.images.files import ImageFiles
    from core.features.encoders.encoder import Encoder

    Decoded: TypeAlias = Image.Image | np.ndarray

IMAGES_PER_CORE = 8
"""Images in one batch, for each core."""
BATCHES_AHEAD = 2
"""Batches of decoded images that wait while one is encoded."""


def encode_images(
    names: Sequence[str],
    files: ImageFiles,
    encoder: Encoder,
    cache: FeatureCache | None = None,
    progress: Progress = silent,
    copy: int = 0,
) -> Features:
    """Encode images: one that cannot be opened is absent, repeated bytes are encoded once.

    Threads, one per core, read and decode while the encoder runs. At most three batches of decoded images,
    eight per core each, are in memory, each image as the encoder's ``prepare`` returns it.

    Parameters
    ----------
    names
        One file in `files` per product, empty where there is none.
    files
        The catalogue's image files.
    encoder
        An image encoder.
    cache
        Where vectors are looked up and kept; None encodes everything.
    progress
        Told how many of the distinct images that are not in the cache are done.
    copy
        Above 0: encode this augmented copy of each image instead (see `core.features.augmentation`).
    """
    key_of = _content_keys(names, files, copy)
    name_of = {key: name for name, key in key_of.items()}
    known = cache.get(list(name_of)) if cache else {}
    missing = [key for key in name_of if key not in known]

    def decode(key: bytes) -> Decoded | None:
        image = _opened(files, name_of[key], encoder)
        return changed(image, key) if copy and image is not None else image

    batches = _encoded(encoder, decode, missing)
    vectors = collect(known, batches, len(missing), cache, "Encoding images", progress)
    keys = [key_of.get(name) for name in names]
    failed = {name for name, key in zip(names, keys, strict=True) if name and key not in vectors}
    return features_of(keys, vectors, encoder.dim, tuple(sorted(failed)))


def _content_keys(names: Sequence[str], files: ImageFiles, copy: int) -> dict[str, bytes]:
    """Return name -> key of the content, without images that cannot be read."""

    def key(name: str) -> bytes | None:
        try:
            content = bytes.fromhex(files.digest(name))
        except ImageError:
            return None
        return copy_key(content, copy) if copy else content

    distinct = [name for name in dict.fromkeys(names) if name]
    with _decoders() as pool:
        keys = zip(distinct, pool.map(key, distinct), strict=True)
        return {name: content for name, content in keys if content is not None}


def _opened(files: ImageFiles, name: str, encoder: Encoder) -> Decoded | None:
    from core.catalogue.images.decoding import open_image

    try:
        image = open_image(files.read(name), encoder.side)
    except ImageError:
        return None
    # In the decoding thread, so that no large image waits in memory.
    return encoder.prepare(image)


def _encoded(
    encoder: Encoder, decode: Callable[[bytes], Decoded | None], keys: Sequence[bytes]
) -> Iterator[EncodedBatch]:
    with contextlib.closing(_decoded_ahead(decode, keys)) as decoded:
        for batch in decoded:
            opened = {key: image for key, image in batch.items() if image is not None}
            yield EncodedBatch(list(opened), encoder.encode(list(opened.values())), len(batch))


def _decoded_ahead(
    decode: Callable[[bytes], Decoded | None], keys: Sequence[bytes]
) -> Generator[dict[bytes, Decoded | None], None, None]:
    """Yield `decode` of the keys in batches, in order, a few batches ahead of the consumer."""
    waiting: deque[dict[bytes, Future[Decoded | None]]] = deque()
    batch = IMAGES_PER_CORE * threads()
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


def _results(futures: dict[bytes, Future[Decoded | None]]) -> dict[bytes, Decoded | None]:
    return {key: future.result() for key, future in futures.items()}


def _decoders() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), thread_name_prefix="decode")
