"""How a build's time and memory grow with the catalogue, stage by stage.

    python benchmarks/growth.py --data DIR --format fashion --label articleType --json growth.json
    python benchmarks/growth.py ... --sizes 50000 --before CHECKOUT
    python benchmarks/growth.py ... --images 0.1

The catalogues are made of a real one's names (`benchmarks/grown_names.py`) and lie in a temporary folder.
Each is built with MiniLM in fp32, logistic regression, tf-idf, their blend and a UMAP in two and in three
dimensions, with empty caches, by a process of its own. With ``--before``, another checkout of this repository
builds each catalogue as well, in turns with this one. A build that holds more than ``--memory`` GB or takes
more than ``--limit`` minutes is ended, and larger catalogues are left out for that checkout.

The growth of a figure is the exponent e in products^e, between the two largest sizes that were built.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.grown_build import MOMENTS, RESULT
from benchmarks.growth_tables import Run, report
from benchmarks.measuring import processor
from benchmarks.stages import read_moments, taken_by_stage
from benchmarks.watching import DONE, watch

HERE = Path(__file__).resolve().parents[1]
SIZES = (10_000, 50_000, 200_000, 1_000_000)
BEFORE, NOW = "before", "now"


def main(arguments: Sequence[str] | None = None) -> None:
    """Build all sizes and print the tables."""
    asked = _parser().parse_args(arguments)
    ways = {BEFORE: asked.before.resolve(), NOW: HERE} if asked.before else {NOW: HERE}
    versions = {way: _version(repository) for way, repository in ways.items()}
    print(f"{processor()}; {', '.join(f'{way}: {each}' for way, each in versions.items())}\n", flush=True)
    runs: list[Run] = []
    for run in _runs(asked, ways):
        runs.append(run)
        print(f"{run.products:,} products, {run.way}: {run.summary}", file=sys.stderr, flush=True)
        if asked.json:
            kept = {"versions": versions, "processor": processor(), "runs": [asdict(each) for each in runs]}
            asked.json.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    print(report(runs))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a catalogue whose names are recombined")
    parser.add_argument("--format", default="auto")
    parser.add_argument("--label", help="its column of categories")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--images", type=float, default=0, help="share of the products with an image")
    parser.add_argument("--before", type=Path, help="another checkout of this repository, in turns")
    parser.add_argument("--rounds", type=int, default=1, help="builds of each size; the median counts")
    parser.add_argument("--limit", type=float, default=240, help="minutes for a build")
    parser.add_argument("--memory", type=float, default=16, help="GB for a build")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for all figures")
    return parser


def _runs(asked: argparse.Namespace, ways: Mapping[str, Path]) -> Iterator[Run]:
    """Build every size by every way that has built all smaller ones."""
    from benchmarks.grown_catalogue import write_grown
    from core.catalogue.reading import read_catalogue

    real = read_catalogue(asked.data, asked.format, label=asked.label)
    able = dict(ways)
    for products in sorted(asked.sizes):
        with tempfile.TemporaryDirectory() as folder:
            grown = write_grown(real, Path(folder, "made"), products, asked.images, asked.seed)
            print(f"{products:,} products, {grown.distinct:.0%} distinct names", file=sys.stderr, flush=True)
            for _ in range(asked.rounds):
                for way, repository in dict(able).items():
                    run = _built(way, repository, grown.folder, products, asked)
                    yield run
                    if run.outcome != DONE:
                        del able[way]


def _built(way: str, repository: Path, catalogue: Path, products: int, asked: argparse.Namespace) -> Run:
    """Build a catalogue in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = str(Path(__file__).with_name("grown_build.py"))
        watched = watch(
            [sys.executable, script, str(repository), str(catalogue), name], asked.limit, asked.memory
        )
        stages = taken_by_stage(list(read_moments(folder / MOMENTS)), watched.samples)
        result = json.loads((folder / RESULT).read_text()) if watched.outcome == DONE else {}
    peak = max([mb for _, mb in watched.samples] + [result.get("peak_mb", 0)])
    return Run(way, products, watched.outcome, stages, peak, result.get("models", []))


def _version(repository: Path) -> str:
    """Return a checkout's commit, with a star where files differ from it."""
    git = ["git", "-C", str(repository)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    changed = subprocess.run([*git, "status", "--porcelain", "core"], capture_output=True, text=True)
    return (commit.stdout.strip() or "no commit") + ("*" if changed.stdout.strip() else "")


if __name__ == "__main__":
    main()
