"""Measure what fine-tuning an encoder brings: accuracy before and after on the same products, and minutes.

    python benchmarks/measure_fine_tuning.py --data DIR --format flipkart --encoder minilm --seeds 3

Accuracy is that of logistic regression on the encoder's vectors, as a build trains it. Each seed is another
split and another training. The interval resamples product groups.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
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
from core.catalogue.reading import read_catalogue
from core.common.files import cache_dir
from core.common.progress import bar
from core.features.encoders.registry import load_encoder
from core.heads.key import HeadKey


def right(data: TrainingData, modality: str) -> np.ndarray:
    """Return whether each test product is answered right, float (n,), NaN for the others."""
    head = fit(data, HeadKey(modality, "logistic_regression"))
    rows = data.split.test[data.inputs.present(modality)[data.split.test]]
    answers = np.full(len(data.labels), np.nan)
    answers[rows] = head.predict_proba(data.inputs.take(rows)).argmax(axis=1) == data.labels[rows]
    return answers


def main() -> None:
    """Print a line for each split, then the means."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", default="auto")
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=NUMBER", help="settings of FineTuning")
    options = parser.parse_args()
    progress = bar()
    encoder = load_encoder(options.encoder, progress=progress)
    changes = {name: float(number) if "." in number or "e" in number else int(number)
               for name, _, number in (each.partition("=") for each in options.set)}  # fmt: skip
    settings = replace(DEFAULTS[encoder.modality], **changes)
    catalogue = read_catalogue(options.data, options.format, limit=options.limit)
    cache = cache_dir() / "features"
    encoders = {encoder.modality: encoder}
    catalogue, features = encode_catalogue(catalogue, encoders, cache, progress)
    before, after = [], []
    for seed in range(options.seeds):
        choices = BuildOptions(
            heads=("logistic_regression",), seed=seed, cache=cache, finetune={encoder.modality: settings}
        )
        fitted, data = training_data(catalogue, encoders, features, choices, progress)
        start = time.perf_counter()
        tuned = fine_tune(catalogue, fitted, data, choices, progress)
        minutes = (time.perf_counter() - start) / 60
        before.append(right(data, encoder.modality))
        after.append(right(tuned.data, encoder.modality))
        course = tuned.courses[encoder.modality]
        files = [each.onnx_path for each in (encoder, tuned.encoders[encoder.modality])]
        sizes = " -> ".join(f"{file.stat().st_size / 1e6:.1f}" for file in files if file is not None)
        print(
            f"seed {seed}: {len(data.split.train)} training products, {minutes:.1f} min, "
            f"{np.nanmean(before[-1]):.4f} -> {np.nanmean(after[-1]):.4f}, {sizes} MB; {course.sentence}; "
            f"validation {[round(loss, 4) for loss in course.validation]}",
            flush=True,
        )
    groups = data.groups
    for name, values in (
        ("before", np.stack(before)),
        ("after", np.stack(after)),
        ("difference", np.stack(after) - np.stack(before)),
    ):
        mean, low, high = interval(values, groups)
        print(f"{name:11}{mean:8.4f} ({low:.4f} to {high:.4f})")


if __name__ == "__main__":
    main()
