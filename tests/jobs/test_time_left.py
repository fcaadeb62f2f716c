import pytest

from core.jobs.job import Job, Progress, Step
from core.jobs.time_left import seconds_left, share_done

PLAN = (Step("Reading", 10), Step("Training", 80), Step("Drawing", 10))


def job(step: str, done: int, total: int, plan: tuple[Step, ...] = PLAN) -> Job:
    return Job("1", "build", "mugs", "", plan, begun=1000.0, progress=Progress(step, done, total, 1000.0))


@pytest.mark.parametrize(
    ("step", "done", "total", "share"),
    [("", 0, 1, 0), ("Reading", 1, 2, 0.05), ("Training", 1, 4, 0.3), ("Drawing", 1, 1, 1), ("Odd", 1, 1, 0)],
)
def test_steps_count_by_the_time_they_are_planned_to_take(step, done, total, share):
    assert share_done(job(step, done, total), 1000) == pytest.approx(share)


@pytest.mark.parametrize(("now", "share"), [(1000, 0.1), (1040, 0.5), (2000, 0.82)])
def test_a_step_that_says_nothing_counts_by_the_time_that_has_passed(now, share):
    assert share_done(job("Training", 0, 1), now) == pytest.approx(share)


def test_without_a_plan_the_running_step_is_all_that_is_known():
    assert share_done(job("Reading", 1, 2, ()), 1000) == 0.5
    assert seconds_left(job("Reading", 1, 2, ()), 1010) is None


@pytest.mark.parametrize(
    ("step", "done", "total", "now", "left"),
    [
        ("", 0, 1, 1000, 100),  # the plan
        ("Training", 4, 8, 1050, 50),  # half done at the planned pace
        ("Training", 4, 8, 1100, 100),  # half done, twice as slow: so is the rest
        ("Drawing", 1, 1, 1100, 0),
    ],
)
def test_the_time_left_follows_the_plan_then_the_pace(step, done, total, now, left):
    assert seconds_left(job(step, done, total), now) == pytest.approx(left)
