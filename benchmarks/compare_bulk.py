"""Compare work on whole catalogues with the way most projects do it: texts, large photos, stored vectors.

    python benchmarks/compare_bulk.py --data DIR --format fashion --limit 2000 \
        --weights mobilenet_7_5_224_no_top.weights.h5 [--rounds 5] [--whole]

Texts: the catalogue's product names, by MiniLM: some different ones, and, with `--whole`, all of the table as
they stand, where the same name can come many times and ours is encoded once. The field's way is
sentence-transformers' `encode`, of all names at once (in batches of 32) and of one name per call.

Photos, drawn here, by MobileNet: file to vector; the field's way is `load_img`, `preprocess_input` and
`predict` for one after the other.

Vectors: random ones of MiniLM's width, from a file to how similar each is to one of them, which reads every
number; the field's ways are a CSV with a column per number, and one with a list as text. A bundle's are
mapped, as here.

All ways take turns in one run; medians count. A ratio of 2.3 says that a way takes 2.3 times as long as ours.
OpenVINO is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import os
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["HF_HUB_OFFLINE"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from PIL import Image

from benchmarks.measuring import Comparison, Series, report, take_turns
from core.bulk.vector_files import vector_writer
from core.catalogue import read_chunks
from core.encoders import load_encoder, minilm
from core.features import encode_pictures, encode_texts
from core.pictures import Pictures
from core.runtime.backends import Backend

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGES = (
    "onnxruntime", "openvino", "tokenizers", "numpy", "pillow", "pyarrow", "pandas", "sentence-transformers",
    "torch", "tensorflow", "keras",
)  # fmt: skip
BATCHED, SINGLE, LOOP = "sentence-transformers, batched", "one text per call", "load_img + predict"
OPENVINO = importlib.util.find_spec("openvino") is not None
WIDTH, HEIGHT = 3000, 2000
SINGLES = 200
"""Names that are encoded one a call, and whose vectors are compared."""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="a catalogue with names")
    parser.add_argument("--format", default="csv", metavar="F")
    parser.add_argument(
        "--limit", type=int, default=2000, help="different names, evenly over the table (default: 2000)"
    )
    parser.add_argument("--whole", action="store_true", help="all names as well, in two turns: minutes")
    parser.add_argument("--weights", type=Path, help="MobileNet 0.75's, without its top; none: no photos")
    parser.add_argument("--photos", type=int, default=32, help="photos of 6 megapixels (default: 32)")
    parser.add_argument("--vectors", type=int, default=10_000, help="vectors to load (default: 10,000)")
    parser.add_argument("--rounds", type=int, default=5, help="turns that count (default: 5)")
    options = parser.parse_args()
    names = catalogue_names(options.data, options.format)
    distinct = evenly(list(dict.fromkeys(names)), options.limit)
    comparisons = [
        *texts(f"{len(distinct)} different names", distinct, options.rounds),
        *one_by_one(distinct[:SINGLES], options.rounds),
    ]
    if options.whole:
        comparisons += texts(f"{len(names)} names, {len(set(names))} different", names, rounds=2)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if options.weights:
            comparisons += photos(folder / "photos", options.weights, options.photos, options.rounds)
        comparisons += stored(folder, options.vectors, options.rounds)
    print(report(comparisons, PACKAGES))


def catalogue_names(data: Path, format: str) -> list[str]:
    """Return a table's names, in its order."""
    return [name for chunk in read_chunks(data, format) for name in chunk.table["name"] if name]


def evenly(names: list[str], count: int) -> list[str]:
    """Return `count` of the names (or all), from the whole of the list."""
    return [names[row] for row in np.linspace(0, len(names) - 1, min(count, len(names))).astype(int)]


def texts(task: str, names: list[str], rounds: int) -> list[Comparison]:
    """Compare text encoders; ours is the whole way from texts to rows, as `embed` and `predict` go it."""
    field, plain = field_encoder(), load_encoder("minilm")
    backends = {"ours, fp32": Backend(), "ours, int8": Backend("onnx", "int8")}
    if OPENVINO:
        backends["ours, OpenVINO"] = Backend.chosen("openvino", None)
    ours = {f"{way} {b.precision}" if "Open" in way else way: b.applied(plain) for way, b in backends.items()}
    ways = {way: lambda encoder=encoder: encode_texts(names, encoder) for way, encoder in ours.items()}
    ways[BATCHED] = lambda: field.encode(names, normalize_embeddings=True)
    first = names[:SINGLES]
    vectors = field.encode(first, normalize_embeddings=True)
    for way, encoder in ours.items():
        cosine = (encode_texts(first, encoder).vectors * vectors).sum(axis=1)
        print(f"{task}: {way}: cosine to sentence-transformers {cosine.min():.6f} or more")
    series = take_turns(ways, rounds, warm_up=0)  # all of them have just run
    for way, taken in series.items():
        print(f"{task}: {way}: {len(names) / taken.median:,.0f} texts a second")
    return [Comparison(task, pick(series, way, BATCHED)) for way in ours]


def one_by_one(names: list[str], rounds: int) -> list[Comparison]:
    """Compare one call for all texts with one call a text, which most dashboards make."""
    field, plain = field_encoder(), load_encoder("minilm")
    ways = {
        "ours, fp32": lambda: encode_texts(names, plain),
        SINGLE: lambda: [field.encode(name, normalize_embeddings=True) for name in names],
    }
    return [Comparison(f"{len(names)} names", take_turns(ways, rounds))]


@cache
def field_encoder() -> SentenceTransformer:
    """Load MiniLM as sentence-transformers does."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(minilm.find(None).path), device="cpu")


def photos(folder: Path, weights: Path, count: int, rounds: int) -> list[Comparison]:
    """Compare the way from photo files to vectors."""
    import keras

    folder.mkdir()
    names = [draw_photo(folder / f"{number}.jpg", number).name for number in range(count)]
    pictures, plain = Pictures(folder), load_encoder("mobilenet-0.75", weights)
    network = keras.applications.MobileNet(
        input_shape=(224, 224, 3), alpha=0.75, include_top=False, weights=None, pooling="avg"
    )
    network.load_weights(weights)

    def loop() -> np.ndarray:
        rows = []
        for name in names:
            picture = keras.utils.load_img(folder / name, target_size=(224, 224))
            pixels = keras.applications.mobilenet.preprocess_input(keras.utils.img_to_array(picture))
            rows.append(network.predict(pixels[None], verbose=0)[0])
        return np.array(rows)

    backends = {"ours, fp32": Backend()}
    if OPENVINO:
        backends["ours, OpenVINO"] = Backend.chosen("openvino", None)
    ours = {way: backend.applied(plain) for way, backend in backends.items()}
    ways = {
        way: lambda encoder=encoder: encode_pictures(names, pictures, encoder)
        for way, encoder in ours.items()
    }
    series = take_turns(ways | {LOOP: loop}, rounds)
    task = f"{count} photos of {WIDTH}x{HEIGHT}"
    for way, taken in series.items():
        print(f"{task}: {way}: {count / taken.median:,.1f} photos a second")
    return [Comparison(task, pick(series, way, LOOP)) for way in ours]


def stored(folder: Path, count: int, rounds: int) -> list[Comparison]:
    """Compare how long vectors take from a file to their similarities with the first of them."""
    import pandas as pd
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((count, minilm.DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wide, lists = folder / "wide.csv", folder / "lists.csv"
    skus = np.array([f"sku-{row}" for row in range(count)], dtype=object)
    for ending in (".npy", ".parquet"):
        write_vectors(folder / f"ours{ending}", skus, vectors)
    frame = pd.DataFrame(vectors)
    frame.insert(0, "sku", skus)
    frame.to_csv(wide, index=False)
    pd.DataFrame({"sku": skus, "vector": [str(row) for row in vectors.tolist()]}).to_csv(lists, index=False)

    def parquet() -> np.ndarray:
        table = pq.read_table(folder / "ours.parquet")
        return table["vector"].combine_chunks().flatten().to_numpy().reshape(count, -1)

    loaders = {
        "ours, .npy": lambda: np.load(folder / "ours.npy", mmap_mode="r"),
        "ours, .parquet": parquet,
        "CSV, a column per number": lambda: pd.read_csv(wide).iloc[:, 1:].to_numpy(np.float32),
        "CSV, lists as text": lambda: np.array(
            [ast.literal_eval(cell) for cell in pd.read_csv(lists)["vector"]], np.float32
        ),
    }
    ways = {way: lambda load=load: load() @ vectors[0] for way, load in loaders.items()}
    for way, ask in ways.items():
        assert np.abs(ask() - vectors @ vectors[0]).max() < 1e-5, way
    series = take_turns(ways, rounds)
    field = [way for way in ways if way.startswith("CSV")]
    return [
        Comparison(f"load and ask {count} vectors", pick(series, way, *field))
        for way in ways
        if way not in field
    ]


def write_vectors(file: Path, skus: np.ndarray, vectors: np.ndarray) -> None:
    """Write vectors as `embed` does, a chunk of the table at a time."""
    with vector_writer(file, file, vectors.shape[1]) as writer:
        for at in range(0, len(skus), 512):
            writer.write(skus[at : at + 512], vectors[at : at + 512])


def draw_photo(file: Path, seed: int) -> Path:
    """Write a photo: soft shapes, and some grain; 0.1 MB a megapixel, as photos in catalogues have."""
    rng = np.random.default_rng(seed)
    soft = Image.fromarray(rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)).resize((WIDTH, HEIGHT), 3)
    grain = rng.normal(0, 2, (HEIGHT, WIDTH, 1))
    pixels = np.clip(np.asarray(soft, dtype=np.float32) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(file, quality=90)
    return file


def pick(series: Mapping[str, Series], *ways: str) -> dict[str, Series]:
    """Return some of the ways; the first is the one the others are compared with."""
    return {way: series[way] for way in ways}


if __name__ == "__main__":
    main()
