"""The products that an encoder is trained further on: what identifies them, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.building.finetuning.examples import Labels, write_images, write_texts
from core.building.finetuning.settings import FineTuning
from core.building.fitting import fit
from core.building.training_data import TrainingData
from core.catalogue.images.decoding import open_image
from core.catalogue.reading import Catalogue
from core.common.errors import CatalogueError
from core.common.progress import Progress
from core.features.encoders.encoder import Encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder
from core.features.texts import text_key
from core.heads.key import HeadKey
from core.onnx import sessions as runtime

WARM_START = "logistic_regression"
NEVER = -20.0
"""Bias of a category without training products."""


@dataclass(frozen=True, eq=False)
class Products:
    """The training and validation products of a modality.

    Attributes
    ----------
    contents
        A hash of each one's text or image.
    labels
        Their categories and parts.
    write
        Writes them into a folder, as `core.building.finetuning.examples` reads them.
    """

    contents: Sequence[bytes]
    labels: Labels
    write: Callable[[Path], None]


def products_of(
    catalogue: Catalogue, encoder: Encoder, data: TrainingData, settings: FineTuning, progress: Progress
) -> Products:
    """Return what an encoder learns from: the products of `data` that have its modality.

    Raises
    ------
    CatalogueError
        There are no validation products, or of only one category to learn.
    """
    modality = encoder.modality
    present = data.inputs.present(modality)
    train, validation = (rows[present[rows]] for rows in (data.split.train, data.split.validation))
    # Products of a category without training products would decide by how unlikely the layer calls it.
    validation = validation[np.isin(data.labels[validation], data.labels[train])]
    if not len(validation) or len(np.unique(data.labels[train])) < 2:
        raise CatalogueError(
            f"fine-tuning needs training products of two categories and validation products with {modality}: "
            f"got {len(np.unique(data.labels[train]))} categories and {len(validation)} validation products"
        )
    rows = np.concatenate([train, validation])
    weight, bias = _layer(data, modality)
    labels = Labels(data.labels[rows], np.arange(len(train)), np.arange(len(train), len(rows)), weight, bias)
    if isinstance(encoder, ImageEncoder):
        names = [str(name) for name in catalogue.table["image"].iloc[rows]]
        contents = [bytes.fromhex(catalogue.images.digest(name)) for name in names]
        return Products(contents, labels, partial(_write_images, catalogue, encoder, names, progress))
    texts = data.inputs.texts[rows].tolist()
    if isinstance(encoder, TextEncoder):
        texts = [encoder.as_read(text) for text in texts]
    assert encoder.onnx_path is not None
    stored = runtime.session(encoder.onnx_path, gpu=True).get_modelmeta().custom_metadata_map
    most = min(settings.tokens, encoder.max_tokens) if isinstance(encoder, TextEncoder) else settings.tokens
    write = partial(write_texts, texts=texts, tokenizer=stored["tokenizer"], tokens=most)
    return Products([text_key(text) for text in texts], labels, write)


def _layer(data: TrainingData, modality: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the classification layer to begin with: a logistic regression on the frozen vectors."""
    trained = fit(data, HeadKey(modality, WARM_START))
    fitted: Any = trained.fitted
    model, dim = fitted.estimator, data.inputs.features[modality].vectors.shape[1]
    weight = np.zeros((len(data.classes), dim), np.float32)
    bias = np.full(len(data.classes), NEVER, np.float32)
    taught = trained.present[model.classes_]  # the model numbers only categories with training products
    if len(taught) == 2:  # one row of numbers stands for the second of two classes
        weight[taught[1]] = model.coef_[0]
        bias[taught] = 0.0, model.intercept_[0]
    else:
        weight[taught], bias[taught] = model.coef_, model.intercept_
    return weight, bias


def _write_images(
    catalogue: Catalogue, encoder: ImageEncoder, names: Sequence[str], progress: Progress, folder: Path
) -> None:
    def seen() -> Iterator[np.ndarray]:
        for done, name in enumerate(names, 1):
            yield encoder.prepare(open_image(catalogue.images.read(name), encoder.side))
            progress("Decoding images", done, len(names))

    write_images(folder, seen(), len(names), encoder.preparation.side)
