"""Measure what `build --engine ray` gains: a made catalogue, built by this process and by workers.

    python benchmarks/measure_ray_build.py --data DIR --format fashion --label articleType \
        [--products 5000] [--workers 1 2] [--address HOST:PORT]

Texts only. Nothing is cached. Seconds on the clock, and processor seconds of all processes, Ray's own
included; those of a cluster at an address are counted if it runs on this machine. Ray's start is told apart.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.grown_catalogue import write_grown
from benchmarks.stages import StageClock, taken_by_stage, with_what_follows
from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.catalogue.reading import read_catalogue
from core.common.engine import THIS_PROCESS, Engine
from core.features.encoders.registry import load_encoder
from core.serving.cluster.ray_cluster import Cluster
from core.serving.cluster.ray_engine import ray_engine

HEADS = ("logistic_regression", "tfidf", "blend")
STAGES = ("Encoding texts", "Training models", "neighbours")


def processor_seconds() -> float:
    """Return what this process and those of Ray have used, with their children that have ended."""
    processes = {psutil.Process()}
    for process in psutil.process_iter(["name"]):
        if process.info["name"] in ("raylet", "gcs_server"):
            processes |= {process, *process.children(recursive=True)}
    return sum(sum(process.cpu_times()[:4]) for process in processes if process.is_running())


def build(catalogue: Path, engine: Engine, folder: Path) -> tuple[dict[str, float], float]:
    """Build; return what was taken, and the accuracy that was reached."""
    moments: list[Any] = []
    clock = StageClock(moments.append)
    options = BuildOptions(heads=HEADS, methods=("umap",), dims=(2,), synthetic=True, engine=engine)
    read = read_catalogue(catalogue, minimum=1)
    start, used = time.perf_counter(), processor_seconds()
    made = build_bundle(read, {"text": load_encoder("minilm", modality="text")}, folder, options, clock)
    taken = {"all": time.perf_counter() - start, "processor, all": processor_seconds() - used}
    clock.end()
    stages = with_what_follows(taken_by_stage(moments))
    return {name: stages[name].seconds for name in STAGES} | taken, max(
        m.report.accuracy for m in made.models
    )


def main() -> None:
    """Build in each way and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--format", default="auto")
    parser.add_argument("--label")
    parser.add_argument("--products", type=int, default=5000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--address")
    options = parser.parse_args()
    real = read_catalogue(options.data, options.format, label=options.label)
    with tempfile.TemporaryDirectory() as folder:
        write_grown(real, Path(folder, "catalogue"), options.products)
        for workers in (0, *options.workers):
            start = time.perf_counter()
            cluster = Cluster(workers, options.address)
            with ray_engine(cluster) if workers else nullcontext(THIS_PROCESS) as engine:
                started = time.perf_counter() - start
                taken, accuracy = build(Path(folder, "catalogue"), engine, Path(folder, f"by-{workers}"))
            way = f"ray, {workers} workers, started in {started:.0f} s" if workers else "this process"
            told = ", ".join(f"{name} {seconds:.0f}" for name, seconds in taken.items())
            print(f"{way}: seconds: {told}; accuracy {accuracy:.4f}", flush=True)


if __name__ == "__main__":
    main()
