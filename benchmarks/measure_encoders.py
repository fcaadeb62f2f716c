"""Measure the encoders against the original frameworks on a real catalogue.

Usage: ``python benchmarks/measure_encoders.py DATA FORMAT MOBILENET_WEIGHTS [ROUNDS]``

The contestants take turns in one process, so that other work on the machine affects all of them; the best
round of each is reported. Times include only encoding of resized images; the last line is end to end.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["HF_HUB_OFFLINE"] = "1"

TEXTS = 96
PICTURES = 96


def main(data: str, kind: str, weights: str, rounds: str = "5") -> None:
    """Print items a second, the ratio to the framework, and the largest difference of vectors."""
    from core.catalogue.images.decoding import open_image
    from core.catalogue.reading import product_texts, read_catalogue
    from core.features.encoders import minilm
    from core.features.encoders.registry import load_encoder
    from core.features.images import encode_images

    catalogue = read_catalogue(Path(data), kind)
    table = catalogue.table[catalogue.table["has_image"]]
    text, image = load_encoder("minilm"), load_encoder("mobilenet", Path(weights))
    long = sorted(product_texts(table), key=len)[-TEXTS:]
    short = list(table["name"][:TEXTS])
    names = list(table["image"][:PICTURES])
    prepared = [image.prepare(open_image(catalogue.images.read(name), image.side)) for name in names]

    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(os.cpu_count() or 1)
    sentences = SentenceTransformer(str(minilm.find(None).path), device="cpu")
    sentences.max_seq_length = 256
    for title, texts in (("long texts", long), ("short texts", short)):
        compare(
            title,
            {
                "ours": lambda texts=texts: text.encode(texts),
                "sentence-transformers": lambda texts=texts: sentences.encode(
                    texts, normalize_embeddings=True
                ),
            },
            len(texts),
            int(rounds),
        )

    import keras

    network = keras.applications.MobileNet(
        alpha=0.75, include_top=False, pooling="avg", input_shape=(224, 224, 3), weights=weights
    )
    pixels = np.stack([np.asarray(one) for one in prepared])

    def keras_encode(batch: int) -> np.ndarray:
        scaled = keras.applications.mobilenet.preprocess_input(pixels.astype("float32"))
        vectors = network.predict(scaled, verbose=0, batch_size=batch)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    contestants = {
        "ours": lambda: image.encode(prepared),
        "ours, one by one": lambda: np.concatenate([image.encode([one]) for one in prepared]),
        "Keras, batches of 32": lambda: keras_encode(32),
        "Keras, batches of 8": lambda: keras_encode(8),
    }
    compare("images", contestants, len(prepared), int(rounds))
    start = time.perf_counter()
    features = encode_images(list(table["image"]), catalogue.images, image)
    seconds = time.perf_counter() - start
    print(
        f"images end to end: {features.present.sum() / seconds:.0f} a second, {len(features.failed)} failed"
    )


def compare(title: str, contestants: dict[str, Callable[[], np.ndarray]], items: int, rounds: int) -> None:
    """Let contestants take turns; print the best round of each, in wall time and in time of all cores."""
    wall: dict[str, list[float]] = {name: [] for name in contestants}
    cpu: dict[str, list[float]] = {name: [] for name in contestants}
    vectors = {name: run() for name, run in contestants.items()}
    for _ in range(rounds):
        for name, run in contestants.items():
            began, used = time.perf_counter(), time.process_time()
            run()
            wall[name].append(time.perf_counter() - began)
            cpu[name].append(time.process_time() - used)
    for name in contestants:
        difference = np.abs(vectors[name] - vectors["ours"]).max()
        print(
            f"{title:12} {name:24} {items / min(wall[name]):8.1f} a second, "
            f"{1e3 * min(cpu[name]) / items:7.2f} ms of CPU, difference {difference:.1e}",
            flush=True,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
