"""Measure maps of many products: drawn of all, or of so many landmarks among which the others are placed.

    python benchmarks/measure_large_maps.py --data DIR --format F --rows 40000 --landmarks 40000,20000,10000
    python benchmarks/measure_large_maps.py --data DIR --format F --rows 50000,200000 --landmarks 20000

The rows are a catalogue's different names and made ones of its categories (`benchmarks.grown_names`),
encoded by ``--text``, up to `ENCODED`; further rows are made of them by analogy
(`benchmarks.measure_neighbours`) and have no category. With as many landmarks as rows, or more, all are
drawn. Each map is drawn in a process of its own, from a memory-mapped file. *CPU* counts the seconds of all
cores, from vectors to coordinates, imports left out. The peak is that of the whole process, quality not yet
measured. Trustworthiness and accuracy: `core.projections.quality`; *found* is the share of the ten
nearest by features among the ten nearest on the map, of all rows, of 1,000 rows. The exponent of growth is
that of CPU from one size to the next.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.grown_names import made_products
from benchmarks.measure_neighbours import grow
from benchmarks.measuring import peak_mb, processor
from core.nearest import exact
from core.projections.drawing import FROM_NEIGHBOURS, METHODS, project
from core.projections.prepared import prepare
from core.projections.quality import qualities

ENCODED = 40_000
SAMPLE = 1000
NEAREST = 10
_BATCH = 512


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--format")
    parser.add_argument("--text", default="minilm")
    parser.add_argument("--rows", default=str(ENCODED), help="sizes, with commas")
    parser.add_argument("--landmarks", default="40000,20000,10000", help="how many, with commas")
    parser.add_argument("--methods", default=",".join(METHODS), help="which of them, with commas")
    parser.add_argument("--dims", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the vectors are kept for another run")
    parser.add_argument(
        "--draw", nargs=4, metavar=("METHOD", "ROWS", "LANDMARKS", "OUT"), help=argparse.SUPPRESS
    )
    asked = parser.parse_args(arguments)
    if asked.draw:
        method, rows, landmarks, out = asked.draw
        _draw(asked.folder, method, int(rows), int(landmarks), asked.dims, Path(out))
        return
    if not asked.data or not asked.format:
        parser.error("--data and --format are needed")
    sizes = sorted(int(each) for each in asked.rows.split(","))
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        _make(asked, sizes[-1], folder)
        _table(asked, sizes, folder)


def _make(asked: argparse.Namespace, count: int, folder: Path) -> None:
    """Write vectors.npy and categories.npy (-1 where a row has none) unless they are there."""
    vectors, categories = folder / "vectors.npy", folder / "categories.npy"
    if vectors.exists() and len(np.load(vectors, mmap_mode="r")) >= count:
        return
    from core.catalogue.reading import read_catalogue
    from core.features.encoders.registry import load_encoder

    table = read_catalogue(asked.data, asked.format).table
    numbers = {category: number for number, category in enumerate(sorted(set(table["category"])))}
    names: dict[str, list[str]] = {}
    for category, name in zip(table["category"], table["name"], strict=True):
        if name.strip():
            names.setdefault(category, []).append(name)
    different = {name: category for category, some in names.items() for name in some}
    for product in made_products(names, 2 * ENCODED):
        if len(different) >= min(count, ENCODED):
            break
        different.setdefault(product.name, product.category)
    texts = np.random.default_rng(0).permutation(np.array(list(different), dtype=object))[:count].tolist()
    encoder = load_encoder(asked.text)
    encoded = [encoder.encode(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
    grow(np.concatenate(encoded), count, vectors)
    known = np.full(count, -1)
    known[: len(texts)] = [numbers[different[text]] for text in texts]
    np.save(categories, known)


def _table(asked: argparse.Namespace, sizes: Sequence[int], folder: Path) -> None:
    print(f"{processor()}\n")
    print(
        "| rows | map | drawn | seconds | CPU s | exponent | trustworthiness | accuracy | found "
        "| peak memory |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    before: dict[tuple[str, int], tuple[int, float]] = {}
    for rows in sizes:
        for method in asked.methods.split(","):
            for landmarks in (int(each) for each in asked.landmarks.split(",")):
                one = _measured(folder, method, rows, landmarks, asked.dims)
                growth = "-"
                if (method, landmarks) in before:
                    fewer, cpu = before[method, landmarks]
                    growth = f"{math.log(one['cpu'] / cpu) / math.log(rows / fewer):.2f}"
                before[method, landmarks] = rows, one["cpu"]
                print(_line(rows, method, landmarks, growth, one), flush=True)
                if method not in FROM_NEIGHBOURS:
                    break


def _line(rows: int, method: str, landmarks: int, growth: str, one: dict[str, float]) -> str:
    drawn = min(rows, landmarks) if method in FROM_NEIGHBOURS else rows
    accuracy = f"{one['accuracy']:.3f}" if "accuracy" in one else "-"
    return (
        f"| {rows:,} | {method} | {drawn:,} | {one['seconds']:.1f} | {one['cpu']:.1f} | {growth} "
        f"| {one['trust']:.3f} | {accuracy} | {one['found']:.3f} | {one['peak']:,.0f} MB |"
    )


def _measured(folder: Path, method: str, rows: int, landmarks: int, dims: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "measured.json"
        options = ["--folder", str(folder), "--dims", str(dims)]
        drawing = ["--draw", method, str(rows), str(landmarks), str(out)]
        subprocess.run([sys.executable, __file__, *options, *drawing], check=True)
        return dict(json.loads(out.read_text(encoding="utf-8")))


def _draw(folder: Path, method: str, rows: int, landmarks: int, dims: int, out: Path) -> None:
    """Draw one map in this process, and save what it took and how good it is."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")[:rows]
    few = np.array(vectors[:50])
    project(method, few, dims)  # imports, and compiles
    began, start = time.perf_counter(), time.process_time()
    ready = prepare(vectors)
    coordinates = project(method, ready, dims, landmarks=landmarks)
    taken = {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - start,
        "peak": peak_mb(),
    }
    out.write_text(json.dumps(taken | _quality(vectors, coordinates, folder)), encoding="utf-8")


def _quality(vectors: np.ndarray, coordinates: np.ndarray, folder: Path) -> dict[str, float]:
    """Return trustworthiness, accuracy where all rows have a category, and the neighbours found."""
    categories = np.load(folder / "categories.npy")[: len(vectors)]
    judged = qualities(vectors, [coordinates], categories)[0]
    known = {"accuracy": judged.neighbour_accuracy} if (categories >= 0).all() else {}
    return {"trust": judged.trustworthiness, "found": _found(vectors, coordinates), **known}


def _found(vectors: np.ndarray, coordinates: np.ndarray) -> float:
    """Return the share of the nearest by features that are among the nearest on the map, of a sample."""
    sample = np.random.default_rng(2).permutation(len(vectors))[:SAMPLE]
    by_features = exact.nearest(vectors, NEAREST + 1, vectors[sample]).indices
    on_map = exact.nearest_by_distance(coordinates, NEAREST + 1, coordinates[sample]).indices
    shares = [
        len((set(own) & set(other)) - {row}) / NEAREST
        for row, own, other in zip(sample.tolist(), by_features.tolist(), on_map.tolist(), strict=True)
    ]
    return float(np.mean(shares))


if __name__ == "__main__":
    main()
