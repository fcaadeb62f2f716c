"""The queue of requests per host, with a clock that the test controls."""

import threading
import time

import pytest

from core.downloads.hosts import LONGEST_WAIT, HostQueue


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def queue_of(clock, items, per_host=2, pause=0.0, rest=1.0) -> HostQueue:
    queue = HostQueue(per_host, pause, rest, clock)
    for host, item in items:
        queue.put(host, item)
    return queue


def is_blocked(queue: HostQueue) -> bool:
    """Whether take() waits now; the thread is let go by stopping the queue."""
    taken = []
    thread = threading.Thread(target=lambda: taken.append(queue.take()), daemon=True)
    thread.start()
    thread.join(0.15)
    blocked = thread.is_alive()
    queue.stop()
    thread.join(2)
    assert not thread.is_alive()
    return blocked


def test_hosts_take_turns_and_keep_their_order(clock):
    queue = queue_of(clock, [("a", 1), ("a", 2), ("b", 3), ("b", 4)])
    assert [queue.take() for _ in range(4)] == [1, 3, 2, 4]


def test_items_in_progress_per_host_are_limited(clock):
    queue = queue_of(clock, [("a", 1), ("a", 2), ("a", 3)])
    assert [queue.take(), queue.take()] == [1, 2]
    queue.done("a")
    assert queue.take() == 3
    queue = queue_of(clock, [("a", 1), ("a", 2), ("a", 3)])
    assert [queue.take(), queue.take()] == [1, 2]
    assert is_blocked(queue)


def test_items_of_a_host_are_spaced_by_the_pause(clock):
    queue = queue_of(clock, [("a", 1), ("a", 2)], pause=5.0)
    assert queue.take() == 1
    clock.now += 5
    assert queue.take() == 2
    queue = queue_of(clock, [("a", 1), ("a", 2)], pause=5.0)
    assert queue.take() == 1
    clock.now += 4
    assert is_blocked(queue)


def test_take_returns_none_when_all_items_are_done(clock):
    queue = queue_of(clock, [("a", 1)])
    assert queue.take() == 1
    queue.put("b", 1)
    queue.done("a")
    assert queue.take() == 1
    queue.done("b")
    assert queue.take() is None
    assert HostQueue(1, 0, 0).take() is None


def test_a_delayed_item_does_not_block_others(clock):
    queue = queue_of(clock, [("a", 1), ("a", 2)])
    assert queue.take() == 1
    queue.put("a", 1, delay=30)
    queue.done("a")
    assert queue.take() == 2
    queue.done("a")
    clock.now += 30
    assert queue.take() == 1


def test_a_host_rests_as_long_as_it_asks(clock):
    for after, blocked in ((39, True), (41, False)):
        queue = queue_of(clock, [("a", 1), ("a", 2)])
        queue.take()
        queue.failed("a", "status 429", wait=40)
        queue.done("a")
        clock.now += after
        assert is_blocked(queue) is blocked


def test_a_host_that_asks_for_too_long_a_wait_is_skipped(clock):
    queue = queue_of(clock, [("a", 1), ("a", 2)])
    queue.take()
    queue.failed("a", "status 429", wait=LONGEST_WAIT + 1)
    assert queue.closed("a") == "host skipped: status 429, asks to wait 301 s"
    assert queue.take() == 2  # at once, to be accounted for


def test_a_host_that_never_responds_is_skipped(clock):
    queue = queue_of(clock, [("a", n) for n in range(20)], per_host=2)
    failures = 0
    while not queue.closed("a"):
        queue.take()
        queue.failed("a", "timed out")
        queue.done("a")
        failures += 1
        clock.now += 60
    assert failures == 12 and queue.closed("a") == "host skipped: timed out, 12 failures in a row"


def test_a_response_resets_the_failure_count(clock):
    queue = queue_of(clock, [("a", n) for n in range(30)], per_host=2)
    for n in range(30):
        queue.take()
        queue.answered("a") if n % 11 == 10 else queue.failed("a", "timed out")
        queue.done("a")
        clock.now += 60
    assert queue.closed("a") == ""


def test_waits_double_up_to_a_limit_with_jitter():
    queue = HostQueue(1, 0, rest=1.0)
    for failures, longest in ((0, 1), (1, 2), (3, 8), (50, 60), (100_000, 60)):
        waits = {queue.rest(failures) for _ in range(50)}
        assert longest / 2 <= min(waits) < max(waits) <= longest


def test_a_waiting_thread_wakes_for_new_work():
    queue = HostQueue(1, 0.0, 0.0)
    queue.put("a", 1)
    assert queue.take() == 1
    taken = []
    thread = threading.Thread(target=lambda: taken.append(queue.take()), daemon=True)
    thread.start()
    time.sleep(0.05)
    queue.put("b", 2)
    thread.join(2)
    assert taken == [2]
