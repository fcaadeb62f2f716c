"""Compare encoding a whole catalogue with common practice: from texts and large photos to vectors.

    python benchmarks/compare_bulk.py --data DIR --format fashion --limit 2000 \
        --weights mobilenet_7_5_224_no_top.weights.h5 [--rounds 5] [--whole]

Texts: the catalogue's product names, encoded by MiniLM: a sample of different names and, with `--whole`, the
whole table, in which names can repeat (Product Lens encodes each once). Common practice is
sentence-transformers' `encode`, called with all names at once (in batches of 32) or with one name per call.

Photos: synthetic, 2 and 6 megapixels, encoded by MobileNet, from file to vector. Common practice is
`load_img`, `preprocess_input` and `predict` for one photo at a time. "compact" is the smaller network that
Product Lens uses by default: its row compares the defaults, not two ways of doing the same.

All ways take turns in one run; medians are reported. A ratio of 2.3 means that a way takes 2.3 times as long
as ours. OpenVINO is included if it is installed.
"""

from __future__ import annotations

import argparse
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

from benchmarks.measuring import Comparison, Series, report, take_turns
from benchmarks.photos import draw_photo
from core.catalogue.images.files import ImageFiles
from core.catalogue.reading import read_chunks
from core.features.backends import Backend
from core.features.encoders import minilm
from core.features.encoders.registry import load_encoder
from core.features.images import encode_images
from core.features.texts import encode_texts

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGES = (
    "onnxruntime", "openvino", "tokenizers", "numpy", "pillow", "sentence-transformers", "torch",
    "tensorflow", "keras",
)  # fmt: skip
BATCHED, SINGLE, LOOP = "sentence-transformers, batched", "one text per call", "load_img + predict"
SIZES = ((1600, 1200), (3000, 2000))
"""Width and height of photos: what a shop shows enlarged, and what a photographer delivers."""
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
    parser.add_argument("--photos", type=int, default=32, help="photos of each size (default: 32)")
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
    for width, height in SIZES if options.weights else ():
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            for number in range(options.photos):
                draw_photo(folder / f"{number}.jpg", width, height, seed=number)
            task = f"{options.photos} photos of {width}x{height}"
            comparisons += photos(task, folder, options.weights, options.rounds)
    print(report(comparisons, PACKAGES))


def catalogue_names(data: Path, format: str) -> list[str]:
    """Return a table's names, in its order."""
    return [name for chunk in read_chunks(data, format) for name in chunk.table["name"] if name]


def evenly(names: list[str], count: int) -> list[str]:
    """Return `count` of the names (or all), from the whole of the list."""
    return [names[row] for row in np.linspace(0, len(names) - 1, min(count, len(names))).astype(int)]


def plain_backends() -> dict[str, Backend]:
    """Return what runs texts and images here without a check: ONNX Runtime, OpenVINO where installed."""
    backends = {"ours, fp32": Backend()}
    if importlib.util.find_spec("openvino"):
        quickest = Backend.chosen("openvino", None)
        backends[f"ours, OpenVINO {quickest.precision}"] = quickest
    return backends


def texts(task: str, names: list[str], rounds: int) -> list[Comparison]:
    """Compare text encoders; ours is the whole way from texts to rows, as `embed` and `predict` go it."""
    field, plain = field_encoder(), load_encoder("minilm")
    backends = plain_backends() | {"ours, int8": Backend("onnx", "int8")}
    ours = {way: backend.applied(plain) for way, backend in backends.items()}
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


def photos(task: str, folder: Path, weights: Path, rounds: int) -> list[Comparison]:
    """Compare the way from a folder's photos to vectors."""
    import keras

    names = sorted(file.name for file in folder.iterdir())
    images, plain = ImageFiles(folder), load_encoder("mobilenet-0.75", weights)
    network = keras.applications.MobileNet(
        input_shape=(224, 224, 3), alpha=0.75, include_top=False, weights=None, pooling="avg"
    )
    network.load_weights(weights)

    def loop() -> np.ndarray:
        rows = []
        for name in names:
            image = keras.utils.load_img(folder / name, target_size=(224, 224))
            pixels = keras.applications.mobilenet.preprocess_input(keras.utils.img_to_array(image))
            rows.append(network.predict(pixels[None], verbose=0)[0])
        return np.array(rows)

    ours = {way: backend.applied(plain) for way, backend in plain_backends().items()}
    ours["ours, compact"] = load_encoder("compact")
    ways = {
        way: lambda encoder=encoder: encode_images(names, images, encoder) for way, encoder in ours.items()
    }
    series = take_turns(ways | {LOOP: loop}, rounds)
    for way, taken in series.items():
        print(f"{task}: {way}: {len(names) / taken.median:,.1f} photos a second")
    return [Comparison(task, pick(series, way, LOOP)) for way in ours]


def pick(series: Mapping[str, Series], *ways: str) -> dict[str, Series]:
    """Return some of the ways; the first is the one the others are compared with."""
    return {way: series[way] for way in ways}


if __name__ == "__main__":
    main()
