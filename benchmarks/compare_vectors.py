"""Compare loading stored vectors and finding neighbours with common practice.

    python benchmarks/compare_vectors.py [--vectors 37000] [--rounds 5]

Loading is timed from the file to the similarity of each vector to one of them, which reads every number.
Common practice is a CSV with one column per number, or with a list as text. Bundles memory-map their vectors,
as here.

Neighbours are the 10 most similar by cosine, of one vector and of all vectors (at most the first
`MOST_QUERIES`). Common practice is scikit-learn's `NearestNeighbors(metric="cosine")`, fitted before timing
starts. Both are exact.

The vectors are random, with MiniLM's width. All ways take turns in one run, fast ones several times per turn;
medians are reported. A ratio of 2.3 means that a way takes 2.3 times as long as ours.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.measuring import Comparison, report, take_turns
from core.features.encoders import minilm
from core.nearest.exact import nearest
from core.nearest.index import VectorIndex
from core.serving.bulk.vector_files import vector_writer

PACKAGES = ("numpy", "pyarrow", "pandas", "scikit-learn")
ASKED_FOR = 10
MOST_QUERIES = 10_000
"""Vectors whose neighbours are looked for; scikit-learn takes a minute for some more."""
TURN = 0.1
"""Seconds of a turn, at least."""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vectors", type=int, default=37_000, help="how many (default: 37,000)")
    parser.add_argument("--rounds", type=int, default=5, help="turns that count (default: 5)")
    options = parser.parse_args()
    vectors = random_vectors(options.vectors)
    with tempfile.TemporaryDirectory() as folder:
        loaded = load(Path(folder), vectors, options.rounds)
    print(report([*loaded, *neighbours(vectors, options.rounds)], PACKAGES))


def random_vectors(count: int) -> np.ndarray:
    """Return vectors of length one, float32 (count, 384), the same each time."""
    vectors = np.random.default_rng(0).standard_normal((count, minilm.DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def load(folder: Path, vectors: np.ndarray, rounds: int) -> list[Comparison]:
    """Compare how long vectors take from a file to their similarities with the first of them."""
    import pandas as pd
    import pyarrow.parquet as pq

    count = len(vectors)
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
    series = take_turns(ways, rounds, warm_up=0, at_least=TURN)  # all of them have just run
    field = {way: taken for way, taken in series.items() if way.startswith("CSV")}
    return [
        Comparison(f"load and ask {count:,} vectors", {way: taken, **field})
        for way, taken in series.items()
        if way not in field
    ]


def write_vectors(file: Path, skus: np.ndarray, vectors: np.ndarray) -> None:
    """Write vectors as `embed` does, a chunk of the table at a time."""
    with vector_writer(file, file, vectors.shape[1]) as writer:
        for at in range(0, len(skus), 512):
            writer.write(skus[at : at + 512], vectors[at : at + 512])


def neighbours(vectors: np.ndarray, rounds: int) -> list[Comparison]:
    """Compare the search for the most similar of one vector, and of many."""
    from sklearn.neighbors import NearestNeighbors

    field = NearestNeighbors(n_neighbors=ASKED_FOR, metric="cosine").fit(vectors)
    stored = VectorIndex.of(vectors)
    one, many = vectors[:1], vectors[:MOST_QUERIES]
    searches = {
        "one": (one, lambda: stored.nearest(ASKED_FOR, one[0])),
        f"{len(many):,}": (many, lambda: nearest(vectors, ASKED_FOR, many)),
    }
    comparisons = []
    for said, (asked, search) in searches.items():
        ways = {
            "ours": lambda search=search: search().indices,
            "scikit-learn": lambda asked=asked: field.kneighbors(asked, return_distance=False),
        }
        ours, theirs = (np.sort(find(), axis=1) for find in ways.values())
        assert (ours == theirs).mean() > 0.999  # what is equally near in float32 may stand in either's place
        task = f"{ASKED_FOR} nearest of {said} among {len(vectors):,}"
        comparisons.append(Comparison(task, take_turns(ways, rounds, warm_up=0, at_least=TURN)))
    return comparisons


if __name__ == "__main__":
    main()
