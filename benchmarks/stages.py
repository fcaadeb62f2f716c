"""Shared by the scripts that measure builds: when each stage begins and ends, by the build's own progress.

What a build does between the end of one stage and the beginning of the next counts as ``after STAGE``. Beside
the time stands the processor time of all threads, which other work on the machine does not stretch.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

START, END, AFTER = "start", "end", "after "


@dataclass(frozen=True)
class Moment:
    """The beginning of a stage.

    Attributes
    ----------
    stage
        Its name; `END` for the end of all.
    at
        Seconds on a clock that all processes of the machine share.
    processor
        Seconds of processor time that this process had used, all threads together.
    mb
        Memory that it held, in MB of 2**20 bytes.
    """

    stage: str
    at: float
    processor: float
    mb: float

    @classmethod
    def now(cls, stage: str) -> Moment:
        """Return this moment, at which `stage` begins."""
        import psutil

        process = psutil.Process()
        used = process.cpu_times()
        # Processes that have ended count as well, such as those that folds were trained in.
        processor = used.user + used.system + used.children_user + used.children_system
        return cls(stage, time.monotonic(), processor, process.memory_info().rss / 2**20)


class StageClock:
    """A callable for progress that tells each beginning of a stage.

    Parameters
    ----------
    tell
        Called with every moment at once, so that what a killed process had begun is known.
    """

    def __init__(self, tell: Callable[[Moment], None]) -> None:
        self._tell = tell
        self._stage = ""
        self._enter(START)

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take a report of progress."""
        if stage != self._stage and not (done >= total and self._stage == AFTER + stage):
            self._enter(stage)
        if done >= total and stage == self._stage:
            self._enter(AFTER + stage)

    def end(self) -> None:
        """Tell that all is done."""
        self._enter(END)

    def _enter(self, stage: str) -> None:
        self._stage = stage
        self._tell(Moment.now(stage))


@dataclass(frozen=True)
class Taken:
    """What a stage took: seconds, seconds of processor time, and the most memory held in it, in MB."""

    seconds: float
    processor: float
    peak_mb: float

    def __add__(self, other: Taken) -> Taken:
        """Return what both took, one after the other."""
        return Taken(
            self.seconds + other.seconds,
            self.processor + other.processor,
            max(self.peak_mb, other.peak_mb),
        )


def taken_by_stage(
    moments: Sequence[Moment], samples: Sequence[tuple[float, float]] = ()
) -> dict[str, Taken]:
    """Return what each stage took, in order; one that comes back is added up.

    Parameters
    ----------
    moments
        The beginnings; the last stage ends with `END` or, in a killed process, has no figures.
    samples
        When memory was looked at, on the clock of `Moment.at`, and how many MB were held.
    """
    stages: dict[str, Taken] = {}
    for begin, end in pairwise(moments):
        held = [mb for at, mb in samples if begin.at <= at <= end.at]
        one = Taken(end.at - begin.at, end.processor - begin.processor, max(begin.mb, end.mb, *held))
        stages[begin.stage] = stages[begin.stage] + one if begin.stage in stages else one
    return stages


def with_what_follows(stages: Mapping[str, Taken]) -> dict[str, Taken]:
    """Count what is done after a stage and before the next one as part of the stage."""
    whole: dict[str, Taken] = {}
    for name, taken in stages.items():
        stage = name.removeprefix(AFTER)
        whole[stage] = whole[stage] + taken if stage in whole else taken
    return whole


def append_moment(file: Path, moment: Moment) -> None:
    """Add a moment to a file, for `read_moments` in another process."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(moment)) + "\n")


def read_moments(file: Path) -> Iterator[Moment]:
    """Yield the moments in a file; none where there is none."""
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            yield Moment(**json.loads(line))
