"""Compare the two ways linear heads are trained, as training products grow.

scikit-learn's solvers, and mini-batches (`core.heads.softmax`): log loss, accuracy and calibration error on
test products, and seconds of processor time, both ways in one run. Validation products choose the strength,
and in a build they calibrate; here nothing does.

    python benchmarks/measure_linear_heads.py --data DIR --format fashion --label articleType
    python benchmarks/measure_linear_heads.py --data DIR --format fashion --image compact --sizes 100000

With ``--image``, heads on image and on both are measured as well.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.building.encoding import encode_catalogue
from core.building.fitting import fit
from core.building.options import BuildOptions
from core.building.planning import plan_training
from core.building.preparation import training_data
from core.building.training_data import TrainingData
from core.catalogue.reading import read_catalogue
from core.common.files import cache_dir
from core.common.progress import bar
from core.evaluation.reliability import reliability
from core.features.encoders.registry import load_encoder
from core.heads import linear, tfidf
from core.heads.key import HeadKey

WAYS = {"scikit-learn": sys.maxsize, "mini-batches": 0}
"""Way -> from how many training products on heads are trained by mini-batches."""


@dataclass(frozen=True)
class Measured:
    """What a head reaches on test products, and the processor time of its training."""

    loss: float
    accuracy: float
    calibration: float
    seconds: float
    C: float


def measure(data: TrainingData, key: HeadKey, many_rows: int) -> Measured:
    """Train a head one of the two ways."""
    for module in (linear, tfidf):
        vars(module)["MANY_ROWS"] = many_rows
    start = time.process_time()
    trained = fit(data, key)
    seconds = time.process_time() - start
    test = data.split.test[data.inputs.present(key.modality)[data.split.test]]
    proba, true = trained.predict_proba(data.inputs.take(test)), data.labels[test]
    of_true = proba[np.arange(len(true)), true]
    return Measured(
        float(-np.log(np.maximum(of_true, 1e-9)).mean()),
        float((proba.argmax(axis=1) == true).mean()),
        reliability(true, proba).expected_calibration_error,
        seconds,
        float(trained.settings["C"]),
    )


def of_size(data: TrainingData, rows: int) -> TrainingData:
    """Return the data with some of its training products."""
    train = np.random.default_rng(0).permutation(data.split.train)[:rows]
    return replace(data, split=replace(data.split, train=np.sort(train)))


def main() -> None:
    """Print a line for each number of training products, head and way."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", default="auto")
    parser.add_argument("--label")
    parser.add_argument("--text", default="minilm")
    parser.add_argument("--image", help="an image encoder; without one, heads on text alone")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5000, 10_000, 20_000])
    options = parser.parse_args()
    choices = BuildOptions(heads=("logistic_regression", "tfidf"), cache=cache_dir() / "features")
    catalogue = read_catalogue(options.data, options.format, label=options.label)
    names = {"text": options.text} | ({"image": options.image} if options.image else {})
    encoders = {modality: load_encoder(name) for modality, name in names.items()}
    catalogue, features = encode_catalogue(catalogue, encoders, choices.cache, bar())
    _, data = training_data(catalogue, encoders, features, choices, bar())
    print("    rows input head                 way           log loss  accuracy  calibr.      C   cpu s")
    for rows in options.sizes:
        for key in plan_training(data, choices.heads).heads:
            for way, many_rows in WAYS.items():
                one = measure(of_size(data, rows), key, many_rows)
                print(
                    f"{rows:8} {key.modality:5} {key.head:20} {way:13} {one.loss:9.4f} {one.accuracy:9.4f} "
                    f"{one.calibration:8.4f} {one.C:6g} {one.seconds:7.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
