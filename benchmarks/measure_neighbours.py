"""Measure the neighbours of every product: seconds, memory and recall by size, ours and pynndescent's.

    python benchmarks/measure_neighbours.py --data DIR --format F [--rows 10000,50000,1000000]

The rows are a catalogue's different texts, encoded by ``--text`` (vectors in the feature cache are reused),
in random order. Where more rows are wanted, further ones are made of them by analogy: a + c - b, where b is a
neighbour of a and c one of b, as where one name has the colour or the brand of another.
``--vectors FILE.npy`` takes rows from a file instead. Each search runs in its own process, by default for the
90 neighbours that t-SNE needs. *Prepared* is what a process needs before it can begin: imports, and
pynndescent's compiling. *CPU* counts the seconds of all cores. *Recall* is the share of the true nearest that
are found, of 1,000 rows. The exponent of growth is that of CPU seconds from one size to the next.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import processor, run_fresh, tell_peak
from core.nearest import approximate, exact
from core.projections.umap import without_tensorflow

SAMPLE = 1000
FEW = 15
_CHUNK = 20_000
_AT_A_TIME = 25

Search = Callable[[np.ndarray, int], np.ndarray]


def _exact(rows: np.ndarray, k: int) -> np.ndarray:
    return exact.nearest(rows, k).indices


def _approximate(rows: np.ndarray, k: int) -> np.ndarray:
    return approximate.nearest(rows, k)[0].indices


def _pynndescent(rows: np.ndarray, k: int) -> np.ndarray:
    from pynndescent import NNDescent

    # Each row is its own first neighbour.
    return NNDescent(rows, metric="dot", n_neighbors=k + 1, random_state=0).neighbor_graph[0]


def _compiled(rows: np.ndarray, k: int) -> None:
    """Import pynndescent and let it compile, on a few rows."""
    with without_tensorflow():
        _pynndescent(rows[:2000], k)


WAYS: dict[str, tuple[Search, Callable[[np.ndarray, int], None]]] = {
    "exact": (_exact, lambda rows, k: None),
    "approximate": (_approximate, lambda rows, k: None),
    "pynndescent": (_pynndescent, _compiled),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--format")
    parser.add_argument("--text", default="minilm")
    parser.add_argument("--vectors", type=Path, help="a .npy file of rows, instead of a catalogue")
    parser.add_argument("--rows", default="10000,20000,50000,200000", help="sizes, with commas")
    parser.add_argument("--ways", default=",".join(WAYS), help="which of them, with commas")
    parser.add_argument("--k", type=int, default=90)
    parser.add_argument("--most", default="exact=50000,pynndescent=50000", help="the largest size of a way")
    parser.add_argument(
        "--search", nargs=4, metavar=("WAY", "VECTORS", "ROWS", "OUT"), help=argparse.SUPPRESS
    )
    asked = parser.parse_args(arguments)
    if asked.search:
        way, vectors, rows, out = asked.search
        _search(way, Path(vectors), int(rows), asked.k, Path(out))
        return
    if not asked.vectors and not (asked.data and asked.format):
        parser.error("--data and --format, or --vectors, are needed")
    ways = [way.strip() for way in asked.ways.split(",")]
    if unknown := [way for way in ways if way not in WAYS]:
        parser.error(f"unknown way {unknown[0]!r}: expected some of {', '.join(WAYS)}")
    most = {way: int(rows) for way, rows in (each.split("=") for each in asked.most.split(",") if each)}
    sizes = sorted(int(each) for each in asked.rows.split(","))
    base = np.load(asked.vectors, mmap_mode="r") if asked.vectors else _texts(asked)
    with tempfile.TemporaryDirectory() as folder:
        vectors = Path(folder) / "vectors.npy"
        grow(base, sizes[-1], vectors)
        print(f"{min(len(base), sizes[-1]):,} rows as they are, the others by analogy; {processor()}\n")
        _table(vectors, sizes, ways, most, asked.k)


def _texts(asked: argparse.Namespace) -> np.ndarray:
    """Return the vectors of a catalogue's different texts in random order."""
    from core.building.encoding import encode_catalogue
    from core.catalogue.reading import read_catalogue
    from core.common.files import cache_dir
    from core.common.progress import bar
    from core.features.encoders.registry import load_encoder

    catalogue = read_catalogue(asked.data, asked.format, progress=bar())
    encoders = {"text": load_encoder(asked.text)}
    _, features = encode_catalogue(catalogue, encoders, cache_dir() / "features", bar())
    rows = np.unique(features["text"].vectors[features["text"].present], axis=0)
    return rows[np.random.default_rng(0).permutation(len(rows))]


def grow(base: np.ndarray, count: int, out: Path) -> None:
    """Write `count` rows of length one to a file: those of `base`, then others made of them by analogy."""
    rng = np.random.default_rng(1)
    grown = np.lib.format.open_memmap(out, "w+", np.float32, (count, base.shape[1]))
    grown[: len(base)] = exact.unit(base[:count])
    if count > len(base):
        near = approximate.nearest(exact.unit(base), 30)[0].indices
    for start in range(len(base), count, _CHUNK):
        first = rng.integers(len(base), size=min(_CHUNK, count - start))
        third = first
        second = near[first, rng.integers(near.shape[1], size=len(first))]
        while (third == first).any():  # the analogy would be the first row itself
            second = near[first, rng.integers(near.shape[1], size=len(first))]
            third = np.where(
                third == first, near[second, rng.integers(near.shape[1], size=len(first))], third
            )
        made = base[first] + base[third] - base[second]
        grown[start : start + len(first)] = exact.unit(made)


def _table(vectors: Path, sizes: Sequence[int], ways: Sequence[str], most: dict[str, int], k: int) -> None:
    print(
        f"| rows | way | prepared, CPU s | seconds | CPU s | exponent | recall, first {FEW} | first {k} | "
        "peak memory |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    before: dict[str, tuple[int, float]] = {}
    for rows in sizes:
        for way in ways:
            if rows > most.get(way, rows):
                continue
            one = _measured(way, vectors, rows, k)
            growth = "-"
            if way in before:
                fewer, cpu = before[way]
                growth = f"{math.log(one['cpu'] / cpu) / math.log(rows / fewer):.2f}"
            before[way] = rows, one["cpu"]
            print(
                f"| {rows:,} | {way} | {one['prepared']:.1f} | {one['seconds']:.1f} | {one['cpu']:.1f} "
                f"| {growth} | {one['few']:.4f} | {one['all']:.4f} | {one['peak']:,.0f} MB |",
                flush=True,
            )


def _measured(way: str, vectors: Path, rows: int, k: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        command = [
            sys.executable,
            __file__,
            "--search",
            way,
            str(vectors),
            str(rows),
            str(out),
            "--k",
            str(k),
        ]
        peak = run_fresh(command).peak_mb
        return json.loads(out.read_text(encoding="utf-8")) | {"peak": peak}


def _search(way: str, vectors: Path, count: int, k: int, out: Path) -> None:
    """Search once in this process and save what it took and found."""
    rows = np.array(np.load(vectors, mmap_mode="r")[:count])
    search, prepare = WAYS[way]
    start = time.process_time()
    prepare(rows, k)
    prepared = time.process_time() - start
    began, start = time.perf_counter(), time.process_time()
    found = search(rows, k)
    taken = {
        "prepared": prepared,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - start,
    }
    tell_peak()
    out.write_text(json.dumps(taken | _recalls(rows, found, k)), encoding="utf-8")


def _recalls(rows: np.ndarray, found: np.ndarray, k: int) -> dict[str, float]:
    """Return the share of the true nearest of a sample among as many found, of few and of all."""
    sample = np.random.default_rng(2).permutation(len(rows))[:SAMPLE]
    shares = []
    for part in np.array_split(sample, -(-len(sample) // _AT_A_TIME)):
        for row, far in zip(part, -(rows[part] @ rows.T), strict=True):
            near = np.argpartition(far, k)[: k + 1]
            true = _others(near[np.argsort(far[near], kind="stable")], row)
            mine = _others(found[row], row)
            shares.append([len(set(true[:most]) & set(mine[:most])) / len(true[:most]) for most in (FEW, k)])
    few, every = np.mean(shares, axis=0)
    return {"few": float(few), "all": float(every)}


def _others(found: np.ndarray, row: int) -> list[int]:
    return [other for other in found.tolist() if other != row]


if __name__ == "__main__":
    main()
