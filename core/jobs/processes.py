"""Processes, told apart by id and by when they were started: ids are used again."""

from __future__ import annotations

import contextlib
import os
import signal
import time

import psutil

_SAME = 1.0  # seconds by which two readings of a start time may differ
_WAIT = 5.0


def started_at(pid: int) -> float:
    """Return when a process was started, in seconds since the epoch; 0 if there is none."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def is_alive(pid: int, started: float) -> bool:
    """Return whether the process that was started then still runs."""
    if pid <= 0:
        return False
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < _SAME and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def kill(pid: int, started: float) -> bool:
    """End a process that leads a group, and its group, and wait until it is gone; False if there is none."""
    if not is_alive(pid, started):
        return False
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    end = time.monotonic() + _WAIT
    while is_alive(pid, started) and time.monotonic() < end:
        time.sleep(0.01)
    return True
