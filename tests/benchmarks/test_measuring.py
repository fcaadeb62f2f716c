import sys

import pytest

from benchmarks.measuring import Comparison, Series, peak_mb, report, run_fresh, take_fresh_turns, take_turns

TELL = "import sys; sys.path.insert(0, 'benchmarks'); from measuring import tell_peak; tell_peak()"


def test_ways_take_turns_and_the_first_calls_do_not_count():
    called = []
    ways = {name: lambda name=name: called.append(name) for name in "ab"}
    series = take_turns(ways, rounds=2, warm_up=1)
    assert "".join(called) == "ababab"
    assert [len(series[name].values) for name in "ab"] == [2, 2]


def test_quick_ways_are_called_again_within_a_turn():
    called = []
    series = take_turns({"quick": lambda: called.append("q")}, rounds=2, warm_up=0, at_least=0.01)
    assert len(called) > 10
    assert all(0 < value < 0.01 for value in series["quick"].values)


def test_ratios_are_of_medians_to_the_first_way():
    compared = Comparison("task", {"ours": Series((1.0, 2.0, 9.0)), "theirs": Series((4.0, 5.0, 30.0))})
    assert compared.ratios == {"ours": 1, "theirs": 2.5}
    table = report([compared], packages=("numpy", "no such package"))
    assert "| task | ours | 2 s | 1 s to 9 s | 1 |" in table
    assert "|  | theirs | 5 s | 4 s to 30 s | 2.50 |" in table
    assert "numpy" in table
    assert "no such package (absent)" in table


def test_a_fresh_process_tells_its_own_memory():
    kept = bytearray(300 << 20)  # this process's memory does not count for the one it starts
    time, memory = take_fresh_turns("start", {"python": [sys.executable, "-c", TELL]}, rounds=2)
    assert len(time.ways["python"].values) == 2
    assert 2 < memory.ways["python"].median < 100 < peak_mb() - 190
    assert len(kept) == 300 << 20


def test_a_process_without_an_answer_is_an_error_that_says_why():
    with pytest.raises(RuntimeError, match=r"exit code 1.*the reason"):
        run_fresh([sys.executable, "-c", "raise SystemExit('the reason')"])
