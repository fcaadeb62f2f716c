"""How far a job is as a whole, and how long it will still take, from its plan and what has passed."""

from __future__ import annotations

from core.jobs.job import Job

_LEAST = 0.05
"""Share of the plan that must be done before the time passed says more than the plan."""


def share_done(job: Job) -> float:
    """Return the share of the planned work that is done, 0 to 1; steps count by the time they take."""
    whole = sum(step.seconds for step in job.plan)
    names = [step.name for step in job.plan]
    if not whole or job.progress.step not in names:
        return job.progress.share if not job.plan else 0.0
    at = names.index(job.progress.step)
    done = sum(step.seconds for step in job.plan[:at]) + job.progress.share * job.plan[at].seconds
    return min(1.0, done / whole)


def seconds_left(job: Job, now: float) -> float | None:
    """Return how many seconds a running job will still take, None where nothing says it.

    The plan says it at first. Once a part is done, the pace up to now does: what the plan holds for the rest
    is stretched by as much as the part done took longer.
    """
    whole = sum(step.seconds for step in job.plan)
    if not whole or not job.begun:
        return None
    passed, done = max(0.0, now - job.begun), share_done(job)
    planned = whole * (1 - done)
    if done < _LEAST:
        return max(planned - passed, whole * _LEAST) if not done else planned
    pace = passed / (whole * done)
    trusted = min(1.0, done / 0.5)  # a slow first step says little of the others
    return planned * (trusted * pace + (1 - trusted))
