"""Score every model of a bundle on labelled products that it never saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.common.categories import positions_of
from core.common.errors import CatalogueError
from core.common.modality import sides_of
from core.common.progress import Progress, silent
from core.evaluation.report import Report
from core.evaluation.scores import evaluate
from core.evaluation.tree_scores import TreeScores
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.serving.bulk.accepted import KEYS, AcceptedCount, GivenAccuracy
from core.serving.bulk.counting import Count
from core.serving.bulk.tree_count import TreeCount

if TYPE_CHECKING:
    from core.catalogue.reading import Chunk
    from core.serving.predictor import Predictor

_SCORES = ("accuracy", "macro_f1", "weighted_f1", "micro_f1")


@dataclass(frozen=True)
class StreamEvaluation:
    """What the models of a bundle reach on products that it never saw.

    Attributes
    ----------
    reports
        One of each model.
    best
        Modality -> the head that validation products chose when the bundle was built.
    answers
        text, image, both -> how good answers to products with just that are, above all those that need no
        review.
    set_aside_categories
        Category that the bundle does not know ("" for no category) -> how many products have it, the most
        frequent first. They are not scored.
    tree
        How far down the category tree the answers are right; None where the categories are no tree.
    """

    reports: tuple[Report, ...]
    best: Mapping[str, str]
    answers: Mapping[str, GivenAccuracy]
    set_aside_categories: Mapping[str, int]
    tree: TreeScores | None = None

    @property
    def n(self) -> int:
        """How many products were scored."""
        return self.reports[0].n

    @property
    def set_aside(self) -> int:
        """How many products were not scored."""
        return sum(self.set_aside_categories.values())

    def to_dict(self) -> dict[str, Any]:
        """Return what ``evaluate --json`` writes; scores are shares, 0 to 1."""
        return {
            "n": self.n,
            "classes": len(self.reports[0].classes),
            "models": [
                {"modality": report.modality, "head": report.head}
                | {name: getattr(report, name) for name in _SCORES}
                for report in self.reports
            ],
            "best": dict(self.best),
            "answers": {given: each.to_dict() for given, each in self.answers.items()},
            **({} if self.tree is None else {"tree": self.tree.to_dict()}),
            "set_aside": self.set_aside,
            "set_aside_classes": dict(self.set_aside_categories),
        }


def evaluate_stream(
    predictor: Predictor,
    chunks: Iterable[Chunk],
    progress: Progress = silent,
    total: int | None = None,
    *,
    given: str | None = None,
) -> StreamEvaluation:
    """Score every model of a bundle on labelled products.

    Only probabilities are kept, and names where categories are a tree, so memory grows with products x
    categories x models, not with images.

    Parameters
    ----------
    predictor, chunks
        The bundle, and the products as `core.catalogue.reading.read_chunks` yields them.
    progress, total
        Told how many of the `total` products (`core.serving.bulk.counting.count_products`) are scored; None
        if not known.
    given
        text or image: the products that have it are scored as if they had nothing else; fused: those that
        have both are. None scores each product by what it has.

    Raises
    ------
    CatalogueError
        No product has what is given and a category that the bundle knows, or the bundle has no such model.
    """
    bundle = predictor.bundle
    if given is not None and given not in bundle.modalities:
        raise CatalogueError(f"bundle '{bundle.name}' has no model for {KEYS[given]}")
    position = positions_of(bundle.classes)
    labels: list[np.ndarray] = []
    proba: dict[HeadKey, list[np.ndarray]] = {
        model.key: []
        for model in bundle.models
        if given in (None, model.modality) and model.key in predictor.scorers.heads
    }
    unknown: Counter[str] = Counter()
    accepted, along_tree = AcceptedCount(bundle.classes), TreeCount(bundle)
    count = Count(progress, "Scoring products", total)
    for chunk in chunks:
        names = chunk.table["category"].to_numpy(dtype=object)
        known = np.array([name in position for name in names], dtype=bool)
        unknown.update(names[~known].tolist())
        kept = chunk.take(np.flatnonzero(known))
        true = np.array([position[name] for name in names[known]], dtype=np.int64)
        with_image = kept.table["has_image"].to_numpy(dtype=bool)
        called = kept.table["name"].to_numpy(dtype=object)
        if len(true):
            inputs = predictor.inputs(kept)
            if given is not None:
                there = inputs.present(given)
                inputs, true = _only(inputs.take(there), given), true[there]
                with_image, called = with_image[there] & (given != "text"), called[there]
        if len(true):
            labels.append(true)
            scores = predictor.scorers.on(inputs)
            for model, parts in proba.items():
                parts.append(scores.calibrated(model))
            answers = predictor.answers(scores, with_image)
            accepted.add(answers, true)
            along_tree.add(true, answers.predicted, called.tolist())
        count.add(len(names))
    count.finish()
    if not labels:
        having = "" if given is None else f"{KEYS[given]} and "
        raise CatalogueError(
            f"nothing to score: none of the {count.done} products has {having}a category that bundle "
            f"'{bundle.name}' knows"
        )
    true = np.concatenate(labels)
    reports = (
        evaluate(true, np.concatenate(parts), bundle.classes, **model._asdict(), split="unseen")
        for model, parts in proba.items()
    )
    return StreamEvaluation(
        tuple(reports), bundle.best, accepted.result(), dict(unknown.most_common()), along_tree.result()
    )


def _only(inputs: Inputs, given: str) -> Inputs:
    """Return the products as if they had nothing but what is given."""
    for side in inputs.features:
        if side not in sides_of(given):
            inputs = inputs.without(side)
    return inputs
