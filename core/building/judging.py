"""Calibrate heads, choose among them on validation products, and judge them on test products."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.building.choosing import choose
from core.building.training import TrainedHeads
from core.building.training_data import TrainingData
from core.bundle.model_card import SCORES, ModelCard
from core.evaluation.calibration import fit_calibrator
from core.evaluation.calibrators import Calibrator
from core.evaluation.intervals import score_intervals
from core.evaluation.predictions import predictions_table, reports_from_predictions
from core.evaluation.reliability import reliability
from core.evaluation.report import Report
from core.evaluation.scores import evaluate
from core.evaluation.splits import PARTS
from core.heads.key import HeadKey
from core.heads.registry import HEADS
from core.heads.scoring import Scorers

if TYPE_CHECKING:
    import pandas as pd

TIMED_PRODUCTS = 30

Scores = Mapping[str, np.ndarray]
"""validation, test -> one head's calibrated probabilities, float32 (rows, classes)."""


@dataclass(frozen=True, eq=False)
class ChosenHead:
    """The head that answers products of one modality.

    Attributes
    ----------
    key
        Its modality and head.
    calibrator
        What makes its probabilities true.
    scores
        Its calibrated probabilities.
    """

    key: HeadKey
    calibrator: Calibrator
    scores: Scores


@dataclass(frozen=True, eq=False)
class Judged:
    """What heads reach.

    Attributes
    ----------
    models
        A card for each head.
    predictions
        Modality -> predictions of all its heads on the test products
        (`core.evaluation.scores.predictions_table`).
    chosen
        Modality -> the head that did best on validation products.
    others
        text, fused -> the best head that reads nothing but vectors, where the text encoder covers several
        languages: it answers texts in those that the catalogue does not have, whose words no head knows.
    """

    models: tuple[ModelCard, ...]
    predictions: Mapping[str, pd.DataFrame]
    chosen: Mapping[str, ChosenHead]
    others: Mapping[str, ChosenHead] = field(default_factory=dict)


def judge_heads(data: TrainingData, trained: TrainedHeads) -> Judged:
    """Judge all heads as they will be served; test products choose nothing."""
    served = _Served(data, trained)
    models: list[ModelCard] = []
    predictions: dict[str, pd.DataFrame] = {}
    chosen: dict[str, ChosenHead] = {}
    others: dict[str, ChosenHead] = {}
    true = data.labels[data.split.validation]
    for modality in data.inputs.modalities:
        scores = {key: served.calibrated(key) for key in trained.heads if key.modality == modality}
        validation = {key.head: each["validation"] for key, each in scores.items()}
        best = HeadKey(modality, choose(true, validation))
        served.best[modality] = best.head
        chosen[modality] = ChosenHead(best, served.calibrators[best], scores[best])
        on_vectors = {name: each for name, each in validation.items() if HEADS[name].only_vectors}
        if modality != "image" and data.reads_several_languages and on_vectors:
            other = HeadKey(modality, choose(true, on_vectors))
            others[modality] = ChosenHead(other, served.calibrators[other], scores[other])
        predictions[modality] = _predictions(data, scores)
        reports = reports_from_predictions(predictions[modality], modality)
        models += [served.card(report, scores[HeadKey(modality, report.head)]) for report in reports]
    return Judged(tuple(models), predictions, chosen, others)


def _predictions(data: TrainingData, scores: Mapping[HeadKey, Scores]) -> pd.DataFrame:
    """Lay out the predictions of several heads on the test products."""
    import pandas as pd

    rows = data.split.test
    tables = [
        predictions_table(data.skus[rows], data.labels[rows], each["test"], data.classes, key.head)
        for key, each in scores.items()
    ]
    return pd.concat(tables, ignore_index=True)


class _Served:
    """The heads as a bundle serves them: calibrated, and run once on the products of each split."""

    def __init__(self, data: TrainingData, trained: TrainedHeads) -> None:
        self.data = data
        self.trained = trained
        self.best: dict[str, str] = {}
        self.calibrators: dict[HeadKey, Calibrator] = {}
        self.train_accuracy: dict[HeadKey, float] = {}
        self.scorers = Scorers(trained.heads, data.prior, self.best, self.calibrators)
        self.inputs = {part: data.inputs.take(getattr(data.split, part)) for part in PARTS}
        # Those of validation products stem from before the last training, which was on them as well.
        raw = {"validation": trained.validation}
        self.scores = {part: self.scorers.on(self.inputs[part], raw.get(part)) for part in PARTS}

    def calibrated(self, key: HeadKey) -> Scores:
        """Calibrate a head on the validation products it answers itself; return its probabilities."""
        rows = self.inputs["validation"].present(key.modality)
        products = self.data.split.validation[rows]
        self.calibrators[key] = fit_calibrator(
            self.data.labels[products],
            self.trained.validation[key][rows],
            groups=self.data.groups[products],
            seed=self.data.seed,
        )
        # Of a large catalogue, the probabilities of training products take much memory, and are asked once.
        answered = self.scores["train"].calibrated(key).argmax(axis=1)
        self.train_accuracy[key] = float((answered == self.data.labels[self.data.split.train]).mean())
        return {part: self.scores[part].calibrated(key) for part in PARTS if part != "train"}

    def card(self, report: Report, scores: Scores) -> ModelCard:
        """Return the card of a head, by its report on the test products and its probabilities."""
        data, key = self.data, HeadKey(report.modality, report.head)
        labels = {part: data.labels[getattr(data.split, part)] for part in scores}
        validation = evaluate(
            labels["validation"],
            scores["validation"],
            data.classes,
            modality=key.modality,
            head=key.head,
            split="validation",
        )
        # Those without the input are answered by another model, or by the shares of the categories.
        own = self.inputs["test"].present(key.modality)
        test = reliability(labels["test"][own], scores["test"][own]) if own.any() else None
        cost = self.trained.costs[key]
        return ModelCard(
            modality=key.modality,
            head=key.head,
            chosen=key.head == self.best[key.modality],
            validation_accuracy=validation.accuracy,
            validation_macro_f1=validation.macro_f1,
            train_seconds=round(cost.seconds, 3),
            size_bytes=cost.size_bytes,
            report=report,
            train_accuracy=self.train_accuracy[key],
            ms_per_product=round(self._milliseconds(key), 4),
            peak_mb=round(cost.peak_mb, 1),
            intervals=_intervals(data, report, scores["test"]),
            calibrator=self.calibrators[key],
            calibration_error=None if test is None else test.expected_calibration_error,
            losses=cost.losses,
            settings=self.trained.settings[key],
            compression=self.trained.compressions.get(key),
        )

    def _milliseconds(self, key: HeadKey) -> float:
        """Return the median time of one product alone, from its features and its text to probabilities."""
        times = []
        for row in range(min(TIMED_PRODUCTS, len(self.inputs["test"]))):
            product = self.inputs["test"].take(np.array([row]))
            start = time.perf_counter()
            self.scorers.score(key, product)
            times.append(time.perf_counter() - start)
        return float(np.median(times)) * 1000


def _intervals(data: TrainingData, report: Report, proba: np.ndarray) -> dict[str, tuple[float, float]]:
    """Return 95 % intervals of the headline figures on the test products: name -> low and high."""
    rows = data.split.test
    intervals = score_intervals(
        data.labels[rows],
        proba.round(5).argmax(axis=1),
        len(report.classes),
        groups=data.groups[rows],
        seed=data.seed,
    )
    each = {name: getattr(intervals, name) for name in SCORES}
    return {name: (round(one.low, 5), round(one.high, 5)) for name, one in each.items()}
