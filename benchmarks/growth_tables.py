"""What builds of several sizes took, as Markdown tables: a stage a row, a size a column, and the growth."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.stages import Taken
from benchmarks.watching import DONE

SHORT = 0.5
"""Seconds below which a stage's growth is not told: it is mostly what is done once."""
FIGURES: dict[str, Callable[[Taken], float]] = {
    "seconds": lambda taken: taken.seconds,
    "processor seconds": lambda taken: taken.processor,
    "GB at most": lambda taken: taken.peak_mb / 1024,
}
ALL = "all"


@dataclass(frozen=True)
class Run:
    """One build.

    Attributes
    ----------
    way
        Which checkout built.
    products
        Rows of the catalogue.
    outcome
        `DONE`, or in words why it is not.
    stages
        What each took, as far as it came.
    peak_mb
        The most memory that the process and those it started held.
    models
        What each model reached on the test products.
    """

    way: str
    products: int
    outcome: str
    stages: Mapping[str, Taken]
    peak_mb: float
    models: Sequence[Mapping[str, float | str]]

    @property
    def whole(self) -> Taken:
        """All stages together."""
        seconds, processor = (
            sum(getattr(each, name) for each in self.stages.values()) for name in ("seconds", "processor")
        )
        return Taken(seconds, processor, self.peak_mb)

    @property
    def summary(self) -> str:
        """One line."""
        whole = self.whole
        return f"{self.outcome}, {whole.seconds:.0f} s, {whole.peak_mb / 1024:.2f} GB at most"


def report(runs: Sequence[Run]) -> str:
    """Return tables of all figures, of what the models reached, and of what was not built."""
    ways = list(dict.fromkeys(run.way for run in runs))
    parts = [_table(runs, way, figure) for figure in FIGURES for way in ways]
    parts += [_models([run for run in runs if run.outcome == DONE])]
    failed = [
        f"- {each.products:,} products, {each.way}: {each.outcome}" for each in runs if each.outcome != DONE
    ]
    return "\n\n".join([*parts, *(["\n".join(failed)] if failed else [])])


def growth(small: tuple[int, float], large: tuple[int, float]) -> float:
    """Return the exponent by which a figure grows between two sizes, of products and figure each."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def _table(runs: Sequence[Run], way: str, figure: str) -> str:
    own = [run for run in runs if run.way == way]
    sizes = sorted({run.products for run in own})
    stages = list(dict.fromkeys(stage for run in own for stage in run.stages))
    lines = [
        f"| {way}, {figure} | " + " | ".join(f"{size:,}" for size in sizes) + " | growth |",
        "| --- |" + " ---: |" * (len(sizes) + 1),
    ]
    for stage in [*stages, ALL]:
        known = {size: _median(own, size, stage, FIGURES[figure]) for size in sizes}
        cells = ["" if known[size] is None else _shown(known[size]) for size in sizes]
        lines.append(f"| {stage} | " + " | ".join([*cells, _growth(known)]) + " |")
    return "\n".join(lines)


def _median(runs: Sequence[Run], size: int, stage: str, of: Callable[[Taken], float]) -> float | None:
    """Return the median over the builds of a size that came through a stage."""
    taken = [
        of(run.whole if stage == ALL else run.stages[stage])
        for run in runs
        if run.products == size and (run.outcome == DONE if stage == ALL else stage in run.stages)
    ]
    return statistics.median(taken) if taken else None


def _growth(known: Mapping[int, float | None]) -> str:
    points = [(size, value) for size, value in known.items() if value is not None]
    if len(points) < 2 or points[-2][1] < SHORT:
        return ""
    return f"{growth(*points[-2:]):.2f}"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _models(runs: Sequence[Run]) -> str:
    lines = [
        "| products | checkout | model | accuracy | log loss | calibration error |",
        "| ---: | --- | --- | ---: | ---: | ---: |",
    ]
    for run in runs:
        for model in run.models:
            error = model["calibration_error"]
            lines.append(
                f"| {run.products:,} | {run.way} | {model['model']} | {model['accuracy']:.4f} | "
                f"{model['log_loss']:.4f} | {'' if error is None else f'{error:.4f}'} |"
            )
    return "\n".join(lines)
