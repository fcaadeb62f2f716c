"""Compare the time and memory to classify one product with another version of Product Lens, cold and warm.

    git worktree add ../before COMMIT
    python benchmarks/compare_versions.py --before ../before [--bundle artifacts/demo] [--rounds 7]

Both versions read the same bundle and take turns in one run; medians are reported, and the first way is the
version before. "fresh" starts a new process for each answer. For warm answers each version has one process
with all models loaded, and classifies a new product each time because answers are cached. ``--cpu`` counts
what the processor worked for each answer instead of the time that passed: on a busy machine, with
``OMP_NUM_THREADS=1``, only that says something.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from live_ways import TEXT
from measuring import Comparison, Series, report, take_fresh_turns, take_turns
from photos import draw_photo

HERE = Path(__file__).resolve().parents[1]
BEFORE, NOW = "before", "now"
IMAGES = {"image": (800, 800, 2), "photo": (4160, 3120, 2)}
TASKS = {
    "warm, text + image": (True, "image"),
    "warm, text": (True, ""),
    "warm, image": (False, "image"),
    "warm, photo of 13 megapixels": (False, "photo"),
}
WORKER = """
import sys
import time
from pathlib import Path
from core.serving.predictor import Predictor

predictor = Predictor.load(Path(sys.argv[1]))
for number, line in enumerate(sys.stdin):
    text, image = line.rstrip("\\n").split("\\t")
    content = Path(image).read_bytes() + b"%d" % number if image else None
    start = time.process_time()
    predictor.classify(f"{text} No. {number}" if text else None, content)
    print(time.process_time() - start, flush=True)
"""
"""Answers a line at a time. What follows a JPEG's end changes the file, not the image."""


class Worker:
    """A process of one version with all models loaded."""

    def __init__(self, root: Path, bundle: Path) -> None:
        environment = os.environ | {"PYTHONPATH": str(root)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(bundle)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=root,
        )

    def classify(self, text: str, image: str) -> float:
        """Let it classify a product, wait for it, and return the seconds that its threads worked.

        Raises
        ------
        RuntimeError
            It has ended.
        """
        self.process.stdin.write(f"{text}\t{image}\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        if not said:
            raise RuntimeError(f"a version gave no answer (exit code {self.process.wait()})")
        return float(said)

    def end(self) -> None:
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def worked(command: Sequence[str]) -> float:
    """Run a command and return the seconds that its threads worked."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def returned(ways: Mapping[str, Callable[[], float]], rounds: int, warm_up: int) -> dict[str, Series]:
    """Call all ways in turns, and collect what they return."""
    turns = [{way: call() for way, call in ways.items()} for _ in range(warm_up + rounds)]
    return {way: Series(tuple(turn[way] for turn in turns[warm_up:])) for way in ways}


def cold(roots: Mapping[str, Path], folder: Path, rounds: int, *, cpu: bool) -> list[Comparison]:
    """Compare processes from their start to their first answer."""
    found = []
    for task, more in {"fresh, text + image": [], "fresh, text": ["text"]}.items():
        commands = {
            way: [sys.executable, str(root / "benchmarks" / "live_ways.py"), "ours", str(folder), *more]
            for way, root in roots.items()
        }
        if cpu:
            ways = {way: partial(worked, command) for way, command in commands.items()}
            found.append(Comparison(task, returned(ways, rounds, warm_up=1)))
        else:
            found += take_fresh_turns(task, commands, rounds)
    return found


def warm(
    roots: Mapping[str, Path], folder: Path, bundle: Path, rounds: int, *, cpu: bool
) -> list[Comparison]:
    """Compare answers of processes that have all models loaded."""
    workers = {way: Worker(root, bundle) for way, root in roots.items()}
    found = []
    for task, (with_text, image) in TASKS.items():
        text, file = TEXT if with_text else "", str(folder / f"{image}.jpg") if image else ""
        ways = {way: partial(one.classify, text, file) for way, one in workers.items()}
        found.append(Comparison(task, (returned if cpu else take_turns)(ways, 5 * rounds, warm_up=3)))
    for worker in workers.values():
        worker.end()
    return found


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--before", type=Path, required=True, help="a checkout of the other version")
    parser.add_argument("--bundle", type=Path, default=Path("artifacts/demo"), help="one that both can read")
    parser.add_argument("--rounds", type=int, default=7, help="turns that count (default: 7)")
    parser.add_argument("--cpu", action="store_true", help="count the processor's work")
    options = parser.parse_args()
    roots, bundle = {BEFORE: options.before.resolve(), NOW: HERE}, options.bundle.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, (width, height, noise) in IMAGES.items():
            draw_photo(folder / f"{name}.jpg", width, height, noise)
        (folder / "ways.json").write_text(json.dumps({"bundle": str(bundle)}))
        comparisons = [
            *cold(roots, folder, options.rounds, cpu=options.cpu),
            *warm(roots, folder, bundle, options.rounds, cpu=options.cpu),
        ]
    print(report(comparisons, ("onnxruntime", "numpy", "pillow")))


if __name__ == "__main__":
    main()
