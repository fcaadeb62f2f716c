"""Measure what fine-tuning an encoder brings: accuracy before and after on the same products, and minutes.

    python benchmarks/measure_fine_tuning.py --data DIR --format flipkart --encoder minilm --seeds 3
    python benchmarks/measure_fine_tuning.py --data DIR --encoder compact --sizes 250 1000 4000

Accuracy is that of logistic regression on the encoder's vectors, as a build trains it. Each seed is another
split and another training. ``--sizes`` trains on growing samples of the training products, each with as large
a share of the validation products; the test products are the same for all. Intervals resample product groups.
Minutes are processor time of training and encoding again, which other work on the machine hardly stretches.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measure_image_encoders import interval
from core.building.encoding import encode_catalogue
from core.building.finetuning.applying import fine_tune
from core.building.finetuning.settings import DEFAULTS
from core.building.fitting import fit
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue, read_catalogue
from core.common.files import cache_dir
from core.common.progress import Progress, bar
from core.evaluation.splits import Split
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import load_encoder
from core.features.vectors import Features
from core.heads.key import HeadKey

HEADER = "| training products | before | after | difference | minutes |\n| --- | --- | --- | --- | --- |"


@dataclass
class Measured:
    """What was measured with samples of one size, a split after the other.

    Attributes
    ----------
    before, after
        Whether each test product is answered right, float (n,), NaN for the others.
    minutes
        Of processor time, for training and encoding again.
    products
        How many training products there were.
    """

    before: list[np.ndarray] = field(default_factory=list)
    after: list[np.ndarray] = field(default_factory=list)
    minutes: list[float] = field(default_factory=list)
    products: list[int] = field(default_factory=list)

    def row(self, groups: np.ndarray) -> str:
        """Return a row of the table."""
        before, after = np.stack(self.before), np.stack(self.after)
        figures = [_shown(interval(each, groups)) for each in (before, after, after - before)]
        return f"| {np.mean(self.products):,.0f} | {' | '.join(figures)} | {np.mean(self.minutes):.1f} |"


def _shown(figure: tuple[float, float, float]) -> str:
    return "{:.3f} ({:.3f} to {:.3f})".format(*figure)


def processor_seconds() -> float:
    """Return what this process has used so far, and processes that it has waited for."""
    return sum(os.times()[:4])


def right(data: TrainingData, modality: str) -> np.ndarray:
    """Return whether each test product is answered right, float (n,), NaN for the others."""
    head = fit(data, HeadKey(modality, "logistic_regression"))
    rows = data.split.test[data.inputs.present(modality)[data.split.test]]
    answers = np.full(len(data.labels), np.nan)
    answers[rows] = head.predict_proba(data.inputs.take(rows)).argmax(axis=1) == data.labels[rows]
    return answers


def sampled(data: TrainingData, size: int) -> TrainingData:
    """Return the data with `size` training products or a few more, by whole groups; smaller samples nest."""
    share = size / len(data.split.train)
    order = np.random.default_rng(data.seed).permutation(data.groups.max() + 1)[data.groups]
    train, validation = (
        rows[order[rows] <= np.sort(order[rows])[max(0, round(share * len(rows)) - 1)]]
        for rows in (data.split.train, data.split.validation)
    )
    return replace(data, split=Split(train, validation, data.split.test, data.split.seed))


def measure(
    catalogue: Catalogue,
    encoder: Encoder,
    features: Mapping[str, Features],
    sizes: Sequence[int],
    options: BuildOptions,
    progress: Progress,
) -> tuple[dict[int, Measured], np.ndarray]:
    """Measure samples of one split, and print a line for each; return them and the groups."""
    fitted, data = training_data(catalogue, {encoder.modality: encoder}, features, options, progress)
    measured = {}
    for size in sizes:
        one = measured[size] = Measured()
        some = sampled(data, min(size, len(data.split.train)))
        one.products.append(len(some.split.train))
        start = processor_seconds()
        tuned = fine_tune(catalogue, fitted, some, options, progress)
        one.minutes.append((processor_seconds() - start) / 60)
        one.before.append(right(some, encoder.modality))
        one.after.append(right(tuned.data, encoder.modality))
        course = tuned.courses[encoder.modality]
        print(
            f"seed {options.seed}: {len(some.split.train)} training products, {one.minutes[-1]:.2f} min, "
            f"{np.nanmean(one.before[-1]):.4f} -> {np.nanmean(one.after[-1]):.4f}; {course.sentence}; "
            f"validation {[round(loss, 4) for loss in course.validation]}",
            flush=True,
        )
    return measured, data.groups


def main() -> None:
    """Print a line for each training, and the table so far after each split."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", default="auto")
    parser.add_argument("--label")
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--limit", type=int)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[sys.maxsize], help="training products, all at most"
    )
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=NUMBER", help="settings of FineTuning")
    options = parser.parse_args()
    progress = bar()
    encoder = load_encoder(options.encoder, progress=progress)
    changes = {name: float(number) if "." in number or "e" in number else int(number)
               for name, _, number in (each.partition("=") for each in options.set)}  # fmt: skip
    settings = replace(DEFAULTS[encoder.modality], **changes)
    catalogue = read_catalogue(options.data, options.format, label=options.label, limit=options.limit)
    cache = cache_dir() / "features"
    catalogue, features = encode_catalogue(catalogue, {encoder.modality: encoder}, cache, progress)
    print(f"{len(catalogue.table)} products, {len(catalogue.classes)} categories", flush=True)
    every: dict[int, Measured] = {}
    for seed in range(options.seeds):
        choices = BuildOptions(
            heads=("logistic_regression",), seed=seed, cache=cache, finetune={encoder.modality: settings}
        )
        measured, groups = measure(catalogue, encoder, features, options.sizes, choices, progress)
        for size, one in measured.items():
            so_far = every.setdefault(size, Measured())
            so_far.before += one.before
            so_far.after += one.after
            so_far.minutes += one.minutes
            so_far.products += one.products
        print(HEADER)
        print("\n".join(one.row(groups) for one in every.values()), flush=True)


if __name__ == "__main__":
    main()
