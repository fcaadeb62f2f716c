"""Measure image encoders on a catalogue: accuracy over ten splits, and images a second.

    python benchmarks/measure_image_encoders.py --data DIR --format flipkart --weights mobilenet-0.75=FILE

Accuracy is that of plain logistic regression on the encoder's vectors, its C chosen by the log loss of
validation products. All encoders share the splits; images that one of them was trained on stay in training. A
split tests a fifth of the products, so the mean is over ten, and the interval resamples product groups.
``--ways`` compares stretching, padding (white) and cutting out the middle, by validation products alone.
``--int8`` adds networks quantised to 8 bits with images of training products for calibration.

``--speed`` times ONNX Runtime and torch eager in turns, one image at a time and in batches of 32; the best
round of each counts, which other work on the machine disturbs least. ``taskset -c 0`` gives each one core.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import Comparison, report, take_turns
from core.catalogue.images.decoding import open_image
from core.catalogue.reading import Catalogue, read_catalogue
from core.common.progress import bar
from core.evaluation.splits import Split, make_split
from core.features.encoders import efficientnet_lite
from core.features.encoders.image import ImageEncoder
from core.features.encoders.registry import load_encoder
from core.features.encoders.training_images import learned_rows
from core.onnx import sessions as runtime
from core.onnx.lanes import onnx_lanes

ENCODERS = "compact,mobilenet-0.75,efficientnet-lite0,efficientnet-lite1,efficientnet-lite2"
STRENGTHS = (1.0, 10.0, 100.0)
DECODED = 320
"""Pixels along the shorter edge of decoded images: more than any of the networks needs."""
CALIBRATION = 64
RESAMPLES = 2000
BATCH = 32


def variants(
    encoder: ImageEncoder,
) -> Iterator[tuple[str, ImageEncoder, Callable[[Image.Image], Image.Image]]]:
    """Yield ways to prepare images: name, encoder, and what comes before it."""
    yield "stretched", encoder, lambda image: image
    yield "padded", encoder, lambda image: ImageOps.pad(image, (max(image.size),) * 2, color="white")
    for share in (0.875, 1.0):
        preparation = dataclasses.replace(
            encoder.preparation, shorter_edge=round(encoder.preparation.side / share)
        )
        other = encoder.on(onnx_lanes, "fp32")
        other.preparation = preparation
        yield f"middle {share:.3g}", other, lambda image: image


def accuracies(vectors: np.ndarray, y: np.ndarray, splits: list[Split], part: str) -> np.ndarray:
    """Return whether each product was classified right, float (splits, n), NaN where it was not asked."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    right = np.full((len(splits), len(y)), np.nan)
    for number, split in enumerate(splits):
        best, least = None, np.inf
        for strength in STRENGTHS:
            model = LogisticRegression(C=strength, max_iter=300, tol=1e-3)
            model.fit(vectors[split.train], y[split.train])
            of_validation = model.predict_proba(vectors[split.validation])
            loss = log_loss(y[split.validation], of_validation, labels=model.classes_)
            if loss < least:
                best, least = model, loss
        rows = getattr(split, part)
        right[number, rows] = best.predict(vectors[rows]) == y[rows]
    return right


def interval(right: np.ndarray, groups: np.ndarray) -> tuple[float, float, float]:
    """Return the mean over splits and its 95 % bootstrap interval over product groups."""
    _, group = np.unique(groups, return_inverse=True)
    random = np.random.default_rng(0)
    asked, correct = ~np.isnan(right), np.nan_to_num(right)
    means = []
    for _ in range(RESAMPLES):
        drawn = np.bincount(random.integers(group.max() + 1, size=group.max() + 1), minlength=group.max() + 1)
        weight = drawn[group]
        means.append(np.mean((correct @ weight) / (asked @ weight)))
    low, high = np.quantile(means, (0.025, 0.975))
    return float(np.nanmean(right, axis=1).mean()), float(low), float(high)


def quantised(encoder: ImageEncoder, images: list[Image.Image], folder: Path) -> ImageEncoder:
    """Return the encoder with weights and activations in 8 bits, calibrated on `images`."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            self.feeds = iter(
                [{"input": encoder.preparation.scale([encoder.prepare(one)])} for one in images]
            )

        def get_next(self) -> dict | None:
            return next(self.feeds, None)

    target = folder / f"{encoder.name}.onnx"
    quantize_static(
        encoder.onnx_path,
        target,
        Reader(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )
    return encoder.on(lambda _: onnx_lanes(target), "int8")


def measure_accuracy(
    encoders: Mapping[str, ImageEncoder], catalogue: Catalogue, options: argparse.Namespace
) -> None:
    """Print the accuracy of each encoder, or way of preparing images."""
    table = catalogue.table
    table = table.assign(row=np.arange(len(table)))[table["has_image"]]
    _, y = np.unique(table["category"].to_numpy(dtype=object).astype(str), return_inverse=True)
    groups = np.asarray(catalogue.grouping.numbers)[table["row"].to_numpy()]
    digests = list(table["image_digest"])
    learned = np.any([learned_rows({"image": one}, digests) for one in encoders.values()], axis=0)
    splits = [
        make_split(list(table["category"]), groups, seed=seed, learned=learned)
        for seed in range(options.splits)
    ]
    images = [open_image(catalogue.images.read(name), DECODED) for name in table["image"]]
    part = "validation" if options.ways else "test"
    print(f"{len(images)} images, {int(learned.sum())} seen in training; accuracy of {part} products")
    rights: dict[str, np.ndarray] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, encoder in encoders.items():
            ways = {"": (encoder, lambda image: image)}
            if options.ways:
                ways = {way: (other, change) for way, other, change in variants(encoder)}
            elif options.int8:
                calibration = [images[row] for row in splits[0].train[:CALIBRATION]]
                ways["int8"] = (quantised(encoder, calibration, Path(folder)), lambda image: image)
            for way, (other, change) in ways.items():
                vectors = other.encode([change(image) for image in images])
                title = f"{name} {way}".strip()
                rights[title] = accuracies(vectors, y, splits, part)
                mean, low, high = interval(rights[title], groups)
                first = next(title for title in rights if title.split()[0] == name)
                gain = interval(rights[title] - rights[first], groups)
                beside = f", to {first}: {gain[0]:+.4f} ({gain[1]:+.4f} to {gain[2]:+.4f})" if way else ""
                print(f"{title:32} {mean:.4f} ({low:.4f} to {high:.4f}){beside}", flush=True)


def measure_speed(encoders: Mapping[str, ImageEncoder], rounds: int) -> None:
    """Print images a second of prepared arrays, EfficientNet-Lite also in torch eager."""
    import torch

    from core.onnx.efficientnet_lite import load_network

    torch.set_num_threads(runtime.threads())
    for batch in (1, BATCH):
        ways: dict[str, Callable[[], object]] = {}
        for name, encoder in encoders.items():
            random = np.random.default_rng(0)
            side = encoder.preparation.side
            seen = list(random.integers(0, 256, (batch, side, side, 3), np.uint8))
            ways[name] = partial(encoder.encode, seen)
            lite = next((one for one in efficientnet_lite.LITES if one.name == name), None)
            if lite is not None:
                network = load_network(str(efficientnet_lite.find(lite, None).path), lite.number)
                ways[f"{name}, torch eager"] = partial(eager, network, encoder, seen)
        series = take_turns(ways, rounds, at_least=0.3)
        print(report([Comparison(f"{batch} images", series)], packages=("torch", "onnxruntime")))
        for name, times in series.items():
            print(f"{name:36} {batch / min(times.values):8.1f} images a second in batches of {batch}")


def eager(network: Callable, encoder: ImageEncoder, seen: list[np.ndarray]) -> np.ndarray:
    """Encode prepared images with torch."""
    import torch

    with torch.inference_mode():
        return network(torch.from_numpy(encoder.preparation.scale(seen))).numpy()


def main() -> None:
    """Parse the command line, measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", required=True)
    parser.add_argument("--encoders", default=ENCODERS)
    parser.add_argument("--weights", action="append", default=[], metavar="ENCODER=FILE")
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--ways", action="store_true", help="compare how images are made square")
    parser.add_argument("--int8", action="store_true", help="also in 8 bits")
    parser.add_argument("--speed", action="store_true", help="measure speed instead of accuracy")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    weights = dict(one.split("=", 1) for one in options.weights)
    encoders = {name: load_encoder(name, weights.get(name)) for name in options.encoders.split(",")}
    if options.speed:
        measure_speed(encoders, options.rounds)
    else:
        catalogue = read_catalogue(options.data, options.format, progress=bar())
        measure_accuracy(encoders, catalogue, options)


if __name__ == "__main__":
    main()
