import sys

from benchmarks.watching import DONE, watch


def run(code, limit_minutes=1, most_gb=4):
    return watch([sys.executable, "-c", code], limit_minutes, most_gb)


def test_memory_is_looked_at_while_a_process_runs():
    watched = run("import time; kept = bytearray(300 << 20); time.sleep(0.6)")
    assert watched.outcome == DONE
    assert 300 < max(mb for _, mb in watched.samples) < 400
    times = [at for at, _ in watched.samples]
    assert times == sorted(times)


def test_what_it_starts_counts_as_well():
    child = "import time; kept = bytearray(200 << 20); time.sleep(0.6)"
    watched = run(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    assert max(mb for _, mb in watched.samples) > 200


def test_a_process_that_takes_too_long_or_too_much_is_ended():
    assert run("import time; time.sleep(60)", limit_minutes=0.01).outcome == "stopped: more than 0.01 minutes"
    many = "import time; kept = bytearray(300 << 20); time.sleep(60)"
    assert run(many, most_gb=0.2).outcome == "stopped: more than 0.2 GB"


def test_an_error_and_a_kill_are_told():
    assert "exit code 1): the reason" in run("raise SystemExit('the reason')").outcome
    assert run("import os; os.kill(os.getpid(), 9)").outcome.startswith("killed from outside")
