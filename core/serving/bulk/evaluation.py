"""Score every model of a bundle on labelled products that it never saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.common.categories import positions_of
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.evaluation.report import Report
from core.evaluation.scores import evaluate
from core.heads.key import HeadKey
from core.serving.bulk.counting import Count

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
    set_aside_categories
        Category that the bundle does not know ("" for no category) -> how many products have it, the most
        frequent first. They are not scored.
    """

    reports: tuple[Report, ...]
    best: Mapping[str, str]
    set_aside_categories: Mapping[str, int]

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
            "set_aside": self.set_aside,
            "set_aside_classes": dict(self.set_aside_categories),
        }


def evaluate_stream(
    predictor: Predictor, chunks: Iterable[Chunk], progress: Progress = silent, total: int | None = None
) -> StreamEvaluation:
    """Score every model of a bundle on labelled products.

    Only probabilities are kept, so memory grows with products x categories x models, not with images.

    Parameters
    ----------
    predictor, chunks
        The bundle, and the products as `core.catalogue.reading.read_chunks` yields them.
    progress, total
        Told how many of the `total` products (`core.serving.bulk.counting.count_products`) are scored; None
        if not known.

    Raises
    ------
    CatalogueError
        No product has a category that the bundle knows.
    """
    bundle = predictor.bundle
    position = positions_of(bundle.classes)
    labels: list[np.ndarray] = []
    proba: dict[HeadKey, list[np.ndarray]] = {HeadKey(m.modality, m.head): [] for m in bundle.models}
    unknown: Counter[str] = Counter()
    count = Count(progress, "Scoring products", total)
    for chunk in chunks:
        names = chunk.table["category"].to_numpy(dtype=object)
        known = np.array([name in position for name in names], dtype=bool)
        unknown.update(names[~known].tolist())
        if known.any():
            labels.append(np.array([position[name] for name in names[known]], dtype=np.int64))
            inputs = predictor.inputs(chunk.take(np.flatnonzero(known)))
            scores = predictor.scorers.on(inputs)
            for model, parts in proba.items():
                parts.append(scores.calibrated(model))
        count.add(len(names))
    count.finish()
    if not labels:
        raise CatalogueError(
            f"nothing to score: none of the {count.done} products has a category that bundle '{bundle.name}' "
            "knows"
        )
    true = np.concatenate(labels)
    reports = (
        evaluate(true, np.concatenate(parts), bundle.classes, **model._asdict(), split="unseen")
        for model, parts in proba.items()
    )
    return StreamEvaluation(tuple(reports), bundle.best, dict(unknown.most_common()))
