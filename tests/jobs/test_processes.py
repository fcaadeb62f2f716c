import os
import subprocess
import sys
import time

from core.jobs.processes import is_alive, kill, started_at


def test_this_process_is_alive_and_one_of_another_start_is_not():
    started = started_at(os.getpid())
    assert 0 < started <= time.time()
    assert is_alive(os.getpid(), started)
    assert not is_alive(os.getpid(), started - 100)
    assert not is_alive(0, 0)


def test_a_killed_process_is_gone_even_before_its_parent_knows():
    process = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    )
    started = started_at(process.pid)
    kill(process.pid, started)
    assert not is_alive(process.pid, started)
    kill(process.pid, started)
    process.communicate()
    assert started_at(process.pid) == 0
