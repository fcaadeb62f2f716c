"""Encode tokens and regions for the heads that read them, reduced by what training products show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.building.encoding import encode_input
from core.building.options import BuildOptions
from core.catalogue.reading import Catalogue
from core.common.progress import Progress, silent
from core.evaluation.splits import Split
from core.features.encoders.encoder import Encoder
from core.features.parts import PartsProjection
from core.features.products import encode_products
from core.features.vectors import Features
from core.heads.registry import HEADS

SAMPLE = 256
"""Training products whose parts say how to reduce them."""


def fit_projections(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    features: Mapping[str, Features],
    split: Split,
    options: BuildOptions,
    progress: Progress = silent,
) -> dict[str, PartsProjection]:
    """Return text, image -> how to reduce parts; empty where no head reads them or an encoder has none.

    Encoders that are still to be fine-tuned have none: their parts will be others.

    Parameters
    ----------
    catalogue, encoders, features
        The products, what encodes them, and their vectors.
    split
        Only training products are looked at.
    options
        Heads and seed.
    progress
        Told about the encoding.
    """
    wanted = any(HEADS[name].needs_parts for name in options.heads)
    if not wanted or options.finetune or set(features) != {"text", "image"}:
        return {}
    shapes = {modality: encoders[modality].parts_shape for modality in features}
    both = split.train[np.logical_and.reduce([one.present[split.train] for one in features.values()])]
    if not len(both) or None in shapes.values():
        return {}
    sample = np.random.default_rng(options.seed).permutation(both)[:SAMPLE]
    table = catalogue.table.iloc[np.sort(sample)]
    projections = {}
    for modality, shape in shapes.items():
        assert shape is not None
        encoder = encoders[modality].reading_parts(PartsProjection.whole(*shape))
        parts = encode_products(table, catalogue.images, encoder, None, progress).parts
        assert parts is not None
        projections[modality] = PartsProjection.fit(parts)
    return projections


def with_parts(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    features: Mapping[str, Features],
    options: BuildOptions,
    progress: Progress = silent,
) -> dict[str, Features]:
    """Return the features, with parts of those whose encoders read them (`Encoder.reading_parts`)."""
    return {
        modality: replace(one, parts=encode_input(catalogue, encoders[modality], options, progress).parts)
        if encoders[modality].parts
        else one
        for modality, one in features.items()
    }
