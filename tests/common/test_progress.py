"""How far work has come: a bar in a terminal, a line a minute in a log."""

import re
import time

from core.common.progress import FILE, LogLines, ProgressFile, TerminalBar, bar, read_progress


def test_the_terminal_says_how_much_time_is_left(capfd):
    show = TerminalBar()
    for done in (0, 10, 20):
        show("Encoding products", done, 100)
        time.sleep(0.6)
    show.close()
    assert re.search(r"Encoding products: +20%.*20/100 \[\d\d:\d\d<\d\d:\d\d", capfd.readouterr().err)


def test_a_log_has_a_line_a_minute_and_the_end_of_each_stage(capfd):
    now = iter([0.0, 1.0, 59.0, 61.0, 62.0, 130.0, 140.0, 141.0])
    show = LogLines(lambda: next(now))
    for done in (0, 1, 2, 3, 4, 5, 10):
        show("Encoding products", done, 10)
    show("Drawing maps", 1, 1)
    assert capfd.readouterr().err.splitlines() == [
        "Encoding products: 3 of 10",
        "Encoding products: 5 of 10",
        "Encoding products: 10 in 140 s",
        "Drawing maps: 1 in 0 s",
    ]


def test_tests_have_no_terminal():
    assert isinstance(bar(), LogLines)


def test_a_file_of_progress_says_each_stage_its_end_and_now_and_then(tmp_path):
    now = [100.0]
    file = tmp_path / "deeper" / "progress.json"
    assert read_progress(file) is None
    progress = ProgressFile(file, lambda: now[0])
    progress("Encoding", 0, 10)
    assert read_progress(file) == ("Encoding", 0, 10, 100.0)
    now[0] += 0.1
    progress("Encoding", 1, 10)
    assert read_progress(file) == ("Encoding", 0, 10, 100.0)
    now[0] += 1
    progress("Encoding", 2, 10)
    assert read_progress(file) == ("Encoding", 2, 10, 100.0)
    progress("Encoding", 10, 10)
    assert read_progress(file) == ("Encoding", 10, 10, 100.0)
    progress("Training", 0, 3)
    assert read_progress(file) == ("Training", 0, 3, 101.1)


def test_progress_goes_to_the_file_that_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(FILE, str(tmp_path / "p.json"))
    bar()("Encoding", 1, 2)
    assert read_progress(tmp_path / "p.json")[:3] == ("Encoding", 1, 2)
