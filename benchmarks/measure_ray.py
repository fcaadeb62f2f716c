"""Measure the overhead of the `ray` engine: a synthetic table and an encoder that does nothing.

python benchmarks/measure_ray.py [--rows 400000] [--workers 2]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.serving.cluster.engine import Source, ray_embeddings
from core.serving.cluster.ray_cluster import Cluster

WORDS = np.array(["ceramic", "mug", "blue", "lamp", "chair", "steel", "bottle", "shirt", "cotton", "desk"])
GROUP = 100_000
NAME_WORDS, DESCRIPTION_WORDS = 4, 30


class Nothing:
    """An encoder whose vectors cost nothing."""

    name, modality, dim, weights_id, preprocessing, side = "nothing", "text", 384, "0" * 16, 1, None
    onnx_path, bundled = Path("none"), True

    def encode(self, items: list[str]) -> np.ndarray:
        """Return the same vector for every text."""
        return np.full((len(items), self.dim), self.dim**-0.5, np.float32)


def write_table(file: Path, rows: int) -> None:
    """Write made-up products in an order that is not that of their skus."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(0)
    order = rng.permutation(rows)
    with pq.ParquetWriter(file, pa.schema([(name, pa.string()) for name in ("sku", "name", "text")])) as out:
        for part in np.array_split(order, -(-rows // GROUP)):
            name, text = (
                [" ".join(words) for words in WORDS[rng.integers(0, len(WORDS), (len(part), length))]]
                for length in (NAME_WORDS, DESCRIPTION_WORDS)
            )
            out.write_table(pa.table({"sku": [f"product-{i:012}" for i in part], "name": name, "text": text}))


def main() -> None:
    """Run the engine once and print when it reached what."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    at: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        write_table(Path(folder, "products.parquet"), options.rows)
        start = time.perf_counter()

        def note(stage: str, done: int, total: int) -> None:
            if done == 0:
                at["cluster started"] = time.perf_counter() - start
            elif done == total:
                at["sorted" if stage.startswith("Reading") else "written"] = time.perf_counter() - start
            else:
                at.setdefault("first part written", time.perf_counter() - start)

        source, out = Source(Path(folder), "parquet"), Path(folder, "vectors.parquet")
        ray_embeddings(Nothing, source, out, Cluster(options.workers), note)
        at["done"] = time.perf_counter() - start
    print(f"{options.rows:,} products, {options.workers} workers; seconds from the start")
    for event, seconds in at.items():
        print(f"{event:20}{seconds:8.1f}")


if __name__ == "__main__":
    main()
