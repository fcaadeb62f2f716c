import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.common.recent import Recent


def test_a_result_is_made_once():
    recent, made = Recent(3), []
    for _ in range(2):
        assert recent.get("a", lambda: made.append("a") or "A") == "A"
    assert made == ["a"]


def test_the_least_recently_used_result_is_dropped_first():
    recent, made = Recent(2), []

    def ask(key):
        recent.get(key, lambda: made.append(key))

    for key in "abaca":  # asking for a again keeps it, so that c takes the place of b
        ask(key)
    ask("b")
    assert made == ["a", "b", "c", "b"]


def test_errors_are_not_cached():
    recent = Recent(2)
    with pytest.raises(ZeroDivisionError):
        recent.get("a", lambda: 1 / 0)
    assert recent.get("a", lambda: 1) == 1


def test_a_slow_result_does_not_block_others():
    recent, go_on = Recent(2), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(recent.get, "slow", lambda: go_on.wait(10))
        assert recent.get("quick", lambda: 1) == 1
        go_on.set()
        assert slow.result(10) is True
