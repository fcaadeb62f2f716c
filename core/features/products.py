"""Encode a catalogue's products with a text or an image encoder."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from core.common.engine import THIS_PROCESS, Engine
from core.common.progress import Progress, silent
from core.features.given.vectors import GivenVectors
from core.features.product_images import encode_product_images
from core.features.texts import encode_texts

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.images.files import ImageFiles
    from core.features.cache import FeatureCache
    from core.features.encoders.encoder import Encoder
    from core.features.vectors import Features


def encode_products(
    table: pd.DataFrame,
    files: ImageFiles,
    encoder: Encoder,
    cache: FeatureCache | None = None,
    progress: Progress = silent,
    *,
    images_per_product: int = 1,
    placeholders: Collection[str] = (),
    engine: Engine = THIS_PROCESS,
) -> Features:
    """Encode the texts or the images of products, whichever the encoder reads; look up given vectors.

    Parameters
    ----------
    table
        Products as `core.catalogue.reading` prepares them: columns name, description, image, images,
        has_image.
    files
        The catalogue's image files.
    encoder, cache, progress
        As for `encode_texts` and `core.features.images.encode_files`.
    images_per_product
        How many images of a product count: its vector is their mean.
    placeholders
        Digests of images that show no product, and count as none.
    engine
        Runs the encoder.
    """
    from core.catalogue.images.rows import product_images
    from core.catalogue.text import product_texts

    if isinstance(encoder, GivenVectors):
        return encoder.features(table, images_per_product)
    if encoder.modality == "text":
        return encode_texts(product_texts(table), encoder, cache, progress, engine=engine)
    return encode_product_images(
        product_images(table),
        files,
        encoder,
        cache,
        progress,
        per_product=images_per_product,
        ignored=placeholders,
        engine=engine,
    )
