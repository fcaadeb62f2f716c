"""How long a build takes, step by step, estimated from what builds took.

The seconds are processor time, measured by ``benchmarks/measure_builds.py`` on a machine with
`MEASURED_CORES` cores, with the usual encoders, 300 and 1,000 products, and of 10,000 and 30,000 texts by
``benchmarks/growth.py``; the estimate is scaled to the cores of this one. A busy machine takes longer.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.building import encoder_choice, maps, promises, refit, thumbnails, training
from core.building.effort import USUAL, Effort
from core.building.finetuning.settings import FineTuning, stage_of
from core.evaluation.splits import TEST_SHARE, VALIDATION_SHARE
from core.features.encoders.fine_tuned import CLASSIFY, CONTRASTIVE

MEASURED_CORES = 2
MOST_CORES = 8
"""More cores than these make a build hardly faster."""


@dataclass(frozen=True)
class Size:
    """How much there is to build from.

    Attributes
    ----------
    products
        Rows that are kept.
    texts, images
        How many have a text, and an image.
    """

    products: int
    texts: int
    images: int

    @property
    def inputs(self) -> int:
        """Products to learn from, summed over text, image and both."""
        return self.texts + self.images + min(self.texts, self.images)


@dataclass(frozen=True)
class Cost:
    """Seconds a step takes.

    Attributes
    ----------
    fixed
        Always.
    each
        For each unit of a size.
    unit
        products, texts, images, or inputs (`Size.inputs`).
    most
        Products from which on a further unit takes `beyond` in place of `each`.
    beyond
        Nothing where such a step looks at a sample.
    """

    fixed: float
    each: float
    unit: str
    most: float = math.inf
    beyond: float = 0.0

    def seconds(self, size: Size, speed: float) -> float:
        """Return the seconds for a size on a machine `speed` times as fast as the one measured."""
        count: int = {"products": size.products, "texts": size.texts, "images": size.images}.get(
            self.unit, size.inputs
        )
        if not count:
            return 0.0
        few = count * min(1.0, self.most / size.products)
        return self.fixed + (self.each * few + self.beyond * (count - few)) / speed


_READING = {
    "images": Cost(2.5, 0.0, "images"),
    "Encoding texts": Cost(0.0, 0.009, "texts"),
    "Encoding images": Cost(0.0, 0.006, "images"),
}
_JUDGING = {
    promises.STAGE: Cost(3.0, 0.0012, "inputs"),
    "neighbours": Cost(0.5, 0.0007, "inputs"),
}
_SAVING = {thumbnails.STAGE: Cost(0.0, 0.0028, "images")}

COSTS: dict[str, Mapping[str, Cost]] = {
    "quick": {
        **_READING,
        # From some thousand products on, linear heads are trained by mini-batches.
        training.STAGE: Cost(3.0, 0.0048, "inputs", most=10_000, beyond=0.001),
        **_JUDGING,
        maps.STAGE: Cost(8.0, 0.0053, "inputs"),
        **_SAVING,
    },
    "thorough": {
        encoder_choice.STAGE: Cost(10.0, 0.1, "products", most=encoder_choice.MOST_ROWS),
        **_READING,
        training.STAGE: Cost(92.0, 0.03, "inputs"),
        **_JUDGING,
        maps.STAGE: Cost(12.0, 0.0098, "inputs"),
        **_SAVING,
    },
}
"""Effort -> step, as `core.common.progress` hears of it -> what it costs, in the order of the build."""


FINE_TUNING = {"text": Cost(24.0, 0.023, "texts"), "image": Cost(26.0, 0.006, "images")}
"""Modality -> what training an encoder further takes: always, and for each training product and epoch.

Measured by ``benchmarks/measure_fine_tuning.py`` with the usual encoders and blocks on 100 and 402 products
of a demo catalogue, whose texts are short, in four epochs; what it always takes is the start of a process.
"""
TAUGHT = 1 - VALIDATION_SHARE - TEST_SHARE
"""Share of the products that trains."""


def estimate(
    size: Size,
    effort: Effort,
    cores: int | None = None,
    *,
    finetune: Mapping[str, FineTuning] | None = None,
    recipe: str = CLASSIFY,
    folds: int = 0,
) -> dict[str, float]:
    """Return how long a build will take: step, as `core.common.progress` hears of it -> seconds, in order.

    Parameters
    ----------
    size
        Of the catalogue.
    effort
        Of the build.
    cores
        Of the machine; by default this one's.
    finetune
        Modality -> how its usual encoder is trained further.
    recipe
        What encoders learn then.
    folds
        How many encoders are trained without a part.
    """
    speed = _speed(cores)
    steps = {name: cost.seconds(size, speed) for name, cost in COSTS[effort.name].items()}
    tuning = estimate_fine_tuning(size, finetune or {}, recipe=recipe, folds=folds, cores=cores)
    before = {name: steps.pop(name) for name in list(steps)[: list(steps).index(training.STAGE)]}
    return before | tuning | steps


def estimate_fine_tuning(
    size: Size,
    finetune: Mapping[str, FineTuning],
    *,
    recipe: str = CLASSIFY,
    folds: int = 0,
    cores: int | None = None,
) -> dict[str, float]:
    """Return how long fine-tuning the usual encoders will take if all epochs run, as `estimate` does.

    Products are encoded again after each training, which is part of the step.
    """
    steps, speed = {}, _speed(cores)
    for fold in range(folds + 1):
        share = TAUGHT * (1 - 1 / folds if fold else 1)
        seconds = {m: _tuning_seconds(size, m, each.epochs * share, speed) for m, each in finetune.items()}
        together = [tuple(seconds)] if recipe == CONTRASTIVE else [(modality,) for modality in seconds]
        for some in together:
            steps[stage_of([USUAL[m] for m in some], fold, folds)] = sum(seconds[m] for m in some)
    return steps


def _tuning_seconds(size: Size, modality: str, epochs: float, speed: float) -> float:
    once, encoding = FINE_TUNING[modality], _READING[f"Encoding {modality}s"]
    return replace(once, each=once.each * epochs + encoding.each).seconds(size, speed)


def estimate_refit(size: Size, cores: int | None = None) -> dict[str, float]:
    """Return how long a refit will take, as `estimate` does for a build: it trains quick heads twice."""
    quick, speed = COSTS["quick"], _speed(cores)
    steps = {
        refit.BEFORE: quick[training.STAGE],
        training.STAGE: quick[training.STAGE],
        **_JUDGING,
    }
    return {name: cost.seconds(size, speed) for name, cost in steps.items()}


def _speed(cores: int | None) -> float:
    return min(cores or os.cpu_count() or 1, MOST_CORES) / MEASURED_CORES
