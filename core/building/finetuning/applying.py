"""Train the encoders of a build further, and let the trained ones take the place of those before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from core.building.encoding import encode_copies, encode_input, encode_names, encode_product_names
from core.building.finetuning.checkpoints import Course
from core.building.finetuning.examples import Labels, write_images, write_texts
from core.building.finetuning.settings import FineTuning
from core.building.finetuning.tuning import check_trainable, tune
from core.building.fitting import fit
from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.catalogue.images.decoding import open_image
from core.catalogue.reading import Catalogue
from core.common.errors import CatalogueError
from core.common.files import temporary_folder
from core.common.progress import Progress, silent
from core.features.encoders.encoder import Encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder
from core.features.texts import text_key
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.onnx import sessions as runtime

FOLDER = "finetuned"
"""Of trainings, in the folder of the feature cache."""
WARM_START = "logistic_regression"
NEVER = -20.0
"""Bias of a category without training products."""


@dataclass(frozen=True, eq=False)
class TunedBuild:
    """What a build goes on with after fine-tuning.

    Attributes
    ----------
    encoders
        Modality -> the encoder that answers.
    data
        What heads are trained on; its `frozen` are the products by the encoders as they were.
    courses
        Modality that was trained -> how that went. Where no epoch was better than the frozen encoder on
        validation products, that one stays.
    folder
        Holds the trained encoders where nothing is cached; goes with this.
    """

    encoders: dict[str, Encoder]
    data: TrainingData
    courses: dict[str, Course]
    folder: TemporaryDirectory[str]


def check_finetuning(encoders: Mapping[str, Encoder], wanted: Mapping[str, FineTuning]) -> None:
    """Check that the encoders can be trained further, before hours of other work.

    Raises
    ------
    CatalogueError
        There is no encoder for a modality.
    EncoderError
        An encoder cannot be trained further.
    """
    for modality in wanted:
        if modality not in encoders:
            raise CatalogueError(f"nothing to fine-tune: the build has no {modality} encoder")
        check_trainable(encoders[modality])


def fine_tune(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    data: TrainingData,
    options: BuildOptions,
    progress: Progress = silent,
) -> TunedBuild:
    """Train encoders further on the training products, and encode the products again.

    Validation products choose the epoch; test products choose nothing. An image encoder learns from each
    product's first image.

    Parameters
    ----------
    catalogue, encoders, data
        The products, by the encoders as they are.
    options
        `finetune` says which encoders, and how.
    progress
        Told of training and encoding.

    Raises
    ------
    CatalogueError
        There are no validation products, or of only one category to learn.
    CoreError
        Training failed.
    """
    tuned = TunedBuild(dict(encoders), data, {}, temporary_folder())
    features = dict(data.inputs.features)
    root = options.cache / FOLDER if options.cache else Path(tuned.folder.name)
    for modality, settings in options.finetune.items():
        if modality not in features:
            continue
        products = _products(catalogue, encoders[modality], data, settings, progress)
        trained = tune(
            encoders[modality],
            products.contents,
            products.labels,
            products.write,
            settings,
            root,
            progress,
            seed=data.seed,
        )
        tuned.courses[modality] = trained.course
        if trained.encoder is not None:
            tuned.encoders[modality] = trained.encoder
            features[modality] = encode_input(catalogue, trained.encoder, options, progress)
    return replace(tuned, data=_with(features, tuned, catalogue, options, progress))


def _with(
    features: Mapping[str, Features],
    tuned: TunedBuild,
    catalogue: Catalogue,
    options: BuildOptions,
    progress: Progress,
) -> TrainingData:
    """Return the data with the vectors of the trained encoders; that before becomes its `frozen`."""
    before, encoders = tuned.data, tuned.encoders
    if all(features[m] is before.inputs.features[m] for m in features):
        return before
    names = before.names
    if names is not None and features["text"] is not before.inputs.features["text"]:
        names = encode_product_names(catalogue.table, encoders["text"], before.split, options.cache, progress)
    return replace(
        before,
        inputs=Inputs.of(features, before.inputs.texts.tolist()),
        names=names,
        name_vectors=encode_names(encoders, features, before.classes, options),
        copies=encode_copies(catalogue, encoders, features, before.split, options, progress),
        frozen=before,
    )


@dataclass(frozen=True, eq=False)
class _Products:
    """The training and validation products of a modality: what identifies them, and how they are written."""

    contents: Sequence[bytes]
    labels: Labels
    write: Callable[[Path], None]


def _products(
    catalogue: Catalogue, encoder: Encoder, data: TrainingData, settings: FineTuning, progress: Progress
) -> _Products:
    modality = encoder.modality
    present = data.inputs.present(modality)
    train, validation = (rows[present[rows]] for rows in (data.split.train, data.split.validation))
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
        return _Products(contents, labels, partial(_write_images, catalogue, encoder, names, progress))
    texts = data.inputs.texts[rows].tolist()
    if isinstance(encoder, TextEncoder):
        texts = [encoder.as_read(text) for text in texts]
    assert encoder.onnx_path is not None
    stored = runtime.session(encoder.onnx_path, gpu=True).get_modelmeta().custom_metadata_map
    most = min(settings.tokens, encoder.max_tokens) if isinstance(encoder, TextEncoder) else settings.tokens
    write = partial(write_texts, texts=texts, tokenizer=stored["tokenizer"], tokens=most)
    return _Products([text_key(text) for text in texts], labels, write)


def _layer(data: TrainingData, modality: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the classification layer to begin with: a logistic regression on the frozen vectors."""
    fitted: Any = fit(data, HeadKey(modality, WARM_START)).fitted
    model, dim = fitted.estimator, data.inputs.features[modality].vectors.shape[1]
    weight = np.zeros((len(data.classes), dim), np.float32)
    bias = np.full(len(data.classes), NEVER, np.float32)
    if len(model.classes_) == 2:  # one row of numbers stands for the second of two classes
        weight[model.classes_[1]] = model.coef_[0]
        bias[model.classes_] = 0.0, model.intercept_[0]
    else:
        weight[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return weight, bias


def _write_images(
    catalogue: Catalogue, encoder: ImageEncoder, names: Sequence[str], progress: Progress, folder: Path
) -> None:
    def seen() -> Iterator[np.ndarray]:
        for done, name in enumerate(names, 1):
            yield encoder.prepare(open_image(catalogue.images.read(name), encoder.side))
            progress("Decoding images", done, len(names))

    write_images(folder, seen(), len(names), encoder.preparation.side)
