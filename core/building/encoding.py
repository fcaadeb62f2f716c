"""Encode what heads read: the products, altered copies of images, and the categories' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.building.options import BuildOptions
from core.catalogue.reading import Catalogue
from core.catalogue.text import product_text, product_texts
from core.catalogue.unusable import without_unusable
from core.common.engine import THIS_PROCESS, Engine
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.evaluation.splits import Split
from core.features.cache import FeatureCache
from core.features.encoders.encoder import Encoder
from core.features.encoders.side_by_side import SideBySide
from core.features.given.vectors import GivenVectors
from core.features.images import encode_images
from core.features.products import encode_products
from core.features.texts import encode_texts
from core.features.vectors import Features
from core.heads.registry import HEADS
from core.heads.zero_shot import name_vectors

if TYPE_CHECKING:
    import pandas as pd


def encode_catalogue(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    cache: Path | None,
    progress: Progress = silent,
    *,
    images_per_product: int = 1,
    engine: Engine = THIS_PROCESS,
) -> tuple[Catalogue, dict[str, Features]]:
    """Encode a catalogue.

    Returns
    -------
    tuple
        The catalogue without images that cannot be used (`core.catalogue.unusable`), and modality -> features
        of its products; modalities that no product has are left out.

    Raises
    ------
    CatalogueError
        No product has anything that the encoders can read.
    """
    features = {
        modality: encode_products(
            catalogue.table,
            catalogue.images,
            encoder,
            FeatureCache.open(cache, encoder),
            progress,
            images_per_product=images_per_product,
            engine=engine,
        )
        for modality, encoder in encoders.items()
    }
    if "image" in features:
        image = features["image"]
        given = [f.present for m, f in features.items() if isinstance(encoders[m], GivenVectors)]
        content = np.any(given, axis=0) if given else None
        catalogue, kept = without_unusable(catalogue, image.failed, image.empty, content)
        features = {modality: one.take(kept) for modality, one in features.items()}
    features = {modality: one for modality, one in features.items() if one.present.any()}
    if not features:
        raise CatalogueError("no product has a text or an image that the chosen encoders can read")
    return catalogue, features


def encode_input(
    catalogue: Catalogue, encoder: Encoder, options: BuildOptions, progress: Progress = silent
) -> Features:
    """Encode what an encoder reads of each product of a build, whose cache keeps it."""
    return encode_products(
        catalogue.table,
        catalogue.images,
        encoder,
        FeatureCache.open(options.cache, encoder),
        progress,
        images_per_product=options.images_per_product,
        engine=options.engine,
    )


def standardise(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    features: Mapping[str, Features],
    split: Split,
    options: BuildOptions,
    progress: Progress = silent,
) -> tuple[dict[str, Encoder], dict[str, Features]]:
    """Fit encoders side by side to the training products; all others stay as they are.

    Returns
    -------
    tuple
        The encoders as they serve, and the features as they give them.
    """
    encoders, features = dict(encoders), dict(features)
    for modality, one in list(features.items()):
        encoder = encoders[modality]
        if not isinstance(encoder, SideBySide):
            continue
        train = split.train[one.present[split.train]]
        # Without a training product that has this input, no head reads it either.
        fitted = encoder.fitted(one.vectors[train] if len(train) else one.vectors[one.present])
        encoders[modality] = fitted
        if modality == "image" and options.images_per_product > 1:
            # A product's vector is the mean of what its images give, and these are standardised one by one.
            features[modality] = encode_input(catalogue, fitted, options, progress)
        else:
            vectors = np.where(one.present[:, None], fitted.standardised(one.vectors), np.float32(0))
            features[modality] = replace(one, vectors=vectors)
    return encoders, features


def encode_names(
    encoders: Mapping[str, Encoder],
    features: Mapping[str, Features],
    classes: Sequence[str],
    options: BuildOptions,
) -> dict[str, np.ndarray]:
    """Encode the categories' names where a head needs them: modality -> float32 (classes, dim)."""
    if not any(HEADS[name].needs_names for name in options.heads):
        return {}
    able = {m: encoders[m] for m in features if not isinstance(encoders[m], GivenVectors)}
    return name_vectors(able, classes, options.cache)


def learns_names(features: Mapping[str, Features], languages: frozenset[str]) -> bool:
    """Whether heads learn from the products' names alone, too, given what the text encoder covers.

    A name in another language stands alone; and only there it pays (docs/encoders.md).
    """
    return "text" in features and len(languages) > 1


def encode_product_names(
    table: pd.DataFrame,
    encoder: Encoder,
    split: Split,
    cache: Path | None,
    progress: Progress = silent,
    *,
    engine: Engine = THIS_PROCESS,
) -> Features:
    """Encode the names alone of training and validation products that have a description, too."""
    learned = np.zeros(len(table), dtype=bool)
    learned[split.train] = learned[split.validation] = True
    names = [product_text(name, "") for name in table["name"].tolist()]
    wholes = product_texts(table)
    alone = [
        name if known and name != whole else ""
        for name, whole, known in zip(names, wholes, learned.tolist(), strict=True)
    ]
    return encode_texts(alone, encoder, FeatureCache.open(cache, encoder), progress, engine=engine)


def encode_copies(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    features: Mapping[str, Features],
    split: Split,
    options: BuildOptions,
    progress: Progress,
) -> tuple[Features, ...]:
    """Encode altered copies of the training products' images; other products have none."""
    if "image" not in features:
        return ()
    if options.augment and isinstance(encoders["image"], GivenVectors):
        raise CatalogueError("altered copies of images (--augment) need an image encoder, not given vectors")
    copied = np.zeros(len(catalogue.table), dtype=bool)
    copied[split.train] = True
    copied &= features["image"].present
    names = np.where(copied, catalogue.table["image"].to_numpy(dtype=object), "").tolist()
    cache = FeatureCache.open(options.cache, encoders["image"])
    return tuple(
        encode_images(
            names, catalogue.images, encoders["image"], cache, progress, copy=number, engine=options.engine
        )
        for number in range(1, options.augment + 1)
    )
