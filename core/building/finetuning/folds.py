"""Encoders trained without a part of the training products, to answer these as if they were new."""

from __future__ import annotations

from dataclasses import replace

from core.building.finetuning.job import TuningJob
from core.building.training_data import Fold, TrainingData
from core.common.progress import Progress
from core.evaluation.folds import stratified


def train_folds(
    job: TuningJob, data: TrainingData, modalities: tuple[str, ...], progress: Progress
) -> tuple[Fold, ...]:
    """Train encoders without one part of the training products after the other.

    Equal products are in one part. Where no epoch is better than the frozen encoder, that one answers: it has
    not seen the part either.

    Parameters
    ----------
    job
        Its options say how many parts; 0 for none.
    data
        The products, by the encoders as they are.
    modalities
        Which encoders.
    progress
        Told of training and encoding.

    Raises
    ------
    CatalogueError
        Without a part, only one category is left to learn.
    CoreError
        Training failed.
    """
    train, count, folds = data.split.train, job.options.finetune_folds, []
    parts = list(stratified(data.labels[train], data.groups[train], count, data.seed)) if count else []
    for number, (others, part) in enumerate(parts, 1):
        rest = replace(data, split=replace(data.split, train=train[others]))
        trained = job.train(rest, modalities, progress, number, len(parts))
        tuned = {m: each.encoder for m, each in trained.items() if each.encoder is not None}
        folds.append(Fold(train[part], job.encoded(data, tuned, progress)))
    return tuple(folds)
