import threading
import time

import pytest

from core.nearest.parallel import in_threads


def test_answers_come_in_the_order_of_the_parts(monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_THREADS", "2")
    second_is_done = threading.Event()

    def work(part):
        # The first part waits for the second: they run side by side.
        if part == 0:
            assert second_is_done.wait(10)
        if part == 1:
            second_is_done.set()
        return 10 * part

    assert list(in_threads(work, range(5))) == [0, 10, 20, 30, 40]
    assert list(in_threads(work, ())) == []


def test_an_error_ends_the_work(monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_THREADS", "1")
    begun = []

    def work(part):
        begun.append(part)
        if part == 1:
            raise InterruptedError
        time.sleep(0.02)
        return part

    with pytest.raises(InterruptedError):
        list(in_threads(work, range(100)))
    assert len(begun) < 100
