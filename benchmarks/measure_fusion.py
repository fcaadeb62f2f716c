"""Measure how much better text and image together are than text alone, over several splits of a catalogue.

A single split with a few hundred test rows is too noisy: the catalogue is split with several seeds, all heads
are trained and chosen again on each split, and the means are printed. Then every way of fusing side by side,
with its accuracy and its paired difference to the text model chosen on the same split, and intervals over
groups of products. Features are encoded once.

    python benchmarks/measure_fusion.py --data DIR --format flipkart --image mobilenet --weights FILE
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.splits import Answers, JudgedSplit, joined, judged_splits, load_encoders
from core.building.options import BuildOptions
from core.bundle.model_card import better_single
from core.bundle.training import TrainingChoices
from core.catalogue.reading import read_catalogue
from core.common.files import cache_dir
from core.common.progress import bar
from core.evaluation.intervals import score_intervals
from core.evaluation.paired import compare
from core.heads.key import HeadKey
from core.heads.registry import parse_heads

HEADS = "logistic_regression,linear_svm,tfidf,gated,cross_attention,stacking,blend"
CHOSEN = "chosen"
"""Stands for the fused head that validation products chose on each split."""


@dataclass(frozen=True)
class Outcome:
    """What the chosen heads of one split reach on its test rows."""

    accuracy: dict[str, float]
    macro_f1: dict[str, float]
    calibration: float
    gain: float
    chosen: dict[str, str]


@dataclass(frozen=True)
class Fused:
    """What one fused head answers on the test rows of one split, beside the chosen text model."""

    own: Answers
    by_text: Answers
    ms: float
    size_bytes: int


def fused_heads(split: JudgedSplit) -> dict[str, Fused]:
    """Return head -> its answers; the one that was chosen once more, as `CHOSEN`."""
    models = [model for model in split.judged.models if model.modality == "fused"]
    by_text = split.chosen("text")

    def of(head: str, cards: list) -> Fused:
        (card,) = (each for each in cards if each.head == head)
        return Fused(split.answers(HeadKey("fused", head)), by_text, card.ms_per_product, card.size_bytes)

    chosen = split.judged.chosen["fused"].key.head
    return {CHOSEN: of(chosen, models)} | {model.head: of(model.head, models) for model in models}


def print_fused(splits: list[dict[str, Fused]]) -> None:
    """Print a line for each fused head: products of one group count once, also over several splits."""
    print(f"\n{'fused head':22}{'accuracy':>24}{'difference to text':>30}{'ms':>8}{'MB':>8}")
    for head in splits[0]:
        each = [split[head] for split in splits if head in split]
        own, by_text = joined([one.own for one in each]), joined([one.by_text for one in each])
        groups = own.dense_groups
        accuracy = score_intervals(own.true, own.predicted, int(own.true.max()) + 1, groups=groups).accuracy
        gain = compare(own.true, own.predicted, by_text.predicted, groups=groups).difference
        ms, megabytes = (
            float(np.mean([getattr(one, name) for one in each])) for name in ("ms", "size_bytes")
        )
        print(
            f"{head:22}{accuracy.value:8.4f} [{accuracy.low:.4f}, {accuracy.high:.4f}]"
            f"{gain.value:+10.4f} [{gain.low:+.4f}, {gain.high:+.4f}]{ms:8.2f}{megabytes / 1e6:8.2f}",
            flush=True,
        )


def outcome(split: JudgedSplit) -> Outcome:
    """Read the figures of the heads that were chosen on a split."""
    models = split.judged.models
    chosen = {model.modality: model for model in models if model.chosen}
    accuracy = {modality: model.report.accuracy for modality, model in chosen.items()}
    return Outcome(
        accuracy,
        {modality: model.report.macro_f1 for modality, model in chosen.items()},
        chosen["fused"].calibration_error,
        accuracy["fused"] - accuracy[better_single(models)],
        {modality: model.head for modality, model in chosen.items()},
    )


def main(arguments: list[str] | None = None) -> None:
    """Print a line a split, then the means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", required=True)
    parser.add_argument("--label")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--text", default="minilm")
    parser.add_argument("--image", default="compact")
    parser.add_argument("--weights", type=Path, help="of the image encoder")
    parser.add_argument("--heads", default=HEADS)
    parser.add_argument("--augment", type=int, default=0)
    parser.add_argument("--class-weight", choices=("balanced",))
    parser.add_argument("--seeds", type=int, default=8)
    options = parser.parse_args(arguments)
    encoders = load_encoders(options.text, options.image, options.weights)
    catalogue = read_catalogue(
        options.data, options.format, label=options.label, limit=options.limit, progress=bar()
    )
    choices = BuildOptions(
        heads=parse_heads(options.heads),
        augment=options.augment,
        training=TrainingChoices(balanced=options.class_weight == "balanced"),
        cache=cache_dir() / "features",
    )
    outcomes, fused = [], []
    for split in judged_splits(catalogue, encoders, choices, options.seeds):
        outcomes.append(one := outcome(split))
        fused.append(fused_heads(split))
        figures = "  ".join(f"{m} {value:.4f} ({one.chosen[m]})" for m, value in one.accuracy.items())
        print(
            f"seed {split.seed}: {figures}  gain {one.gain:+.4f}  calibration {one.calibration:.3f}",
            flush=True,
        )
    print_means(outcomes)
    print_fused(fused)


def print_means(outcomes: list[Outcome]) -> None:
    """Print what the chosen heads reach in the mean of all splits."""
    print(f"\n{'':12}{'accuracy':>10}{'macro F1':>10}   means of {len(outcomes)} splits, ± standard error")
    for modality in outcomes[0].accuracy:
        accuracy, macro = (
            np.array([getattr(one, name)[modality] for one in outcomes]) for name in ("accuracy", "macro_f1")
        )
        print(f"{modality:12}{accuracy.mean():10.4f}{macro.mean():10.4f}   {_error(accuracy)}")
    gains = np.array([one.gain for one in outcomes])
    print(f"fusion gain {gains.mean():+.4f} {_error(gains)}; above zero in {(gains > 0).sum()} splits")
    print(f"calibration error of fused {np.mean([one.calibration for one in outcomes]):.4f}")


def _error(values: np.ndarray) -> str:
    return f"± {values.std(ddof=1) / np.sqrt(len(values)):.4f}" if len(values) > 1 else "(one split)"


if __name__ == "__main__":
    main()
