"""Shared by the comparing scripts: taking turns, medians, ratios, package versions, and the processor.

A script measures each task in one run with ``series = take_turns({"ours": f, "Keras": g}, rounds=5)``, keeps
``Comparison("one image", series)`` and finally prints ``report(comparisons, packages=("keras",))``. The first
way is the reference for the others. Compare only ratios within a run, in which other work on the machine
affects all ways alike.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PEAK = "peak memory in MB:"


@dataclass(frozen=True)
class Series:
    """What one way took in every round, in ``unit`` ("s" or "MB")."""

    values: tuple[float, ...]
    unit: str = "s"

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)


@dataclass(frozen=True)
class Comparison:
    """A task and what each way took; the first way is the one that the others are compared with."""

    task: str
    ways: Mapping[str, Series]

    @property
    def ratios(self) -> dict[str, float]:
        """Way -> its median as a multiple of the first way's."""
        first = next(iter(self.ways.values())).median
        return {way: series.median / first for way, series in self.ways.items()}


@dataclass(frozen=True)
class FreshRun:
    """A process from its start to its answer: seconds, and the most memory it held, in MB."""

    seconds: float
    peak_mb: float


def take_turns(
    ways: Mapping[str, Callable[[], object]],
    rounds: int,
    warm_up: int = 1,
    at_least: float = 0,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Series]:
    """Time all ways in turns, `rounds` times each, after `warm_up` calls of each that do not count.

    Within a turn a way is called again until `at_least` seconds have passed, and the mean of its calls
    counts: what takes milliseconds would else show what the way before it left in the processor's caches.
    `clock` tells the seconds; `time.process_time` counts those that this process's threads worked.

    Returns
    -------
    dict
        Way -> seconds that a call took in each of its turns.
    """
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(warm_up + rounds):
        for way, call in ways.items():
            start, calls, passed = clock(), 0, 0.0
            while not calls or passed < at_least:
                call()
                calls, passed = calls + 1, clock() - start
            if turn >= warm_up:
                seconds[way].append(passed / calls)
    return {way: Series(tuple(taken)) for way, taken in seconds.items()}


def take_fresh_turns(
    task: str, commands: Mapping[str, Sequence[str]], rounds: int, warm_up: int = 1
) -> tuple[Comparison, Comparison]:
    """Run commands in turns, each in a process of its own, and compare their times and their memory.

    The first turns, which find the disk's cache cold, do not count.
    """
    runs: dict[str, list[FreshRun]] = {way: [] for way in commands}
    for turn in range(warm_up + rounds):
        for way, command in commands.items():
            run = run_fresh(command)
            if turn >= warm_up:
                runs[way].append(run)
    times = {way: Series(tuple(run.seconds for run in done)) for way, done in runs.items()}
    peaks = {way: Series(tuple(run.peak_mb for run in done), "MB") for way, done in runs.items()}
    return Comparison(task, times), Comparison(f"{task}: memory", peaks)


def run_fresh(command: Sequence[str]) -> FreshRun:
    """Start a process and wait until it calls `tell_peak`; how long it takes to end does not count.

    Raises
    ------
    RuntimeError
        If it ends without doing so; with the end of what it said on standard error.
    """
    # Modules are compiled once, as they are everywhere else.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = peak = None
    start = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        ) as process,
    ):
        for line in process.stdout:
            if line.startswith(_PEAK):
                seconds, peak = time.perf_counter() - start, float(line.removeprefix(_PEAK))
        process.wait()
        errors.seek(0)
        error_text = errors.read()
    if seconds is None:
        raise RuntimeError(
            f"{' '.join(command)} gave no answer (exit code {process.returncode}): {error_text[-800:]}"
        )
    return FreshRun(seconds, peak)


def tell_peak() -> None:
    """Tell `run_fresh`, which started this process, that the answer is there, and what memory it took."""
    print(_PEAK, peak_mb(), flush=True)


def peak_mb() -> float:
    """Return the most memory this process has held, in MB of 2**20 bytes."""
    status = Path("/proc/self/status")
    if status.is_file():
        # getrusage would count what the process that started this one held when it did.
        kept = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(kept.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def report(comparisons: Sequence[Comparison], packages: Sequence[str] = ()) -> str:
    """Return the comparisons as a Markdown table, with the versions of `packages` and the processor."""
    lines = ["| task | way | median | lowest to highest | ratio |", "| --- | --- | ---: | ---: | ---: |"]
    for comparison in comparisons:
        for place, (way, series) in enumerate(comparison.ways.items()):
            low, high = (_amount(end, series.unit) for end in (min(series.values), max(series.values)))
            ratio = "1" if place == 0 else f"{comparison.ratios[way]:.2f}"
            task = comparison.task if place == 0 else ""
            lines.append(
                f"| {task} | {way} | {_amount(series.median, series.unit)} | {low} to {high} | {ratio} |"
            )
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    return "\n".join(
        [*lines, "", f"{processor()}; Python {platform.python_version()}, {versions}".rstrip(", ")]
    )


def processor() -> str:
    """Return the processor's name and how many of its cores this process may use."""
    from core.onnx.sessions import threads

    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {threads()} cores"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(absent)"


def _amount(value: float, unit: str) -> str:
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
