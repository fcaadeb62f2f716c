"""From a catalogue and its features to what heads are trained on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.building.compression import Learning, compressed
from core.building.encoding import (
    encode_copies,
    encode_names,
    encode_product_names,
    learns_names,
    standardise,
)
from core.building.encoding_parts import fit_projections, with_parts
from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue
from core.catalogue.text import product_texts
from core.common.categories import positions_of
from core.common.progress import Progress, silent
from core.evaluation.splits import make_split
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import languages_of
from core.features.encoders.training_images import learned_rows
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.settings import parse_settings


def training_data(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    features: Mapping[str, Features],
    options: BuildOptions,
    progress: Progress = silent,
) -> tuple[dict[str, Encoder], TrainingData]:
    """Split the products, and put together what heads are trained on.

    Rows of one product are in one part of the split, and images that an encoder was trained on are not among
    the test products.

    Parameters
    ----------
    catalogue, encoders
        The products, and what encoded them.
    features
        What `core.building.encoding.encode_catalogue` returned.
    options
        Seed, heads, altered copies, training and cache.
    progress
        Told about the encoding of copies and names.

    Returns
    -------
    tuple
        The encoders as they serve, standardised where they stand side by side, and the data.

    Raises
    ------
    CatalogueError
        There are too few products to split.
    """
    table = catalogue.table
    digests = list(table["image_digest"])
    groups = catalogue.grouping.numbers
    learned = learned_rows(encoders, digests)
    training = options.training
    split = make_split(
        list(table["category"]),
        groups,
        seed=options.seed,
        learned=learned,
        validation_share=training.validation_share,
        test_share=training.test_share,
    )
    labels = table["category"].map(positions_of(catalogue.classes)).to_numpy(dtype=np.int64)
    encoders, features = dict(encoders), dict(features)
    if training.compress is not None:
        learning = Learning(catalogue, split.train, labels, groups, options)
        # One that is still to be fine-tuned is compressed afterwards.
        for modality in [each for each in features if each not in options.finetune]:
            encoders[modality], features[modality] = compressed(
                encoders[modality], features[modality], learning, progress
            )
    encoders, features = standardise(catalogue, encoders, features, split, options, progress)
    projections = fit_projections(catalogue, encoders, features, split, options, progress)
    reading = {m: each.reading_parts(projections[m]) if projections else each for m, each in encoders.items()}
    features = with_parts(catalogue, reading, features, options, progress)
    languages = languages_of(encoders)
    data = TrainingData(
        inputs=Inputs.of(features, product_texts(table)),
        labels=labels,
        classes=catalogue.classes,
        skus=table["sku"].to_numpy(dtype=object),
        split=split,
        groups=groups,
        learned=learned,
        name_vectors=encode_names(encoders, features, catalogue.classes, options),
        projections=projections,
        copies=encode_copies(catalogue, reading, features, split, options, progress),
        names=encode_product_names(
            table, encoders["text"], split, options.cache, progress, engine=options.engine
        )
        if learns_names(features, languages)
        else None,
        languages=languages if "text" in features else frozenset(),
        wanted=parse_settings(training.settings),
        balanced=training.balanced,
        compress=training.compress is not None,
        seed=options.seed,
        word_vectors=options.word_vectors,
    )
    return encoders, data
