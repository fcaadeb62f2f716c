"""Calibrate heads, choose among them on validation rows, and judge them on test rows."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.building.lessons import Lessons
from core.building.training import Taught
from core.bundle.reader import ModelCard
from core.bundle.writer import BundleWriter
from core.evaluation.calibration import fit_calibrator
from core.evaluation.calibrators import Calibrator
from core.evaluation.conformal import fit_conformal
from core.evaluation.intervals import ScoreIntervals, score_intervals
from core.evaluation.predictions import predictions_table, reports_from_predictions
from core.evaluation.reliability import reliability
from core.evaluation.report import Report
from core.evaluation.scores import SMALLEST, evaluate
from core.evaluation.thresholds import class_thresholds
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.scoring import Scorers

PREFERRED = "blend"
PRECISION = 0.95
COVERAGE = 0.95
# An answer that is less probable than all others together is never sure, however good the model.
LEAST_CONFIDENCE = 0.5
TIMED_PRODUCTS = 30


@dataclass(frozen=True)
class Judged:
    """What came out.

    Attributes
    ----------
    cards
        One a head.
    review
        ``precision``; modality -> confidence under which a person should look (``thresholds``), and the same
        for each predicted category (``by_class``).
    conformal
        ``coverage``; modality -> rule of the sets of categories that hold the right one that often.
    """

    cards: tuple[ModelCard, ...]
    review: dict[str, Any]
    conformal: dict[str, Any]


def judge_heads(writer: BundleWriter, lessons: Lessons, taught: Taught) -> Judged:
    """Judge all heads as they will be served; test rows choose nothing."""
    split, labels = lessons.split, lessons.labels
    parts = {part: lessons.inputs.take(getattr(split, part)) for part in ("train", "validation", "test")}
    calibrators: dict[HeadKey, Calibrator] = {}
    best: dict[str, str] = {}
    scorers = Scorers(taught.heads, lessons.prior, best, calibrators)
    known = {"validation": taught.validation}
    scores = {part: scorers.on(rows, known.get(part)) for part, rows in parts.items()}
    cards: list[ModelCard] = []
    review: dict[str, Any] = {"precision": PRECISION, "thresholds": {}, "by_class": {}}
    conformal: dict[str, Any] = {"coverage": COVERAGE, "rules": {}}
    for modality in lessons.inputs.modalities:
        names = [name for m, name in taught.heads if m == modality]
        proba: dict[str, dict[str, np.ndarray]] = {}
        for name in names:
            key = HeadKey(modality, name)
            calibrators[key] = _calibrator(scorers, key, parts["validation"], lessons, taught)
            proba[name] = {part: each.calibrated(key) for part, each in scores.items()}
        true = labels[split.validation]
        best[modality] = choose(true, {name: proba[name]["validation"] for name in names})
        chosen = proba[best[modality]]["validation"]
        sure = class_thresholds(true, chosen, PRECISION)
        review["thresholds"][modality] = max(sure.overall, LEAST_CONFIDENCE)
        review["by_class"][modality] = np.maximum(sure.thresholds, LEAST_CONFIDENCE).round(6).tolist()
        conformal["rules"][modality] = fit_conformal(true, chosen, COVERAGE).to_dict()
        tables = writer.write_predictions(
            modality,
            [
                predictions_table(
                    lessons.skus[split.test], labels[split.test], proba[name]["test"], lessons.classes, name
                )
                for name in names
            ],
        )
        for report in reports_from_predictions(tables, modality):
            one, key = proba[report.head], HeadKey(modality, report.head)
            validation = evaluate(
                true,
                one["validation"],
                lessons.classes,
                modality=modality,
                head=report.head,
                part="validation",
            )
            cost = taught.costs[key]
            cards.append(
                ModelCard(
                    modality,
                    report.head,
                    chosen=report.head == best[modality],
                    validation_accuracy=validation.accuracy,
                    validation_macro_f1=validation.macro_f1,
                    train_seconds=round(cost.seconds, 3),
                    size_bytes=cost.size_bytes,
                    report=report,
                    train_accuracy=float((one["train"].argmax(axis=1) == labels[split.train]).mean()),
                    ms_per_product=round(_milliseconds(scorers, key, parts["test"]), 4),
                    peak_mb=round(cost.peak_mb, 1),
                    intervals=_intervals(report, one["test"], lessons),
                    calibrator=calibrators[key].to_dict(),
                    calibration_error=reliability(labels[split.test], one["test"]).expected_calibration_error,
                )
            )
    writer.write_models(cards)
    return Judged(tuple(cards), review, conformal)


def choose(y_true: np.ndarray, proba: Mapping[str, np.ndarray], preferred: str = PREFERRED) -> str:
    """Choose a head on validation rows.

    The one of least log loss, unless the `preferred` one is worse by no more than a standard error of the
    difference (Breiman et al., 1984): among many heads the best on few rows is mostly the luckiest, and a
    blend of several rests on more evidence than any of them.

    Parameters
    ----------
    y_true
        int (n,): true classes.
    proba
        Head -> probabilities (n, k).
    preferred
        The head to fall back on, if there is one of that name.
    """
    losses = {
        name: -np.log(np.maximum(one[np.arange(len(y_true)), y_true], SMALLEST))
        for name, one in proba.items()
    }
    best = min(losses, key=lambda name: losses[name].mean())
    if preferred in losses:
        worse = losses[preferred] - losses[best]
        if worse.mean() <= worse.std() / np.sqrt(len(worse)):
            return preferred
    return best


def _calibrator(
    scorers: Scorers, key: HeadKey, validation: Inputs, lessons: Lessons, taught: Taught
) -> Calibrator:
    """Fit what makes a head's probabilities true, on the validation rows that it answers itself."""
    rows = scorers.answered(key, validation)
    said = taught.validation[key][rows]
    mine = lessons.split.validation[rows]
    return fit_calibrator(lessons.labels[mine], said, groups=lessons.groups[mine], seed=lessons.seed)


def _milliseconds(scorers: Scorers, key: HeadKey, test: Inputs) -> float:
    """Return the median time of one product alone, from its features and its text to probabilities."""
    times = []
    for row in range(min(TIMED_PRODUCTS, len(test))):
        one = test.take(np.array([row]))
        start = time.perf_counter()
        scorers.score(key, one)
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1000


def _intervals(report: Report, proba: np.ndarray, lessons: Lessons) -> dict[str, list[float]]:
    """Return 95 % intervals of the headline figures: name -> low and high."""
    rows = lessons.split.test
    found: ScoreIntervals = score_intervals(
        lessons.labels[rows],
        proba.round(5).argmax(axis=1),
        len(report.classes),
        groups=lessons.groups[rows],
        seed=lessons.seed,
    )
    named: Sequence[str] = ("accuracy", "macro_f1", "weighted_f1")
    return {name: [round(getattr(found, name).low, 5), round(getattr(found, name).high, 5)] for name in named}
