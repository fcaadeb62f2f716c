import pytest

from benchmarks.stages import (
    END,
    START,
    Moment,
    StageClock,
    Taken,
    append_moment,
    read_moments,
    taken_by_stage,
    with_what_follows,
)


def clocked(*reports):
    moments = []
    clock = StageClock(moments.append)
    for report in reports:
        clock(*report)
    clock.end()
    return [each.stage for each in moments]


def test_stages_follow_each_other_with_what_lies_between():
    reports = [("read", 0, 2), ("read", 1, 2), ("read", 2, 2), ("train", 0, 1), ("train", 1, 1)]
    assert clocked(*reports) == [START, "read", "after read", "train", "after train", END]


def test_a_stage_that_does_not_say_its_end_lasts_until_the_next():
    assert clocked(("read", 0, 2), ("train", 0, 1)) == [START, "read", "train", END]


def test_an_end_that_is_told_twice_begins_nothing():
    assert clocked(("read", 1, 1), ("read", 1, 1)) == [START, "read", "after read", END]


def test_a_stage_that_begins_again_is_told_again():
    assert clocked(("read", 1, 1), ("read", 0, 1), ("read", 1, 1)).count("read") == 2


MOMENTS = [
    Moment("read", 10, 1, 50),
    Moment("after read", 14, 3, 90),
    Moment("read", 15, 3, 40),
    Moment(END, 16, 4, 60),
]


def test_times_are_added_up_and_the_largest_memory_counts():
    taken = taken_by_stage(MOMENTS, samples=[(9, 999), (12, 120), (14.5, 70), (17, 999)])
    assert taken == {"read": Taken(5, 3, 120), "after read": Taken(1, 0, 90)}
    assert with_what_follows(taken) == {"read": Taken(6, 3, 120)}


def test_moments_go_through_a_file(tmp_path):
    file = tmp_path / "moments"
    assert list(read_moments(file)) == []
    for moment in MOMENTS:
        append_moment(file, moment)
    assert list(read_moments(file)) == MOMENTS


def test_processor_time_is_counted():
    moments = []
    clock = StageClock(moments.append)
    sum(number * number for number in range(3_000_000))
    clock.end()
    assert taken_by_stage(moments)[START].processor == pytest.approx(
        taken_by_stage(moments)[START].seconds, rel=1, abs=0.05
    )
