"""What a bundle promises of its answers, fitted for the model that answers and for what is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.building.judging import ChosenHead, Judged
from core.building.training import TrainedHeads
from core.building.training_data import TrainingData
from core.building.unfinished.forms import measured_form
from core.building.unfinished.steps import Steps
from core.bundle.guards import Guards
from core.bundle.held_out import COLUMNS, held_out_answers
from core.bundle.promises import AcceptanceRules, ConformalRules, OtherHead
from core.common.modality import sides_of
from core.common.progress import Progress, silent
from core.evaluation.acceptance import GUARD, WANTED_PRECISION, AcceptanceRule, fit_acceptance
from core.evaluation.conformal import ConformalRule, fit_conformal
from core.evaluation.held_out import disagreement
from core.evaluation.strangeness.fitting import GIVENS, Strangeness, fit_strangeness
from core.evaluation.texts.profile import TextProfile
from core.heads.registry import HEADS
from core.heads.taken_vectors import TakenVectors

if TYPE_CHECKING:
    import pandas as pd

COVERAGE = 0.95
STAGE = "Learning what is unlike the catalogue"


@dataclass(frozen=True, eq=False)
class Promises:
    """What a bundle promises of its answers, and what that comes from.

    Attributes
    ----------
    acceptance, conformal
        Which answers need no review, and which categories are plausible.
    strangeness
        What tells how unlike the catalogue a product is.
    texts
        What texts the catalogue has; None without text.
    guards
        What is measured of the catalogue's own products.
    held_out
        The answers that thresholds are taken from (`core.bundle.held_out.COLUMNS`).
    held_out_further
        The same of the models for texts in further languages; None where there are none.
    """

    acceptance: AcceptanceRules
    conformal: ConformalRules
    strangeness: Strangeness
    texts: TextProfile | None
    guards: Guards
    held_out: pd.DataFrame
    held_out_further: pd.DataFrame | None


def make_promises(
    data: TrainingData,
    trained: TrainedHeads,
    judged: Judged,
    wanted_precision: float = WANTED_PRECISION,
    guard: float = GUARD,
    progress: Progress = silent,
    steps: Steps | None = None,
) -> Promises:
    """Fit thresholds, guards and prediction sets for products with text only, image only, and both.

    A validation product with both counts for all three: the model for text does not see its image. Thresholds
    are also taken from training products, where models trained without them (in folds) answer. Test products
    choose nothing.

    Parameters
    ----------
    data, trained, judged
        Products, heads, and which of these answer.
    wanted_precision, guard
        As for `core.evaluation.acceptance.fit_acceptance`.
    progress
        Called before and after strangeness is learned.
    steps
        Keep what was learned of strangeness.
    """
    progress(STAGE, 0, 1)
    texts = _texts(data, judged)
    read = None if texts is None else texts.read(data.inputs.texts)
    strangeness, of_all = (steps or Steps()).take(
        "strangeness",
        measured_form(len(data.classes)),
        lambda: _strangeness(data, None if read is None else read.covered),
    )
    progress(STAGE, 1, 1)
    proba = {given: _held_out_proba(data, trained, chosen) for given, chosen in judged.chosen.items()}
    nothing = np.zeros(len(data.labels), dtype=bool)
    unreadable = (nothing, nothing) if read is None else (read.foreign, read.meaningless)
    guards = Guards.rounded(of_all, _disagreement(data, proba, judged.chosen), unreadable)
    held_out = _frame(data, proba)

    def rule(answers: pd.DataFrame, given: str) -> AcceptanceRule:
        return fit_acceptance(
            held_out_answers(answers, given, guards, data.labels, data.split.validation),
            len(data.classes),
            wanted_precision,
            guard,
        )

    rules = {given: rule(held_out, given) for given in proba}
    further = {given: _held_out_proba(data, trained, other) for given, other in judged.others.items()}
    held_out_further = _frame(data, further) if further else None
    others = {
        given: OtherHead(other.key.head, rule(held_out_further, given))
        for given, other in judged.others.items()
        if held_out_further is not None
    }
    return Promises(
        AcceptanceRules(wanted_precision, guard, rules, others),
        ConformalRules(COVERAGE, {given: _sets(data, chosen) for given, chosen in judged.chosen.items()}),
        strangeness,
        texts,
        guards,
        held_out,
        held_out_further,
    )


def _strangeness(
    data: TrainingData, other_words: np.ndarray | None
) -> tuple[Strangeness, dict[str, np.ndarray]]:
    """Learn what is strange, and return how strange each product is, by models that had not seen it."""
    train = data.split.train
    features, taught = data.inputs.features, data.inputs.take(train)
    learned = fit_strangeness(
        {side: TakenVectors(taught, side) for side in features},
        {side: taught.present(side) for side in features},
        taught.texts,
        data.labels[train],
        data.groups[train],
        data.seed,
    )
    of_all = {}
    others = np.setdiff1d(np.arange(len(data.labels)), train)
    for given, of_training in learned.of_training.items():
        of_all[given] = np.full(len(data.labels), np.nan)
        if not data.tuned.intersection(GIVENS[given]):  # else its encoder has made them alike
            of_all[given][train] = of_training
        rows = others[data.inputs.present(given)[others]]
        rest = data.inputs.take(rows)
        vectors = {side: TakenVectors(rest, side) for side in GIVENS[given]}
        other = None if other_words is None else other_words[rows]
        of_all[given][rows] = learned.strangeness.of(given, vectors, rest.texts, other)
    return learned.strangeness, of_all


def _texts(data: TrainingData, judged: Judged) -> TextProfile | None:
    """Learn what the training products' texts are like, and which further languages can be read."""
    if "text" not in data.inputs.features:
        return None
    train, validation = data.split.train, data.split.validation
    # Words of further languages are unknown to all but those heads that do not read words.
    texts_given = set(judged.chosen) - {"image"}
    covered = data.languages if texts_given == set(judged.others) else ()
    return TextProfile.fit(data.inputs.texts[train], data.inputs.texts[validation], covered)


def _held_out_proba(data: TrainingData, trained: TrainedHeads, chosen: ChosenHead) -> np.ndarray:
    """Return calibrated probabilities of training and validation products by models that had not seen them.

    Returns
    -------
    ndarray
        float32 (n, classes); NaN in rows of test products, of products without the modality, and of training
        products where the head was not trained in folds, or where its encoder was trained on them: what a
        frozen encoder says of these promises nothing of what the trained one will say of new products.
    """
    key, present = chosen.key, data.inputs.present(chosen.key.modality)
    proba = np.full((len(data.labels), len(data.classes)), np.nan, dtype=np.float32)
    is_tuned = not data.tuned.isdisjoint(sides_of(key.modality))
    rows = data.split.train[:0] if is_tuned else data.combining_rows(key.modality)
    rows = rows[present[rows]]
    raw = _out_of_fold(data, trained, chosen, rows)
    known = np.isfinite(raw).all(axis=1)
    if known.any():
        proba[rows[known]] = chosen.calibrator.apply(raw[known])
    validation = data.split.validation
    there = present[validation]
    proba[validation[there]] = chosen.scores["validation"][there]
    return proba


def _out_of_fold(
    data: TrainingData, trained: TrainedHeads, chosen: ChosenHead, rows: np.ndarray
) -> np.ndarray:
    """Return a head's own probabilities of training products it had not seen, NaN where there are none.

    A blend has few weights, so that its answers to the products it weighed members on promise no more than
    others; a head that learned many weights there does.
    """
    key = chosen.key
    if key in trained.out_of_fold:
        return np.asarray(trained.out_of_fold[key][rows])
    raw = np.full((len(rows), len(data.classes)), np.nan, dtype=np.float32)
    entry, head = HEADS[key.head], trained.heads[key]
    if not entry.combines or entry.needs_many_rows:
        return raw
    members = {member: trained.out_of_fold[member] for member in head.members}
    known = np.all([np.isfinite(each[rows]).all(axis=1) for each in members.values()], axis=0)
    if known.any():
        raw[known] = head.predict_proba(data.inputs.with_members(members).take(rows[known]))
    return raw


def _disagreement(
    data: TrainingData, proba: Mapping[str, np.ndarray], chosen: Mapping[str, ChosenHead]
) -> np.ndarray:
    """Return how far text and image of each product are apart, float64 (n,); NaN where that is not known."""
    apart = np.full(len(data.labels), np.nan)
    if "fused" not in proba:
        return apart
    known = np.isfinite(proba["text"]).all(axis=1) & np.isfinite(proba["image"]).all(axis=1)
    apart[known] = disagreement(proba["text"][known], proba["image"][known])
    test = data.split.test
    both = data.inputs.present("fused")[test]
    apart[test[both]] = disagreement(*(chosen[side].scores["test"][both] for side in ("text", "image")))
    return apart


def _frame(data: TrainingData, proba: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Lay out the held-out answers."""
    import pandas as pd

    parts = []
    for given, each in proba.items():
        rows = np.flatnonzero(np.isfinite(each).all(axis=1))
        values = (
            np.full(len(rows), given, dtype=object),
            rows.astype(np.int32),
            each[rows].argmax(axis=1).astype(np.int32),
            each[rows].max(axis=1).astype(np.float32),
        )
        parts.append(pd.DataFrame(dict(zip(COLUMNS, values, strict=True))))
    return pd.concat(parts, ignore_index=True)


def _sets(data: TrainingData, chosen: ChosenHead) -> ConformalRule:
    """Fit prediction sets on validation products that have what is given; without any, all is plausible."""
    validation = data.split.validation
    there = data.inputs.present(chosen.key.modality)[validation]
    if not there.any():
        k = len(data.classes)
        return ConformalRule("lac", COVERAGE, (None,) * k, (0,) * k)
    return fit_conformal(data.labels[validation[there]], chosen.scores["validation"][there], COVERAGE)
