"""Twelve visitors for a while: memory, times and errors of a real server.

    python benchmarks/soak.py --minutes 30

All visitors walk through all pages; two of them upload and classify, and a catalogue is built beside them.
Memory is that of the server; builds are processes of their own. The visitors speak Streamlit's protocol
without a browser (`visiting`).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.visiting import ROOT, VisitError, Visitor, Watch, serving
from core.building.costs import Size
from core.demo.writer import demo_table
from core.jobs import queue
from core.views.catalogues.building import free_name, start_build
from core.views.catalogues.choices import Choices
from core.views.catalogues.source import uploaded

PAGES = ("", "Catalogues", "Dataset", "Embeddings", "Models", "Predict", "Review")
DEMO = ROOT / "artifacts" / "demo"
PRODUCTS = ("ceramic mug", "cotton shirt", "oak table", "running shoes", "desk lamp")


@dataclass
class Log:
    """What all visitors met."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    uploads: int = 0
    builds: int = 0


async def browse(port: int, log: Log, until: float, seed: int) -> None:
    """Walk through the pages in any order; classify on the Predict page; come back as another visitor."""
    chance = random.Random(seed)
    while time.monotonic() < until:
        async with Visitor(port) as visitor:
            for page in chance.sample(PAGES, len(PAGES)):
                if time.monotonic() > until:
                    return
                await note(log, visitor.open(page))
                if page == "Predict":
                    await note(log, visitor.write("Name", chance.choice(PRODUCTS)))
                    await note(log, visitor.press("button", "Classify"))
                await asyncio.sleep(chance.uniform(1, 5))


async def upload(port: int, log: Log, until: float, seed: int) -> None:
    """Hand over tables to be read and to be classified."""
    chance = random.Random(seed)
    table = b"\n".join(demo_table().splitlines()[:61])
    while time.monotonic() < until:
        async with Visitor(port) as visitor:
            await note(log, visitor.open("Catalogues"))
            status, seen = await visitor.upload("Product table", "products.csv", table)
            check(log, seen.exceptions + ([] if status < 300 else [f"upload: {status}"]))
            log.uploads += 1
            await note(log, visitor.open("Dataset"))
            await asyncio.sleep(chance.uniform(1, 5))


async def build(root: Path, log: Log, until: float) -> None:
    """Have a catalogue built, again and again: one at a time."""
    table = demo_table(rows=300)
    while time.monotonic() < until:
        source = uploaded(root, "built.csv", table)
        name = free_name(root, "built")
        job = start_build(root, source, Choices(), Size(300, 300, 0), name=name, effort="quick")
        del source
        while (found := queue.find(root, job.id)) is not None and found.active:
            if time.monotonic() > until:
                queue.cancel(root, job.id)
                return
            await asyncio.sleep(1)
        check(log, [f"build: {found.problem}"] if found is not None and found.problem else [])
        log.builds += 1
        shutil.rmtree(root / name, ignore_errors=True)


async def note(log: Log, answer: object) -> None:
    """Count an answer: its time, and what was wrong."""
    try:
        seen = await answer  # type: ignore[misc]
    except (VisitError, TimeoutError) as error:
        check(log, [f"{type(error).__name__}: {error}"])
        return
    log.seconds.append(seen.seconds)
    check(log, seen.exceptions + seen.errors)


def check(log: Log, problems: list[str]) -> None:
    """Count what was wrong."""
    log.errors.update(problem.splitlines()[0][:150] if problem else "?" for problem in problems)


async def quiet(port: int) -> Log:
    """Walk through all pages alone, twice: the first time warms the server."""
    log = Log()
    for _ in range(2):
        log.seconds.clear()
        async with Visitor(port) as visitor:
            for page in PAGES:
                await note(log, visitor.open(page))
                if page == "Predict":
                    await note(log, visitor.write("Name", PRODUCTS[0]))
                    await note(log, visitor.press("button", "Classify"))
    return log


async def soak(port: int, root: Path, minutes: float, visitors: int) -> Log:
    """Have all visitors come, for some minutes."""
    log, until = Log(), time.monotonic() + 60 * minutes
    walking = [browse(port, log, until, seed) for seed in range(visitors - 2)]
    await asyncio.gather(
        *walking, *(upload(port, log, until, seed) for seed in (1, 2)), build(root, log, until)
    )
    return log


def main() -> int:
    """Run, and print what was measured; return 1 if there were errors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--visitors", type=int, default=12)
    parser.add_argument(
        "--bundle", type=Path, default=ROOT / "artifacts" / "demo", help="copied, never changed"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        root, text = Path(folder, "artifacts"), Path(folder, "log.txt")
        shutil.copytree(options.bundle, root / options.bundle.name)
        with serving(root, text) as (port, process):
            alone = asyncio.run(quiet(port))
            with Watch(process.pid, every=1) as watch:
                log = asyncio.run(soak(port, root, options.minutes, options.visitors))
        tracebacks = text.read_text(encoding="utf-8", errors="replace").count("Traceback")
    show(watch, alone, log, options.minutes, tracebacks)
    return 1 if log.errors or tracebacks else 0


def show(watch: Watch, alone: Log, log: Log, minutes: float, tracebacks: int) -> None:
    """Print the table."""
    times, memory = np.array(watch.samples).T
    end = 60 * minutes
    fifth = memory[(times >= 240) & (times < 300)] if minutes > 6 else memory[times < end / 2]
    last = memory[times >= max(end - 300, end / 2)]
    change = 100 * (np.median(last) / np.median(fifth) - 1)
    print(f"{minutes:g} minutes, {len(log.seconds):,} answers, {log.uploads} uploads, {log.builds} builds")
    print(f"memory: {np.median(fifth):.0f} MB in minute five, {np.median(last):.0f} MB in the last five")
    print(f"memory: {change:+.1f}%, {memory.max():.0f} MB at most")
    for name, answers in (("alone", alone.seconds), ("all", log.seconds)):
        p95 = np.quantile(answers, 0.95)
        print(f"seconds of an answer, {name}: median {np.median(answers):.2f}, p95 {p95:.2f}")
    print(f"errors: {sum(log.errors.values())}, tracebacks in the log: {tracebacks}")
    for problem, count in log.errors.most_common(10):
        print(f"  {count} x {problem}")
    print(f"machine: {psutil.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    sys.exit(main())
