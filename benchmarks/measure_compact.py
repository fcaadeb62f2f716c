"""Compare `compact` with MobileNet 0.75 and EfficientNet-Lite0: images per second, and held-out accuracy.

    python benchmarks/measure_compact.py --data ../shared/data --weights mobilenet_7_5_224_no_top.weights.h5

Speed: they run in ONNX Runtime with fp32, as in the app; they take turns and medians are reported, so that
other work on the machine affects all alike. "network" is the session alone on a prepared array; "encode"
starts from decoded images and includes resizing.

Accuracy: logistic regression on unit-length vectors, with C chosen per encoder on rows that are not held out.
"seen" trains it on compact's training rows and tests it on the held-out ones; "unseen" trains and tests it
within the held-out rows (five folds), which compact never saw. With ``--unseen-only``, C is chosen within
each fold's training rows, and only held-out rows are encoded.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from compact_data import FASHION, SEED, decoded_images, read_rows

from core.common.progress import bar
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import load_encoder
from core.onnx import sessions as runtime

TASKS = {
    # name -> sources, label column
    "photos: 81 groceries and 10 clothes": (("grocery", "clothing"), "label"),
    "flipkart: 7 categories": (("flipkart",), "label"),
    "fashion: subCategory": (("fashion",), "coarse"),
}
OTHERS = ("mobilenet-0.75", "efficientnet-lite0")
STRENGTHS = (1.0, 10.0, 100.0)
ROUND_SECONDS = 0.4


def rate(work, units: int) -> float:
    """Return units a second of a callable run again and again for a moment."""
    started, runs = time.perf_counter(), 0
    while (passed := time.perf_counter() - started) < ROUND_SECONDS:
        work()
        runs += 1
    return units * runs / passed


def speeds(encoders: dict[str, Encoder], images: list, rounds: int, progress) -> list[dict]:
    """Time the encoders in turns; one line per way of running and batch size."""
    generator = np.random.default_rng(SEED)
    lines = []
    ways = [(way, batch) for way in ("network", "encode") for batch in (1, 8)]
    for at, (way, batch) in enumerate(ways):
        work = {}
        for name, encoder in encoders.items():
            if way == "encode":
                work[name] = lambda encoder=encoder, batch=batch: encoder.encode(images[:batch])
            else:
                session = runtime.session(encoder.onnx_path, gpu=True)
                shape = (batch, 3, encoder.side, encoder.side)
                given = {session.get_inputs()[0].name: generator.uniform(-1, 1, shape).astype(np.float32)}
                work[name] = lambda session=session, given=given: session.run(None, given)
        for each in work.values():
            each()
        rates = {name: [] for name in work}
        for _ in range(rounds):
            for name, each in work.items():
                rates[name].append(rate(each, batch))
        line = {name: round(float(np.median(values)), 1) for name, values in rates.items()}
        ratios = {
            f"over {name}": round(float(np.median(np.array(rates["compact"]) / np.array(rates[name]))), 2)
            for name in OTHERS
        }
        lines.append({"way": way, "batch": batch, **line, **ratios})
        progress("speed", at + 1, len(ways))
    return lines


def vectors(encoders: dict[str, Encoder], data: Path, rows: pd.DataFrame, progress) -> dict[str, np.ndarray]:
    """Encode every row's image with each encoder."""
    features = {name: np.empty((len(rows), encoder.dim), np.float32) for name, encoder in encoders.items()}
    waiting: list = []
    for at, image in enumerate(decoded_images(data, rows)):
        waiting.append(image)
        if len(waiting) == 64 or at == len(rows) - 1:
            for name, encoder in encoders.items():
                features[name][at + 1 - len(waiting) : at + 1] = encoder.encode(waiting)
            waiting = []
            progress("encoding", at + 1, len(rows))
    return features


def regression(strength: float):
    """Make an untrained logistic regression."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=300, tol=1e-3)


def choose_strength(x: np.ndarray, y: np.ndarray) -> float:
    """Return the C that does best on a fifth of the rows, set apart."""
    from sklearn.model_selection import train_test_split

    x_fit, x_check, y_fit, y_check = train_test_split(x, y, test_size=0.2, random_state=SEED)
    return max(STRENGTHS, key=lambda strength: regression(strength).fit(x_fit, y_fit).score(x_check, y_check))


def accuracies(
    features: dict[str, np.ndarray], rows: pd.DataFrame, progress, *, unseen_only: bool = False
) -> list[dict]:
    """Score the protocols on every task; photos also by source."""
    from sklearn.model_selection import StratifiedGroupKFold

    lines = []
    total = 2 * len(TASKS) * len(features)
    done = 0
    for task, (sources, column) in TASKS.items():
        of_task = rows["source"].isin(sources).to_numpy()
        label = rows[column].to_numpy(dtype=object).astype(str)
        test = of_task & (rows["part"] == "test").to_numpy()
        # Classes with fewer rows than folds cannot be scored fairly: left out for both encoders alike.
        counts = pd.Series(label[test]).value_counts()
        test &= np.isin(label, counts[counts >= 5].index)
        learn = of_task & (rows["part"] != "test").to_numpy() & np.isin(label, np.unique(label[test]))
        truth, source = label[test], rows["source"].to_numpy(dtype=object)[test]
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=SEED)
        dealt = list(folds.split(truth, truth, rows["group"].to_numpy()[test]))
        guesses: dict[tuple[str, str], np.ndarray] = {}
        for name, x in features.items():
            strength = None
            if not unseen_only:
                strength = choose_strength(x[learn], label[learn])
                guesses["seen", name] = regression(strength).fit(x[learn], label[learn]).predict(x[test])
            progress("logistic regression", done := done + 1, total)
            unseen = np.empty_like(truth)
            for inner, outer in dealt:
                own = strength or choose_strength(x[test][inner], truth[inner])
                model = regression(own).fit(x[test][inner], truth[inner])
                unseen[outer] = model.predict(x[test][outer])
            guesses["unseen", name] = unseen
            progress("logistic regression", done := done + 1, total)
        for protocol in ("unseen",) if unseen_only else ("seen", "unseen"):
            for part in (None, *(sources if len(sources) > 1 else ())):
                where = np.ones(len(truth), bool) if part is None else source == part
                line = {
                    name: round(float(np.mean(guesses[protocol, name][where] == truth[where])), 4)
                    for name in features
                }
                line |= {f"less {name}": round(line["compact"] - line[name], 4) for name in OTHERS}
                title = task if part is None else f"- {part} rows of it"
                lines.append({"task": title, "regression": protocol, "rows": int(where.sum()), **line})
    return lines


def main() -> None:
    """Parse the command line, measure, print, and write the figures if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with photos/, flipkart/ and fashion/"
    )
    parser.add_argument(
        "--weights", type=Path, required=True, help="MobileNet 0.75 (224, no top) weights, .h5"
    )
    parser.add_argument("--compact", type=Path, help="other weights for compact than the committed ones")
    parser.add_argument("--rounds", type=int, default=15, help="rounds per encoder, batch and way")
    parser.add_argument("--speed-only", action="store_true")
    parser.add_argument("--unseen-only", action="store_true", help="encode held-out rows alone")
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    encoders = {
        "compact": load_encoder("compact", arguments.compact),
        "mobilenet-0.75": load_encoder("mobilenet-0.75", arguments.weights),
        "efficientnet-lite0": load_encoder("efficientnet-lite0"),
    }
    rows = read_rows(arguments.data, fashion=FASHION)
    images = list(decoded_images(arguments.data, rows[rows["part"] == "test"].head(8)))
    progress = bar()
    result = {"threads": runtime.threads(), "speed": speeds(encoders, images, arguments.rounds, progress)}
    print(pd.DataFrame(result["speed"]).to_string(index=False))
    if not arguments.speed_only:
        rows = rows[rows["part"] == "test"].reset_index(drop=True) if arguments.unseen_only else rows
        features = vectors(encoders, arguments.data, rows, progress)
        result["accuracy"] = accuracies(features, rows, progress, unseen_only=arguments.unseen_only)
        print(pd.DataFrame(result["accuracy"]).to_string(index=False))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
