"""The products that an encoder is trained further on: what identifies them, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.building.finetuning.contrastive import Pairs
from core.building.finetuning.examples import Labels, write_images, write_texts
from core.building.finetuning.settings import FineTuning
from core.building.fitting import fit
from core.building.training_data import TrainingData
from core.catalogue.images.decoding import open_image
from core.catalogue.reading import Catalogue
from core.common.errors import CatalogueError
from core.common.modality import sides_of
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
    """The training and validation products that one or two encoders are trained on.

    Attributes
    ----------
    encoders
        Modality -> the encoder as it is.
    contents
        A hash of each text or image.
    labels
        Their parts, and their categories or which belong together.
    write
        Writes them into a folder, as `core.building.finetuning.examples` reads them.
    """

    encoders: Mapping[str, Encoder]
    contents: Sequence[bytes]
    labels: Labels | Pairs
    write: Callable[[Path], None]


def products_of(
    catalogue: Catalogue, encoder: Encoder, data: TrainingData, settings: FineTuning, progress: Progress
) -> Products:
    """Return what an encoder learns categories from: the products of `data` that have its modality.

    Raises
    ------
    CatalogueError
        There are no validation products, or of only one category to learn.
    """
    modality = encoder.modality
    train, validation = _parts(data, modality)
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
    contents, write = _read(catalogue, encoder, data, rows, settings, progress)
    return Products({modality: encoder}, contents, labels, write)


def pairs_of(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    data: TrainingData,
    settings: Mapping[str, FineTuning],
    progress: Progress,
) -> Products:
    """Return what two encoders are aligned on: the products of `data` that have text and image.

    Raises
    ------
    CatalogueError
        There are fewer than two of them to train on, or to judge by.
    """
    parts = _parts(data, "fused") if len(data.inputs.features) == 2 else (np.zeros(0, dtype=np.int64),) * 2
    if min(map(len, parts)) < 2:
        raise CatalogueError(
            "contrastive fine-tuning needs two training products and two validation products with text and "
            f"image: got {len(parts[0])} and {len(parts[1])}"
        )
    rows = np.concatenate(parts)
    vectors = {side: each.vectors[rows] for side, each in data.inputs.features.items()}
    train = np.arange(len(parts[0]))
    pairs = Pairs(train, np.arange(len(train), len(rows)), vectors["text"], vectors["image"])
    read = [_read(catalogue, encoders[side], data, rows, settings[side], progress) for side in vectors]
    contents = [each for some, _ in read for each in some]

    def write(folder: Path) -> None:
        for _, one in read:
            one(folder)

    return Products({side: encoders[side] for side in vectors}, contents, pairs, write)


def _parts(data: TrainingData, modality: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the training and the validation products that have all of a modality."""
    present = np.all([data.inputs.features[side].present for side in sides_of(modality)], axis=0)
    train, validation = (rows[present[rows]] for rows in (data.split.train, data.split.validation))
    return train, validation


def _read(
    catalogue: Catalogue,
    encoder: Encoder,
    data: TrainingData,
    rows: np.ndarray,
    settings: FineTuning,
    progress: Progress,
) -> tuple[list[bytes], Callable[[Path], None]]:
    """Return a hash of what an encoder reads of each product, and what writes it into a folder."""
    if isinstance(encoder, ImageEncoder):
        names = [str(name) for name in catalogue.table["image"].iloc[rows]]
        contents = [bytes.fromhex(catalogue.images.digest(name)) for name in names]
        return contents, partial(_write_images, catalogue, encoder, names, progress)
    texts = data.inputs.texts[rows].tolist()
    if isinstance(encoder, TextEncoder):
        texts = [encoder.as_read(text) for text in texts]
    assert encoder.onnx_path is not None
    stored = runtime.session(encoder.onnx_path, gpu=True).get_modelmeta().custom_metadata_map
    most = min(settings.tokens, encoder.max_tokens) if isinstance(encoder, TextEncoder) else settings.tokens
    write = partial(write_texts, texts=texts, tokenizer=stored["tokenizer"], tokens=most)
    return [text_key(text) for text in texts], write


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
