"""Compare our maps with umap-learn and scikit-learn at their defaults: time, memory and quality.

    python benchmarks/measure_maps.py --data DIR --format F [--limit N] [--rounds 3]
    python benchmarks/measure_maps.py --data DIR --format F --image ENCODER --all

The rows are a catalogue's texts, encoded by ``--text`` (vectors in the feature cache are reused). Each map is
computed in its own process, in turns; a first turn with few rows fills the disk cache and numba's cache.
*Drawing* is the time from vectors to coordinates, *process* includes imports. Quality is measured by
`core.projections.quality` on the same rows for all ways, at most 3,000.

``--all`` computes what a build computes instead: every method, modality and dimension, in one process.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import Comparison, FreshRun, Series, peak_mb, report, run_fresh, tell_peak
from core.projections.drawing import METHODS, project
from core.projections.prepared import prepare
from core.projections.quality import MapQuality, quality
from core.projections.umap import without_tensorflow

WARM_UP_ROWS = 200
PACKAGES = ("numpy", "numba", "umap-learn", "openTSNE", "scikit-learn")


@dataclass(frozen=True)
class Way:
    """A way to draw: imports what it needs, then draws vectors (n, d) as places (n, 2)."""

    load: Callable[[], None]
    draw: Callable[[np.ndarray], np.ndarray]


def _ours(method: str) -> Way:
    def load() -> None:
        import_module(f"core.projections.{method}")
        with without_tensorflow():
            import_module("umap" if method == "umap" else "openTSNE")

    return Way(load, lambda vectors: project(method, vectors, 2))


def _theirs(module: str, name: str) -> Way:
    return Way(
        lambda: import_module(module) and None,
        lambda vectors: getattr(import_module(module), name)().fit_transform(vectors),
    )


# Task -> way -> how it draws; the first way is the one that the others are compared with.
TASKS: dict[str, dict[str, Way]] = {
    "UMAP": {"umap-learn's defaults": _theirs("umap", "UMAP"), "ours": _ours("umap")},
    "t-SNE": {"scikit-learn's defaults": _theirs("sklearn.manifold", "TSNE"), "ours": _ours("tsne")},
}


@dataclass(frozen=True)
class Drawn:
    """One map: the whole process, seconds of drawing alone, and how good it is."""

    run: FreshRun
    seconds: float
    quality: MapQuality


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--format")
    parser.add_argument("--limit", type=int, help="a random sample of this many products")
    parser.add_argument("--text", default="minilm")
    parser.add_argument("--image", help="with --all, draw images by this encoder, and both inputs, as well")
    parser.add_argument("--weights", type=Path, help="of the image encoder, where it needs a file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", default=",".join(TASKS), help="which of them, with commas")
    parser.add_argument("--all", action="store_true", help="draw what a build draws, instead")
    parser.add_argument("--draw", nargs=4, metavar=("TASK", "WAY", "VECTORS", "OUT"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.draw:
        _draw(*asked.draw)
        return
    if not asked.data or not asked.format:
        parser.error("--data and --format are needed")
    tasks = [task.strip() for task in asked.tasks.split(",")]
    if unknown := [task for task in tasks if task not in TASKS]:
        parser.error(f"unknown task {unknown[0]!r}: expected some of {', '.join(TASKS)}")
    spaces, labels = _features(asked)
    print(f"{len(labels):,} products of {asked.format}, {asked.text}", end="")
    print(f", {asked.image}\n" if asked.image else "\n", flush=True)
    if asked.all:
        _draw_all(spaces, labels)
    else:
        _compare(spaces["text"], labels, tasks, asked.rounds)


def _features(asked: argparse.Namespace) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return modality -> vectors of the products that have all of them, and their categories."""
    from core.building.encoding import encode_catalogue
    from core.catalogue.reading import read_catalogue
    from core.common.files import cache_dir
    from core.common.progress import bar
    from core.features.encoders.registry import load_encoder

    catalogue = read_catalogue(asked.data, asked.format, limit=asked.limit, progress=bar())
    encoders = {"text": load_encoder(asked.text)}
    if asked.image and asked.all:
        encoders["image"] = load_encoder(asked.image, asked.weights)
    catalogue, features = encode_catalogue(catalogue, encoders, cache_dir() / "features", bar())
    rows = np.logical_and.reduce([one.present for one in features.values()])
    spaces = {modality: one.vectors[rows] for modality, one in features.items()}
    if len(features) == 2:
        spaces["fused"] = np.hstack([spaces["text"], spaces["image"]])
    return spaces, catalogue.table["category"].to_numpy(dtype=object)[rows]


def _compare(vectors: np.ndarray, labels: np.ndarray, tasks: Sequence[str], rounds: int) -> None:
    """Draw in turns; print times, memory and quality."""
    print(f"{len(np.unique(vectors, axis=0)):,} of {len(vectors):,} rows are different\n", flush=True)
    drawn: dict[tuple[str, str], list[Drawn]] = {}
    with tempfile.TemporaryDirectory() as folder:
        whole, few = Path(folder) / "vectors.npy", Path(folder) / "few.npy"
        np.save(whole, vectors)
        np.save(few, vectors[:WARM_UP_ROWS])
        for turn in range(rounds + 1):
            for task in tasks:
                for way in TASKS[task]:
                    run = _drawn(task, way, whole if turn else few, Path(folder), vectors, labels)
                    print(f"{task}, {way}, turn {turn}: {run.seconds:.1f} s", file=sys.stderr, flush=True)
                    if turn:
                        drawn.setdefault((task, way), []).append(run)
    comparisons = []
    for task in tasks:
        runs = {way: drawn[task, way] for way in TASKS[task]}
        for name, unit, figure in (
            (f"{task}: drawing", "s", lambda one: one.seconds),
            (f"{task}: process", "s", lambda one: one.run.seconds),
            (f"{task}: peak memory", "MB", lambda one: one.run.peak_mb),
        ):
            ways = {way: Series(tuple(map(figure, done)), unit) for way, done in runs.items()}
            comparisons.append(Comparison(name, ways))
    print(report(comparisons, PACKAGES))
    print("\n| map | trustworthiness | neighbour accuracy |\n| --- | ---: | ---: |")
    for (task, way), done in drawn.items():
        trust = statistics.median(one.quality.trustworthiness for one in done)
        accuracy = statistics.median(one.quality.neighbour_accuracy for one in done)
        print(f"| {task}, {way} | {trust:.3f} | {accuracy:.3f} |")


def _drawn(task: str, way: str, given: Path, folder: Path, vectors: np.ndarray, labels: np.ndarray) -> Drawn:
    out = folder / "map.npz"
    run = run_fresh([sys.executable, __file__, "--draw", task, way, str(given), str(out)])
    with np.load(out) as result:
        coords, seconds = result["coords"], float(result["seconds"])
    return Drawn(run, seconds, quality(vectors[: len(coords)], coords, labels[: len(coords)]))


def _draw(task: str, way: str, given: str, out: str) -> None:
    """Draw one map in this process and save it with the seconds it took."""
    vectors = np.load(given)
    TASKS[task][way].load()
    start = time.perf_counter()
    coords = TASKS[task][way].draw(vectors)
    seconds = time.perf_counter() - start
    tell_peak()
    np.savez(out, coords=coords, seconds=seconds)


def _draw_all(spaces: dict[str, np.ndarray], labels: np.ndarray) -> None:
    """Draw and judge every map as a build does; print each, all together, and the process's memory."""
    print(
        "| input | map | seconds | trustworthiness | neighbour accuracy |\n| --- | --- | ---: | ---: | ---: |"
    )
    start = time.perf_counter()
    for modality, vectors in spaces.items():
        ready = prepare(vectors)
        for method in METHODS:
            for dims in (2, 3):
                begun = time.perf_counter()
                judged = quality(vectors, project(method, ready, dims), labels)
                seconds = time.perf_counter() - begun
                print(
                    f"| {modality} | {method}, {dims}-D | {seconds:.1f} | {judged.trustworthiness:.3f} "
                    f"| {judged.neighbour_accuracy:.3f} |",
                    flush=True,
                )
    print(f"\n{(time.perf_counter() - start) / 60:.1f} minutes, {peak_mb() / 1024:.1f} GB at most")


if __name__ == "__main__":
    main()
