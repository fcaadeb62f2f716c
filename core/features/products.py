"""Encode a catalogue's products with a text or an image encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.common.progress import Progress, silent
from core.features.images import encode_images
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
) -> Features:
    """Encode the texts or the images of products, whichever the encoder reads.

    Parameters
    ----------
    table
        Products as `core.catalogue.reading` prepares them: columns name, description, image, has_image.
    files
        The catalogue's image files.
    encoder, cache, progress
        As for `encode_texts` and `encode_images`.
    """
    from core.catalogue.text import product_texts

    if encoder.modality == "text":
        return encode_texts(product_texts(table), encoder, cache, progress)
    names = [name if has else "" for name, has in zip(table["image"], table["has_image"], strict=True)]
    return encode_images(names, files, encoder, cache, progress)
