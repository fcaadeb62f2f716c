"""A product's image vector: of its first usable image, or the mean of several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.common.engine import THIS_PROCESS, Engine
from core.common.progress import Progress, silent
from core.features.encoders.encoder import normalised
from core.features.images import encode_files
from core.features.room import room_for
from core.features.vectors import Features

if TYPE_CHECKING:
    from core.catalogue.images.files import ImageFiles
    from core.features.cache import FeatureCache
    from core.features.encoders.encoder import Encoder


def encode_product_images(
    images: Sequence[Sequence[str]],
    files: ImageFiles,
    encoder: Encoder,
    cache: FeatureCache | None = None,
    progress: Progress = silent,
    *,
    per_product: int = 1,
    ignored: Collection[str] = (),
    engine: Engine = THIS_PROCESS,
) -> Features:
    """Encode the images of products: each row is the mean of up to `per_product` vectors, of length 1 again.

    An image that cannot be opened, shows nothing or is ignored gives way to the product's next one, and equal
    images of a product count once. A product left without any is absent.

    Parameters
    ----------
    images
        Names of each product's images, the first one before the others.
    files, encoder, cache, progress, ignored, engine
        As for `core.features.images.encode_files`. Vectors are cached by image.
    per_product
        How many images of a product count, from 1.
    """
    tried = [0] * len(images)
    keys: list[list[bytes]] = [[] for _ in images]
    vectors: dict[bytes, np.ndarray] = {}
    failed: set[str] = set()
    empty: set[str] = set()
    while next_ones := _next(images, tried, keys, per_product):
        names = (name for _, chosen in next_ones for name in chosen)
        encoded = encode_files(names, files, encoder, cache, progress, ignored=ignored, engine=engine)
        vectors.update(encoded.vectors)
        failed |= encoded.failed
        empty |= encoded.empty
        for row, chosen in next_ones:
            tried[row] += len(chosen)
            found = (encoded.key_of.get(name) for name in chosen)
            keys[row] += [key for key in dict.fromkeys(found) if key in vectors and key not in keys[row]]
    rows = room_for((len(images), encoder.width), cache.folder if cache else None)
    for row, own in enumerate(keys):
        if len(own) == 1:
            rows[row] = vectors[own[0]]
        elif own:
            rows[row] = np.mean([vectors[key] for key in own], axis=0)
            rows[row, : encoder.dim] = normalised(rows[row : row + 1, : encoder.dim])[0]
    present = np.array([bool(own) for own in keys], dtype=bool)
    features = Features.of_rows(rows, present, encoder)
    return replace(features, failed=tuple(sorted(failed)), empty=tuple(sorted(empty)))


def _next(
    images: Sequence[Sequence[str]], tried: Sequence[int], keys: Sequence[Sequence[bytes]], per_product: int
) -> list[tuple[int, Sequence[str]]]:
    """Return the rows that want more images and have some that are not tried, with the next ones."""
    return [
        (row, names[tried[row] : tried[row] + per_product - len(keys[row])])
        for row, names in enumerate(images)
        if len(keys[row]) < per_product and tried[row] < len(names)
    ]
