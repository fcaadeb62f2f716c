"""Train the encoders of a build further, and let the trained ones take the place of those before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from core.building.encoding import encode_copies, encode_input, encode_names, encode_product_names
from core.building.finetuning.checkpoints import Course
from core.building.finetuning.products import products_of
from core.building.finetuning.tuning import Tuned, check_trainable, tune
from core.building.options import BuildOptions
from core.building.training_data import Fold, TrainingData
from core.catalogue.reading import Catalogue
from core.common.errors import CatalogueError
from core.common.files import temporary_folder
from core.common.progress import Progress, silent
from core.evaluation.folds import grouped_folds
from core.features.encoders.encoder import Encoder
from core.features.encoders.fine_tuned import IN_FOLDS
from core.heads.inputs import Inputs

FOLDER = "finetuned"
"""Of trainings, in the folder of the feature cache."""


@dataclass(frozen=True, eq=False)
class TunedBuild:
    """What a build goes on with after fine-tuning.

    Attributes
    ----------
    encoders
        Modality -> the encoder that answers.
    data
        What heads are trained on; its `frozen` are the products by the encoders as they were, its `folds` by
        encoders that were trained without a part of them.
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


def check_finetuning(encoders: Mapping[str, Encoder], options: BuildOptions) -> None:
    """Check that the encoders can be trained further, before hours of other work.

    Raises
    ------
    CatalogueError
        There is no encoder for a modality, or the number of folds is 1.
    EncoderError
        An encoder cannot be trained further.
    """
    for modality in options.finetune:
        if modality not in encoders:
            raise CatalogueError(f"nothing to fine-tune: the build has no {modality} encoder")
        check_trainable(encoders[modality])
    if options.finetune_folds == 1:
        raise CatalogueError("fine-tuning needs two folds or more, or 0 for the frozen encoder: got 1")


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
        `finetune` says which encoders, and how; `finetune_folds` how often again without a part.
    progress
        Told of training and encoding.

    Raises
    ------
    CatalogueError
        There are no validation products, or of only one category to learn.
    CoreError
        Training failed.
    """
    folder = temporary_folder()
    job = _Job(catalogue, encoders, options, options.cache / FOLDER if options.cache else Path(folder.name))
    wanted = tuple(m for m in options.finetune if m in data.inputs.features)
    trained = job.train(data, wanted, "", progress)
    tuned = {m: each.encoder for m, each in trained.items() if each.encoder is not None}
    courses = {m: each.course for m, each in trained.items()}
    if not tuned:
        return TunedBuild(dict(encoders), data, courses, folder)
    folds = job.folds(data, tuple(tuned), progress)
    if folds:
        for encoder in tuned.values():
            assert encoder.fine_tuned is not None
            encoder.fine_tuned = replace(encoder.fine_tuned, out_of_fold=IN_FOLDS, folds=len(folds))
    with_tuned = replace(job.encoded(data, tuned, progress), frozen=data, folds=folds)
    return TunedBuild({**encoders, **tuned}, with_tuned, courses, folder)


@dataclass(frozen=True, eq=False)
class _Job:
    """What all trainings of a build share: the products, the encoders before, and where results are kept."""

    catalogue: Catalogue
    encoders: Mapping[str, Encoder]
    options: BuildOptions
    root: Path

    def train(
        self, data: TrainingData, modalities: tuple[str, ...], suffix: str, progress: Progress
    ) -> dict[str, Tuned]:
        """Train encoders on the training products of `data`; `suffix` is added to the stage's name."""
        trained = {}
        for modality in modalities:
            encoder, settings = self.encoders[modality], self.options.finetune[modality]
            products = products_of(self.catalogue, encoder, data, settings, progress)
            stage = f"Fine-tuning {encoder.name}{suffix}"
            trained[modality] = tune(
                encoder, products, settings, self.root, progress, stage=stage, seed=data.seed
            )
        return trained

    def folds(self, data: TrainingData, modalities: tuple[str, ...], progress: Progress) -> tuple[Fold, ...]:
        """Train encoders without one part of the training products after the other.

        Equal products are in one part. Where no epoch is better than the frozen encoder, that one answers:
        it has not seen the part either.
        """
        train, count, done = data.split.train, self.options.finetune_folds, []
        parts = list(grouped_folds(data.labels[train], data.groups[train], count, data.seed)) if count else []
        for number, (others, part) in enumerate(parts, 1):
            rest = replace(data, split=replace(data.split, train=train[others]))
            trained = self.train(rest, modalities, f", fold {number} of {len(parts)}", progress)
            tuned = {m: each.encoder for m, each in trained.items() if each.encoder is not None}
            done.append(Fold(train[part], self.encoded(data, tuned, progress)))
        return tuple(done)

    def encoded(self, data: TrainingData, tuned: Mapping[str, Encoder], progress: Progress) -> TrainingData:
        """Return the data with the vectors of trained encoders in the place of those before."""
        catalogue, options, encoders = self.catalogue, self.options, {**self.encoders, **tuned}
        features = dict(data.inputs.features)
        for modality, encoder in tuned.items():
            features[modality] = encode_input(catalogue, encoder, options, progress)
        names = data.names
        if names is not None and "text" in tuned:
            names = encode_product_names(catalogue, encoders["text"], data.split, options, progress)
        return replace(
            data,
            inputs=Inputs.of(features, data.inputs.texts.tolist()),
            names=names,
            name_vectors=encode_names(encoders, features, data.classes, options),
            copies=encode_copies(catalogue, encoders, features, data.split, options, progress),
        )
