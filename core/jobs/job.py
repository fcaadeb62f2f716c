"""What is known of a job: what it does, how far it is, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
"""The states of a job."""

ACTIVE = (WAITING, RUNNING)
"""States of a job that has not ended."""


@dataclass(frozen=True)
class Step:
    """A step of the work, and how many seconds it is expected to take."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Progress:
    """How far the running step is: `done` of `total` units.

    Attributes
    ----------
    step
        Its name; "" before the first.
    done, total
        Units of work, whatever they are in this step.
    begun
        When it began, in seconds since the epoch.
    """

    step: str = ""
    done: int = 0
    total: int = 1
    begun: float = 0.0

    @property
    def share(self) -> float:
        """The share of the step that is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0


@dataclass(frozen=True)
class Job:
    """A job, as its file says.

    Attributes
    ----------
    id
        Its own: when it was started, and some digits; in the order of their start, ids are sorted.
    kind
        What it does, such as "build".
    title
        What it does it for, for people: the name of a catalogue.
    target
        The folder it makes.
    plan
        The steps that are expected, in order.
    state
        One of the states above.
    created, begun, ended
        When it was asked for, began to run, and ended, in seconds since the epoch; 0 for not yet.
    pid, started
        The process that does it, and when that was started, which tells it from others of the same id.
    problem
        Why it failed, in a line.
    owner
        Who asked for it; "" for nobody known.
    progress
        How far it is.
    """

    id: str
    kind: str
    title: str
    target: str
    plan: tuple[Step, ...] = ()
    state: str = WAITING
    created: float = 0.0
    begun: float = 0.0
    ended: float = 0.0
    pid: int = 0
    started: float = 0.0
    problem: str = ""
    owner: str = ""
    progress: Progress = Progress()

    @property
    def active(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in ACTIVE

    def but(self, **changes: Any) -> Job:
        """Return the job with other values."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return what its file holds: everything but its progress, which has a file of its own."""
        plain = asdict(self)
        del plain["progress"]
        return plain

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Job:
        """Restore a job."""
        plan = tuple(Step(**step) for step in stored["plan"])
        return cls(**{**stored, "plan": plan})
