"""The engine of the single process: in order, lazily or in threads, and ended with whoever listens."""

import threading

import pytest

from core.common.engine import THIS_PROCESS


def test_one_task_begins_as_another_is_taken():
    begun = []

    def work(task):
        begun.append(task)
        return 10 * task

    done = THIS_PROCESS.map(work, range(3))
    assert begun == []
    assert next(done) == 0
    assert begun == [0]
    assert list(done) == [10, 20]


def test_threads_work_side_by_side_and_answer_in_order():
    second_is_done = threading.Event()

    def work(task):
        if task == 0:
            assert second_is_done.wait(10)
        if task == 1:
            second_is_done.set()
        return task

    assert list(THIS_PROCESS.map(work, range(4), threads=2)) == [0, 1, 2, 3]


def test_a_stream_is_not_divided():
    parts = []

    def work(items):
        parts.append(list(items))
        yield from items

    assert list(THIS_PROCESS.stream(work, [1, 2, 3], most=1)) == [1, 2, 3]
    assert parts == [[1, 2, 3]]


def test_an_error_reaches_the_caller():
    with pytest.raises(ZeroDivisionError):
        list(THIS_PROCESS.map(lambda task: 1 // task, [1, 0, 1]))
