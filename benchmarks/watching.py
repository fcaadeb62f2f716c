"""Run a command in a process of its own that is ended where it takes too much memory or too long."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

EVERY_SECONDS = 0.2
DONE = "done"


@dataclass(frozen=True)
class Watched:
    """How a process went.

    Attributes
    ----------
    outcome
        `DONE`, or in words why it is not.
    samples
        When its memory was looked at (`time.monotonic`), and how many MB it and its children held.
    """

    outcome: str
    samples: tuple[tuple[float, float], ...]


def watch(command: Sequence[str], limit_minutes: float, most_gb: float) -> Watched:
    """Run a command until it ends, takes longer than `limit_minutes`, or holds more than `most_gb`."""
    end = time.monotonic() + 60 * limit_minutes
    samples: list[tuple[float, float]] = []
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(command, stdout=said, stderr=said, text=True, start_new_session=True) as process,
    ):
        outcome = ""
        while process.poll() is None and not outcome:
            samples.append((time.monotonic(), _held_mb(process.pid)))
            if samples[-1][1] > 1024 * most_gb:
                outcome = f"stopped: more than {most_gb:g} GB"
            elif samples[-1][0] > end:
                outcome = f"stopped: more than {limit_minutes:g} minutes"
            else:
                time.sleep(EVERY_SECONDS)
        if outcome:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        said.seek(0)
        return Watched(outcome or _outcome(process.returncode, said.read()), tuple(samples))


def _outcome(code: int, said: str) -> str:
    if code == 0:
        return DONE
    if code == -signal.SIGKILL:
        return "killed from outside, probably since memory ran out"
    return f"failed (exit code {code}): {' '.join(said.splitlines()[-2:])[-300:]}"


def _held_mb(number: int) -> float:
    """Return what a process and those that it started hold; what they share is counted for each."""
    held = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(number)
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                held += one.memory_info().rss
    return held / 2**20
