import time

import numpy as np

from core.common.meter import Meter


def test_time_and_memory_are_measured():
    with Meter() as meter:
        held = np.ones(8_000_000)  # 64 MB
        time.sleep(0.06)
    assert meter.seconds >= 0.06
    assert 40 < meter.peak_mb < 200
    assert held.sum() == 8_000_000


def test_memory_that_is_given_back_counts_at_its_peak():
    with Meter() as meter:
        held = np.ones(20_000_000)
        end = time.monotonic() + 10
        while meter.peak_mb < 100 and time.monotonic() < end:
            time.sleep(0.02)  # until it has been looked at
        del held
    assert meter.peak_mb > 100
