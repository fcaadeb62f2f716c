"""Training data after an encoder has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.building.encoding import encode_copies, encode_names, encode_product_names
from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue
from core.common.progress import Progress, silent
from core.features.encoders.encoder import Encoder
from core.features.vectors import Features
from core.heads.inputs import Inputs


def encoded_again(
    data: TrainingData,
    changed: Mapping[str, Features],
    encoders: Mapping[str, Encoder],
    catalogue: Catalogue,
    options: BuildOptions,
    progress: Progress = silent,
) -> TrainingData:
    """Return the data with other vectors of some inputs, and all that is encoded beside them anew.

    Parameters
    ----------
    data
        By the encoders before.
    changed
        text and/or image -> vectors of the products by the encoders now.
    encoders
        The encoders now.
    catalogue, options
        The products, and how they are encoded.
    progress
        Told about encoding.
    """
    names, copies = data.names, data.copies
    if "text" in changed and names is not None:
        names = encode_product_names(catalogue.table, encoders["text"], data.split, options.cache, progress)
    if "image" in changed and copies:
        copies = encode_copies(catalogue, encoders, changed, data.split, options, progress)
    return replace(
        data,
        inputs=Inputs.of({**data.inputs.features, **changed}, data.inputs.texts.tolist()),
        names=names,
        name_vectors={**data.name_vectors, **encode_names(encoders, changed, data.classes, options)},
        copies=copies,
    )
