"""Train the encoders of a build further, and let the trained ones take the place of those before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from core.building.finetuning.checkpoints import Course
from core.building.finetuning.folds import train_folds
from core.building.finetuning.job import TuningJob
from core.building.finetuning.tuning import check_trainable
from core.building.options import BuildOptions
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue
from core.common.errors import CatalogueError
from core.common.files import temporary_folder
from core.common.progress import Progress, silent
from core.features.encoders.encoder import Encoder
from core.features.encoders.fine_tuned import CONTRASTIVE, IN_FOLDS, RECIPES

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
        There is no encoder for a modality, the number of folds is 1, or the recipe needs both encoders,
        whole.
    EncoderError
        An encoder cannot be trained further.
    """
    for modality in options.finetune:
        if modality not in encoders:
            raise CatalogueError(f"nothing to fine-tune: the build has no {modality} encoder")
        check_trainable(encoders[modality])
    if options.finetune_recipe not in RECIPES:
        raise CatalogueError(f"expected {' or '.join(RECIPES)}, got '{options.finetune_recipe}'")
    if options.finetune_recipe == CONTRASTIVE and len(options.finetune) == 1:
        raise CatalogueError("contrastive fine-tuning aligns text and image: fine-tune both encoders")
    if options.finetune_recipe == CONTRASTIVE and any(each.prune for each in options.finetune.values()):
        raise CatalogueError("contrastive fine-tuning removes no channels: prune with the recipe 'classify'")
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
    job = TuningJob(
        catalogue, encoders, options, options.cache / FOLDER if options.cache else Path(folder.name)
    )
    wanted = tuple(m for m in options.finetune if m in data.inputs.features)
    trained = job.train(data, wanted, progress)
    tuned = {m: each.encoder for m, each in trained.items() if each.encoder is not None}
    courses = {m: each.course for m, each in trained.items()}
    if not tuned:
        return TunedBuild(dict(encoders), data, courses, folder)
    folds = train_folds(job, data, tuple(tuned), progress)
    if folds:
        for encoder in tuned.values():
            assert encoder.fine_tuned is not None
            encoder.fine_tuned = replace(encoder.fine_tuned, out_of_fold=IN_FOLDS, folds=len(folds))
    with_tuned = replace(job.encoded(data, tuned, progress), frozen=data, folds=folds)
    return TunedBuild({**encoders, **tuned}, with_tuned, courses, folder)
