"""Encode images, each distinct one once, decoding ahead of the encoder."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from core.common.engine import THIS_PROCESS, Engine
from core.common.errors import ImageError
from core.common.progress import Progress, silent
from core.features.augmentation import changed, copy_key
from core.features.batches import EncodedBatch, collect
from core.features.cache import FeatureCache
from core.features.image_sources import FileInCatalogue, ImageSource
from core.features.vectors import Features, features_of
from core.onnx.sessions import threads

if TYPE_CHECKING:
    from PIL import Image

    from core.catalogue.images.files import ImageFiles
    from core.features.encoders.encoder import Encoder

    Decoded: TypeAlias = Image.Image | np.ndarray | tuple[Any, ...]

IMAGES_PER_CORE = 8
"""Images in one batch, for each core."""
BATCHES_AHEAD = 2
"""Batches of decoded images that wait while one is encoded."""
IMAGES_IN_PART = 256
"""Images that another process encodes at a time: about a second of work."""
EMPTY = np.zeros((0, 0, 3), np.uint8)
"""Stands for an image that shows nothing."""


@dataclass(frozen=True)
class EncodedFiles:
    """Vectors of image files.

    Attributes
    ----------
    key_of
        Name -> key of the content, of each file that can be read.
    vectors
        Key -> float32 (dim,), of each image that opens, shows something and is not ignored.
    failed, empty
        Names of files that are missing or cannot be opened, and of images that show nothing.
    """

    key_of: Mapping[str, bytes]
    vectors: Mapping[bytes, np.ndarray]
    failed: frozenset[str]
    empty: frozenset[str]


def encode_files(
    names: Iterable[str],
    files: ImageFiles,
    encoder: Encoder,
    cache: FeatureCache | None = None,
    progress: Progress = silent,
    *,
    copy: int = 0,
    ignored: Collection[str] = (),
    engine: Engine = THIS_PROCESS,
) -> EncodedFiles:
    """Encode image files, repeated bytes once.

    Threads, one per core, read and decode while the encoder runs. At most three batches of decoded images,
    eight per core each, are in memory, each image as the encoder's ``prepare`` returns it.

    Parameters
    ----------
    names
        Files in `files`; "" for none.
    files
        The catalogue's image files.
    encoder
        An image encoder.
    cache
        Where vectors are looked up and kept, zeros for an image that shows nothing; None encodes everything.
    progress
        Told how many of the distinct images that are not in the cache are done.
    copy
        Above 0: encode this augmented copy of each image instead (see `core.features.augmentation`).
    ignored
        Digests of images that count as none, such as placeholders.
    engine
        Decodes the images and runs the encoder.
    """
    wanted = [name for name in dict.fromkeys(names) if name]
    key_of = _content_keys(wanted, files, copy)
    unwanted = {bytes.fromhex(digest) for digest in ignored}
    name_of = {key: name for name, key in key_of.items() if key not in unwanted}
    known = cache.get(list(name_of)) if cache else {}
    missing = [FileInCatalogue(key, name_of[key], files) for key in name_of if key not in known]
    batches = engine.stream(partial(_encoded, encoder, copy > 0), missing, IMAGES_IN_PART)
    vectors = collect(known, batches, len(missing), cache, "Encoding images", progress)
    nothing = {key for key, vector in vectors.items() if not vector.any()}
    gone = {key for key in name_of if key not in vectors}
    return EncodedFiles(
        key_of,
        {key: vector for key, vector in vectors.items() if key not in nothing},
        frozenset(name for name in wanted if name not in key_of or key_of[name] in gone),
        frozenset(name for name, key in key_of.items() if key in nothing),
    )


def encode_images(
    names: Sequence[str],
    files: ImageFiles,
    encoder: Encoder,
    cache: FeatureCache | None = None,
    progress: Progress = silent,
    *,
    copy: int = 0,
    engine: Engine = THIS_PROCESS,
) -> Features:
    """Encode one image per product: one that cannot be opened or shows nothing is absent.

    Parameters
    ----------
    names
        One file in `files` per product, empty where there is none.
    files, encoder, cache, progress, copy, engine
        As for `encode_files`.
    """
    encoded = encode_files(names, files, encoder, cache, progress, copy=copy, engine=engine)
    keys = [encoded.key_of.get(name) for name in names]
    failed, empty = tuple(sorted(encoded.failed)), tuple(sorted(encoded.empty))
    return features_of(keys, encoded.vectors, encoder, failed, empty)


def encode_image(source: bytes | Path, encoder: Encoder) -> Features:
    """Encode one image, a file or its content: one row, absent if the image shows nothing.

    Raises
    ------
    ImageError
        The image cannot be opened.
    """
    image = _usable(source, encoder)
    if image is EMPTY:
        return nothing(encoder)
    return Features.of_rows(encoder.read([image]), np.ones(1, dtype=bool), encoder)


def nothing(encoder: Encoder) -> Features:
    """Return the features of a product without an image."""
    return Features.of_rows(np.zeros((1, encoder.width), np.float32), np.zeros(1, dtype=bool), encoder)


def _content_keys(names: Sequence[str], files: ImageFiles, copy: int) -> dict[str, bytes]:
    """Return name -> key of the content, without images that cannot be read."""

    def key(name: str) -> bytes | None:
        try:
            content = bytes.fromhex(files.digest(name))
        except ImageError:
            return None
        return copy_key(content, copy) if copy else content

    with _decoders() as pool:
        keys = zip(names, pool.map(key, names), strict=True)
        return {name: content for name, content in keys if content is not None}


def _decoded(encoder: Encoder, altered: bool, image: ImageSource) -> Decoded | None:
    """Return what the encoder takes, `EMPTY`, or None where the image cannot be opened."""
    try:
        decoded = _usable(image.read(), encoder)
    except ImageError:
        return None
    return changed(decoded, image.key) if altered and decoded is not EMPTY else decoded


def _usable(source: bytes | Path, encoder: Encoder) -> Decoded:
    """Return an image as the encoder's ``prepare`` returns it, or `EMPTY`; raises as `open_image`."""
    from core.catalogue.images.decoding import open_image
    from core.catalogue.images.usable import is_usable

    image = open_image(source, encoder.side)
    # In the decoding thread, so that no large image waits in memory.
    return encoder.prepare(image) if is_usable(image) else EMPTY


def _encoded(encoder: Encoder, altered: bool, images: Sequence[ImageSource]) -> Iterator[EncodedBatch]:
    """Yield the vectors of images, altered in a way of their own if asked for, batch by batch."""
    decode = partial(_decoded, encoder, altered)
    with contextlib.closing(_decoded_ahead(decode, images)) as decoded:
        for batch in decoded:
            seen = {key: image for key, image in batch.items() if image is not None and image is not EMPTY}
            empty = [key for key, image in batch.items() if image is EMPTY]
            zeros = np.zeros((len(empty), encoder.width), np.float32)
            vectors = np.concatenate([encoder.read(list(seen.values())), zeros])
            yield EncodedBatch([*seen, *empty], vectors, len(batch))


def _decoded_ahead(
    decode: Callable[[ImageSource], Decoded | None], images: Sequence[ImageSource]
) -> Generator[dict[bytes, Decoded | None], None, None]:
    """Yield `decode` of the images by their keys in batches, in order, some batches ahead of the consumer."""
    waiting: deque[dict[bytes, Future[Decoded | None]]] = deque()
    batch = IMAGES_PER_CORE * threads()
    pool = _decoders()
    try:
        for at in range(0, len(images), batch):
            waiting.append({each.key: pool.submit(decode, each) for each in images[at : at + batch]})
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
