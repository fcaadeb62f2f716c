"""Measure what 8 bits cost and save: accuracy, size and time of encoders and heads on test products.

Each encoder is run in fp32, in 8 bits with ranges from training products, and with its weights alone in 8
bits, as `build --compress int8` tries them; text encoders also with dynamic ranges, as `--precision int8`
does. A logistic regression is trained on the vectors of each and asked about the test products. Heads on
vectors in fp32 are quantised as `build --compress int8` does, where validation products lose nothing. Times
are of the network alone for one product. `--prune` removes channels as `build --finetune-prune` does, without
the training that follows.

    PRODUCT_LENS_THREADS=1 python benchmarks/measure_compression.py --data DIR --format flipkart
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.building.compression import CALIBRATED, Learning
from core.building.encoding import encode_catalogue, encode_input
from core.building.finetuning.settings import DEFAULTS
from core.building.fitting import fit
from core.building.head_compression import compress_head
from core.building.head_store import HeadStore
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.building.training_data import TrainingData
from core.catalogue.reading import Catalogue, read_catalogue
from core.common.files import cache_dir, file_id
from core.common.progress import bar
from core.features.backends import int8_export
from core.features.encoders.compressing import fed, in_8_bits, with_small_weights
from core.features.encoders.encoder import Encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.pruning import pruned
from core.features.encoders.registry import load_encoder
from core.features.vectors import Features
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.served import OnnxHead, load_head
from core.onnx.lanes import onnx_lanes
from core.onnx.sessions import session

TIMED = 50


def main() -> None:
    """Print a line for each model in each precision."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--format", default="auto")
    parser.add_argument("--text", default="minilm", help="text encoders, separated by commas")
    parser.add_argument("--image", default="compact", help="image encoders, separated by commas")
    parser.add_argument("--heads", default="mlp,gated", help="heads on vectors of the first encoders")
    parser.add_argument(
        "--prune",
        default="",
        help="shares of channels, separated by commas: EfficientNet-Lite before training",
    )
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    catalogue = read_catalogue(options.data, options.format, limit=options.limit, progress=bar())
    names = {"text": options.text.split(","), "image": options.image.split(",")}
    encoders = {modality: load_encoder(each[0]) for modality, each in names.items()}
    choices = BuildOptions(cache=cache_dir() / "features")
    catalogue, features = encode_catalogue(catalogue, encoders, choices.cache, bar())
    _, data = training_data(catalogue, encoders, features, choices)
    tested = len(data.split.test)
    print(
        f"{tested} test products\n{'model':34}{'precision':16}{'accuracy':>10}{'MB':>9}{'ms':>9}", flush=True
    )
    for modality, each in names.items():
        for name in each:
            measure_encoder(modality, load_encoder(name), catalogue, data, choices)
    shares = [float(each) for each in options.prune.split(",") if each]
    for name in [each for each in names["image"] if each.startswith("efficientnet-lite")] if shares else ():
        with tempfile.TemporaryDirectory() as folder:
            measure_pruned(load_encoder(name), shares, Path(folder), catalogue, data)
    with tempfile.TemporaryDirectory() as folder:
        for head in filter(None, options.heads.split(",")):
            for modality in ("fused",) if head == "gated" else ("text", "image", "fused"):
                measure_head(HeadKey(modality, head), data, HeadStore(Path(folder)))


def measure_encoder(
    modality: str, encoder: Encoder, catalogue: Catalogue, data: TrainingData, options: BuildOptions
) -> None:
    """Print what a logistic regression reaches on an encoder's vectors in each precision."""
    learning = Learning(catalogue, data.split.train, data.labels, data.groups, options)
    present = data.inputs.present(modality)
    train = data.split.train[present[data.split.train]]
    shown = np.random.default_rng(options.seed).permutation(train)[:CALIBRATED]
    feeds = fed(encoder, lambda one: learning.encode(one, shown, cached=False))
    single = {name: array[:1] for name, array in feeds[0].items()}
    for precision, running, file in precisions(modality, encoder, feeds):
        features = encode_input(catalogue, running, options)
        score = accuracy_on(features, modality, data)
        ms = timed(running._lanes(1).run, single)
        row(f"{encoder.name} ({modality})", precision, score, file, ms)


def measure_pruned(
    encoder: Encoder, shares: Sequence[float], folder: Path, catalogue: Catalogue, data: TrainingData
) -> None:
    """Print what is left of an image encoder without channels inside its last blocks, not trained again."""
    from core.building.finetuning.export import export

    assert isinstance(encoder, ImageEncoder)
    assert encoder.trainable is not None
    side = encoder.preparation.side
    pixels = np.random.default_rng(0).normal(size=(2, 3, side, side)).astype(np.float32)
    stored = session(encoder.onnx_path).get_modelmeta().custom_metadata_map
    for share in shares:
        file = folder / f"{share}.onnx"
        network = pruned(encoder.trainable.build(), DEFAULTS["image"].blocks, share)
        export(network.module, (pixels,), stored, file)
        made = ImageEncoder(encoder.name, encoder.dim, encoder.side, file_id(file), file)
        score = accuracy_on(encode_input(catalogue, made, BuildOptions()), "image", data)
        ms = timed(made._lanes(1).run, {"input": pixels[:1]})
        row(f"{encoder.name} (image)", f"pruned {share:.0%}", score, file, ms)


def precisions(modality: str, encoder: Encoder, feeds: list) -> Iterator[tuple[str, Encoder, Path]]:
    """Yield each way to run an encoder, with the file that it takes."""
    assert encoder.onnx_path is not None
    yield "fp32", encoder, encoder.onnx_path
    if modality == "text":
        file = int8_export(encoder.name, encoder.weights_id, encoder.onnx_path)
        yield "int8 dynamic", encoder.on(lambda _: onnx_lanes(file), "int8"), file
    for precision, made in (
        ("int8", in_8_bits(encoder, feeds)),
        ("weights int8", with_small_weights(encoder)),
    ):
        assert made.onnx_path is not None
        yield precision, made, made.onnx_path


def accuracy_on(features: Features, modality: str, data: TrainingData) -> float:
    """Return what a logistic regression reaches on test products, trained on some vectors."""
    data = replace(data, inputs=Inputs.of({modality: features}, data.inputs.texts.tolist()))
    with tempfile.TemporaryDirectory() as folder:
        key = HeadKey(modality, "logistic_regression")
        return accuracy(HeadStore(Path(folder)).add(key, fit(data, key)), modality, data)


def measure_head(key: HeadKey, data: TrainingData, store: HeadStore) -> None:
    """Print what a head reaches in each precision, on vectors in fp32."""
    head = store.add(key, fit(data, key))
    test = data.inputs.take(data.split.test)
    single = test.take(np.flatnonzero(test.present(key.modality))[:1])
    name = f"{key.head} ({key.modality})"
    row(name, "fp32", accuracy(head, key.modality, data), head.path, timed(head.predict_proba, single))
    made = compress_head(data, key, store)
    if made is None or not made.taken:
        print(f"{name:34}{'int8':16}stays in fp32: {made}", flush=True)
        return
    head = load_head(store.files[key])
    row(name, "int8", accuracy(head, key.modality, data), head.path, timed(head.predict_proba, single))


def accuracy(head: OnnxHead, modality: str, data: TrainingData) -> float:
    """Return a head's share of right answers on the test products that have its input."""
    test = data.split.test[data.inputs.present(modality)[data.split.test]]
    answers = head.predict_proba(data.inputs.take(test)).argmax(axis=1)
    return float((answers == data.labels[test]).mean())


def timed(call: Callable, argument: object) -> float:
    """Return the median milliseconds of processor time of a call: a busy machine hardly changes it."""
    times = []
    for _ in range(TIMED):
        start = time.process_time()
        call(argument)
        times.append(time.process_time() - start)
    return 1000 * float(np.median(times))


def row(name: str, precision: str, score: float, file: Path, ms: float) -> None:
    """Print a line of the table."""
    megabytes = file.stat().st_size / 1e6
    print(f"{name:34}{precision:16}{score:10.4f}{megabytes:9.2f}{ms:9.2f}", flush=True)


if __name__ == "__main__":
    main()
