"""Flip labels and swap images in a catalogue, and measure how many of these faults are found.

    python benchmarks/find_flipped_labels.py --data DIR --format flipkart
    python benchmarks/find_flipped_labels.py --data DIR --format flipkart --image mobilenet --weights FILE
    python benchmarks/find_flipped_labels.py --data DIR --format fashion --limit 6000 --compare

Logistic regressions (C = 10, five folds grouped by product) are trained on the encoders' features of the
catalogue with the faults in it. Figures are means over the seeds, with standard deviations. Existing faults
of the catalogue count as false alarms, because they are not known. `compact` was trained on the true labels
of some rows of Flipkart and Fashion: ``--judge`` restricts the figures to the skus listed in a file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.building.encoding import encode_catalogue
from core.catalogue.reading import read_catalogue
from core.common.files import cache_dir
from core.evaluation.folds import logistic, out_of_fold
from core.faults.mismatches import find_mismatches
from core.faults.wrong_categories import find_wrong_categories, mean_probabilities
from core.features.encoders.registry import load_encoder


def main() -> None:
    """Print a line a fault and method."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", default="flipkart")
    parser.add_argument("--image", default="compact", help="image encoder")
    parser.add_argument("--weights", type=Path, help="the image encoder's")
    parser.add_argument("--limit", type=int, help="random rows to take")
    parser.add_argument("--share", type=float, default=0.05, help="of the rows that get a fault")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--judge", type=Path, help="file of skus: figures over these rows alone")
    parser.add_argument("--compare", action="store_true", help="show what else was tried")
    arguments = parser.parse_args()
    catalogue = read_catalogue(arguments.data, arguments.format, limit=arguments.limit)
    encoders = {
        "text": load_encoder("minilm"),
        "image": load_encoder(arguments.image, arguments.weights, modality="image"),
    }
    catalogue, features = encode_catalogue(catalogue, encoders, cache_dir() / "features")
    table = catalogue.table
    y = np.searchsorted(np.array(catalogue.classes, dtype=object), table["category"].to_numpy(dtype=object))
    groups = catalogue.grouping.numbers
    judged = np.ones(len(y), dtype=bool)
    if arguments.judge:
        skus = set(arguments.judge.read_text(encoding="utf-8").split())
        judged = table["sku"].isin(skus).to_numpy()
    count = len(catalogue.classes)
    vectors = {modality: one.vectors for modality, one in features.items()}
    present = {modality: one.present for modality, one in features.items()}
    present["fused"] = present["text"] & present["image"]

    def opinion(modality: str, vectors: np.ndarray, y: np.ndarray) -> np.ndarray:
        return out_of_fold(logistic(vectors, y, count), y, groups, present=present[modality])

    results: dict[str, list[np.ndarray]] = {}
    text = opinion("text", vectors["text"], y)
    for seed in range(arguments.seeds):
        rng = np.random.default_rng(seed)
        flipped, wrong = flip_labels(y, count, arguments.share, rng)
        opinions = {modality: opinion(modality, vectors[modality], flipped) for modality in vectors}
        doubts = find_wrong_categories(flipped, mean_probabilities(opinions.values()))
        results.setdefault("flipped labels", []).append(figures(wrong, doubts.score, doubts.is_issue, judged))
        fixed = doubts.is_issue & wrong & judged
        results.setdefault("  of those found, suggestion right", []).append(
            np.array([(doubts.suggested == y)[fixed].mean()])
        )
        if arguments.compare:
            side_by_side = np.concatenate(list(vectors.values()), axis=1)
            opinions["fused"] = opinion("fused", side_by_side, flipped)
            for name, (score, issue) in label_alternatives(flipped, opinions).items():
                results.setdefault(f"  labels, {name}", []).append(figures(wrong, score, issue, judged))
        swapped, wrong = swap_rows(vectors["image"], y, present["image"], arguments.share, rng)
        image = opinion("image", swapped, y)
        conflicts = find_mismatches(y, text, image)
        blamed = np.where(conflicts.suspect == "image", conflicts.score, 0)
        issue = conflicts.is_issue & (conflicts.suspect == "image")
        results.setdefault("swapped images", []).append(figures(wrong, blamed, issue, judged))
        if arguments.compare:
            for name, score in conflict_alternatives(y, text, image).items():
                results.setdefault(f"  images, {name}", []).append(figures(wrong, score, None, judged))
    print(f"{len(y)} products, {count} classes, {judged.sum()} judged, {arguments.seeds} seeds")
    print(f"{'':42} {'average':>11} {'first N':>11} {'issues':>9} {'precision':>11} {'recall':>11}")
    for name, rows in results.items():
        mean, spread = np.mean(rows, axis=0), np.std(rows, axis=0)
        cells = [
            f"{m:.3f}±{s:.3f}" if m <= 1 else f"{m:.0f}±{s:.0f}" for m, s in zip(mean, spread, strict=True)
        ]
        print(f"{name:42} " + " ".join(f"{cell:>11}" for cell in cells))


def flip_labels(
    y: np.ndarray, count: int, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return labels with `share` of them replaced by any other, and where."""
    rows = rng.choice(len(y), round(share * len(y)), replace=False)
    flipped, wrong = y.copy(), np.zeros(len(y), dtype=bool)
    flipped[rows] = (y[rows] + rng.integers(1, count, len(rows))) % count
    wrong[rows] = True
    return flipped, wrong


def swap_rows(
    vectors: np.ndarray, y: np.ndarray, present: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors with `share` of them moved to products of another class, and where."""
    rows = rng.choice(np.flatnonzero(present), round(share * present.sum()), replace=False)
    rows = rows[np.argsort(y[rows], kind="stable")]
    source = np.roll(rows, np.bincount(y[rows]).max())  # past the largest class: almost all meet another
    source = np.where(y[source] == y[rows], rows, source)
    swapped = vectors.copy()
    swapped[rows] = vectors[source]
    wrong = np.zeros(len(y), dtype=bool)
    wrong[rows[source != rows]] = True
    return swapped, wrong


def figures(wrong: np.ndarray, score: np.ndarray, issue: np.ndarray | None, judged: np.ndarray) -> np.ndarray:
    """Return average precision, precision of the first N = wrong rows; issues, their precision and recall."""
    from sklearn.metrics import average_precision_score

    judged = judged & np.isfinite(score)
    wrong, score = wrong[judged], score[judged]
    first = np.argsort(-score, kind="stable")[: wrong.sum()]
    scores = np.array([average_precision_score(wrong, score), wrong[first].mean()])
    if issue is None:
        return scores
    issue = issue[judged]
    hits = (wrong & issue).sum()
    return np.append(scores, [issue.sum(), hits / max(issue.sum(), 1), hits / wrong.sum()])


def label_alternatives(
    y: np.ndarray, opinions: Mapping[str, np.ndarray]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return what else was tried for labels: name -> scores and issues, over rows that all opinions cover."""
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    rows = np.flatnonzero(np.all([np.isfinite(each).all(axis=1) for each in opinions.values()], axis=0))
    said = {name: each[rows].astype(np.float64) for name, each in opinions.items()}
    product = said["text"] * said["image"] + 1e-12
    mean = (said["text"] + said["image"]) / 2
    mixes = {
        "text": said["text"],
        "image": said["image"],
        "both side by side": said["fused"],
        "product": product / product.sum(axis=1, keepdims=True),
        "mean": mean,
    }
    tried: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def add(name: str, proba: np.ndarray, method: str, filter_by: str) -> None:
        score, issue = np.full(len(y), np.nan), np.zeros(len(y), dtype=bool)
        proba = proba / proba.sum(axis=1, keepdims=True)
        score[rows] = 1 - get_label_quality_scores(y[rows], proba, method=method)
        issue[rows] = find_label_issues(y[rows], proba, filter_by=filter_by, n_jobs=1)
        tried[name] = score, issue

    for name, proba in mixes.items():
        add(name, proba, "self_confidence", "low_self_confidence")
    for method in ("normalized_margin", "confidence_weighted_entropy"):
        add(f"mean, {method}", mean, method, "low_self_confidence")
    for filter_by in ("prune_by_noise_rate", "prune_by_class", "both", "confident_learning"):
        add(f"mean, {filter_by}", mean, "self_confidence", filter_by)
    return tried


def conflict_alternatives(y: np.ndarray, text: np.ndarray, image: np.ndarray) -> dict[str, np.ndarray]:
    """Return what else was tried for images: name -> scores, NaN where text or image is missing."""
    rows = np.flatnonzero(np.isfinite(text).all(axis=1) & np.isfinite(image).all(axis=1))
    one, other = text[rows].astype(np.float64), image[rows].astype(np.float64)
    count, at = one.shape[1], np.arange(len(rows))
    filed = np.eye(count)[y[rows]]

    def entropy(proba: np.ndarray) -> np.ndarray:
        return -(proba * np.log2(np.where(proba > 0, proba, 1))).sum(axis=1)

    def divergence(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return entropy((a + b) / 2) - (entropy(a) + entropy(b)) / 2

    def sure(proba: np.ndarray) -> np.ndarray:
        return np.clip(1 - entropy(proba) / np.log2(count), 0, 1)

    listing = (one + filed) / 2
    scores = {
        "believed by text, not by image": one[at, y[rows]] * (1 - other[at, y[rows]]),
        "1 - product of agreement": 1 - (one * other).sum(axis=1),
        "Hellinger": 1 - np.sqrt(one * other).sum(axis=1),
        "Jensen-Shannon (JS)": divergence(one, other),
        "JS, both confidences": divergence(one, other) * np.sqrt(sure(one) * sure(other)),
        "JS against text + category": divergence(listing, other),
        "the same, image's confidence": divergence(listing, other) * np.sqrt(sure(other)),
        "the same, both confidences": divergence(listing, other) * np.sqrt(sure(listing) * sure(other)),
    }
    all_rows = {}
    for name, score in scores.items():
        all_rows[name] = np.full(len(y), np.nan)
        all_rows[name][rows] = score
    return all_rows


if __name__ == "__main__":
    main()
