"""How far a job is as a whole, and how long it will still take, from its plan and what has passed."""

from __future__ import annotations

from core.jobs.job import Job

_MOST = 0.9
"""Share of a step that may be done by the time that has passed alone."""

_LEAST = 0.05
"""Share of the plan that must be done before the time passed says more than the plan."""


def share_done(job: Job, now: float) -> float:
    """Return the share of the planned work that is done, 0 to 1; steps count by the time they take.

    A step that does not say how far it is counts by the time that has passed, but never as done.
    """
    whole = sum(step.seconds for step in job.plan)
    names = [step.name for step in job.plan]
    if not whole or job.progress.step not in names:
        return job.progress.share if not job.plan else 0.0
    at, share = names.index(job.progress.step), job.progress.share
    planned = job.plan[at].seconds
    if job.progress.total <= 1 and share < 1 and planned:
        share = min(_MOST, max(0.0, now - job.progress.begun) / planned)
    done = sum(step.seconds for step in job.plan[:at]) + share * planned
    return min(1.0, done / whole)


def seconds_left(job: Job, now: float) -> float | None:
    """Return how many seconds a running job will still take, None where nothing says it.

    The plan says it at first. Once a part is done, the pace up to now does: what the plan holds for the rest
    is stretched by as much as the part done took longer.
    """
    whole = sum(step.seconds for step in job.plan)
    if not whole or not job.begun:
        return None
    passed, done = max(0.0, now - job.begun), share_done(job, now)
    planned = whole * (1 - done)
    if done < _LEAST:
        return max(planned - passed, whole * _LEAST) if not done else planned
    pace = passed / (whole * done)
    trusted = min(1.0, done / 0.5)  # a slow first step says little of the others
    return planned * (trusted * pace + (1 - trusted))
