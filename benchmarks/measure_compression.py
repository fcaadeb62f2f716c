"""Measure what 8 bits cost and save: accuracy, size and time of encoders and heads on test products.

A bundle is built in fp32. Then each encoder, and each head on vectors, is quantised with calibration rows
from the training products (`core.onnx.quantising`); text encoders also with dynamic ranges, as
``--precision int8`` does. Heads stay those that were trained on fp32 vectors; no figure chooses anything.

    python benchmarks/measure_compression.py --data DIR --format flipkart
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import Catalogue, read_catalogue
from core.catalogue.text import product_texts
from core.common.errors import CoreError
from core.common.files import cache_dir
from core.common.progress import bar
from core.features.backends import int8_export
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import load_encoder
from core.features.products import encode_products
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers.reader import in_slices
from core.heads.readers.vectors import VectorReader
from core.heads.registry import parse_heads
from core.heads.served import OnnxHead, load_head
from core.onnx.lanes import Feed, Lanes, onnx_lanes
from core.onnx.quantising import quantise

CALIBRATION = 64
"""Training products whose activations say the ranges."""
TIMED = 30


def main() -> None:
    """Print a line for each model in each precision."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", default="auto")
    parser.add_argument("--text", default="minilm")
    parser.add_argument("--image", default="compact")
    parser.add_argument("--heads", default="logistic_regression,mlp,gated")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    encoders = {"text": load_encoder(options.text), "image": load_encoder(options.image)}
    catalogue = read_catalogue(options.data, options.format, limit=options.limit, progress=bar())
    choices = BuildOptions(
        heads=parse_heads(options.heads), methods=(), private=False, cache=cache_dir() / "features"
    )
    with tempfile.TemporaryDirectory() as folder:
        bundle = build_bundle(catalogue, encoders, Path(folder, "bundle"), choices).bundle
        kept = catalogue.table["sku"].isin(bundle.table["sku"]).to_numpy()
        catalogue = replace(catalogue, table=catalogue.table[kept].reset_index(drop=True))
        print(f"{'model':34}{'precision':16}{'accuracy':>10}{'MB':>9}{'ms':>9}")
        for modality, encoder in encoders.items():
            measure_encoder(bundle, catalogue, modality, encoder, Path(folder))
        for model in bundle.models:
            head = bundle.head(model.key)
            if isinstance(head.reader, VectorReader):
                measure_head(bundle, model.key, head, Path(folder))


def measure_encoder(
    bundle: Bundle, catalogue: Catalogue, modality: str, encoder: Encoder, folder: Path
) -> None:
    """Print what the best head on one encoder's vectors reaches with the encoder in each precision."""
    assert encoder.onnx_path is not None
    file = folder / f"{modality}-int8.onnx"
    rows = np.random.default_rng(0).permutation(bundle.rows("train"))[:CALIBRATION]
    quantise(encoder.onnx_path, file, recorded(encoder, catalogue, rows))
    files = {"fp32": encoder.onnx_path}
    if modality == "text":
        files["int8 dynamic"] = int8_export(encoder.name, encoder.weights_id, encoder.onnx_path)
    files["int8 static"] = file
    head = bundle.head(HeadKey(modality, "logistic_regression"))
    for precision, path in files.items():
        lanes = onnx_lanes(path)
        running = encoder.on(lambda _, lanes=lanes: lanes, precision.split()[0])
        features = encoded(running, catalogue, bundle.rows("test"))
        score = accuracy(bundle, modality, head, {modality: features})
        row(f"{encoder.name} ({modality})", precision, score, path, one_by_one(running, catalogue, bundle))


def measure_head(bundle: Bundle, key: HeadKey, head: OnnxHead, folder: Path) -> None:
    """Print what a head reaches in each precision, on vectors in fp32."""
    stored = {m: Features(np.asarray(bundle.features(m)), bundle.present(m)) for m in bundle.encoders}
    every = Inputs.of(stored, product_texts(bundle.table))
    train = bundle.rows("train")
    train = train[every.present(key.modality)[train]]
    file = folder / f"{key.modality}-{key.head}-int8.onnx"
    variants = {"fp32": head}
    try:
        quantise(head.path, file, in_slices(head.reader, every.take(train)))
        variants["int8 static"] = load_head(file)
    except CoreError as error:
        print(f"{key.modality} {key.head}: {error}")
    test = {m: one.take(bundle.rows("test")) for m, one in stored.items()}
    single = Inputs.of({m: one.take(train[:1]) for m, one in stored.items()})
    for precision, each in variants.items():
        score = accuracy(bundle, key.modality, each, test)
        row(f"{key.head} ({key.modality})", precision, score, each.path, timed(each.predict_proba, single))


def recorded(encoder: Encoder, catalogue: Catalogue, rows: np.ndarray) -> list[Feed]:
    """Return what the encoder's network is fed for some products."""
    assert encoder.onnx_path is not None
    feeds: list[Feed] = []
    plain = onnx_lanes(encoder.onnx_path)

    def run(feed: Feed) -> np.ndarray:
        feeds.append(feed)
        return plain.run(feed)

    encoded(encoder.on(lambda _: Lanes(run, 1), "fp32"), catalogue, rows)
    return feeds


def encoded(encoder: Encoder, catalogue: Catalogue, rows: np.ndarray) -> Features:
    """Encode some products without any cache."""
    return encode_products(catalogue.table.iloc[rows].reset_index(drop=True), catalogue.images, encoder)


def accuracy(bundle: Bundle, modality: str, head: OnnxHead, test: Mapping[str, Features]) -> float:
    """Return a head's share of right answers on the test products that have its input."""
    inputs = Inputs.of(test)
    there = inputs.present(modality)
    answers = head.predict_proba(inputs.take(there)).argmax(axis=1)
    return float((answers == bundle.labels[bundle.rows("test")][there]).mean())


def one_by_one(encoder: Encoder, catalogue: Catalogue, bundle: Bundle) -> float:
    """Return the median milliseconds of the network alone for one product."""
    feeds = recorded(encoder, catalogue, bundle.rows("train")[:1])
    run = encoder._lanes(1).run
    return timed(run, feeds[0])


def timed(call: Callable, argument: object) -> float:
    """Return the median milliseconds of a call."""
    times = []
    for _ in range(TIMED):
        start = time.perf_counter()
        call(argument)
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


def row(name: str, precision: str, score: float, file: Path, ms: float) -> None:
    """Print a line of the table."""
    megabytes = file.stat().st_size / 1e6
    print(f"{name:34}{precision:16}{score:10.4f}{megabytes:9.2f}{ms:9.2f}", flush=True)


if __name__ == "__main__":
    main()
