"""What a build takes, step by step: the seconds in `core.building.costs`.

    python benchmarks/measure_builds.py [--rows 300 1000] [--efforts quick thorough]

Builds demo catalogues of several sizes, each in a process of its own, without cached features. A step lasts
from its first report to the first report of the next step. Beside the time stands the processor time, which
`core.building.costs` goes by.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.stages import Moment, StageClock, taken_by_stage, with_what_follows


def measure(data: Path, effort_name: str, out: Path) -> dict[str, tuple[float, float]]:
    """Build a catalogue; return step -> seconds and seconds of processor time, in order."""
    from core.building.build import build_bundle
    from core.building.effort import get_effort
    from core.building.options import BuildOptions
    from core.catalogue.reading import read_catalogue
    from core.features.encoders.registry import load_encoder

    moments: list[Moment] = []
    progress = StageClock(moments.append)
    effort = get_effort(effort_name)
    options = BuildOptions(heads=effort.heads, methods=effort.methods, dims=effort.dims, synthetic=True)
    catalogue = read_catalogue(data, progress=progress)
    encoders = {m: load_encoder(name, modality=m) for m, name in (("text", "minilm"), ("image", "compact"))}
    build_bundle(catalogue, encoders, out, options, progress)
    progress.end()
    steps = with_what_follows(taken_by_stage(moments))
    return {name: (taken.seconds, taken.processor) for name, taken in steps.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[300, 1000])
    parser.add_argument("--efforts", nargs="+", default=["quick", "thorough"])
    parser.add_argument("--one", nargs=3, metavar=("DATA", "EFFORT", "OUT"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        data, effort, out = options.one
        print(json.dumps(measure(Path(data), effort, Path(out))))
        return
    from core.demo import write_demo

    print(f"{os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        for rows in options.rows:
            write_demo(Path(folder, str(rows)), rows=rows)
        for effort in options.efforts:
            table = [_fresh(Path(folder, str(rows)), effort) for rows in options.rows]
            print(f"\n| {effort} | " + " | ".join(f"{rows:,} products" for rows in options.rows) + " |")
            print("| --- |" + " --- |" * len(options.rows))
            for step in table[-1]:
                print(f"| {step} | " + " | ".join(_shown(one.get(step, (0, 0))) for one in table) + " |")
            print(
                "| all | "
                + " | ".join(_shown(tuple(map(sum, zip(*one.values(), strict=True)))) for one in table)
                + " |",
                flush=True,
            )


def _shown(seconds: Sequence[float]) -> str:
    return f"{seconds[0]:.1f} s, processor {seconds[1]:.1f} s"


def _fresh(data: Path, effort: str) -> dict[str, tuple[float, float]]:
    command = [sys.executable, __file__, "--one", str(data), effort, str(data.parent / "bundle")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    steps: dict[str, tuple[float, float]] = json.loads(done.stdout.splitlines()[-1])
    return steps


if __name__ == "__main__":
    main()
