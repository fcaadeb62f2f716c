"""Compute one map in a process of its own: ``python -m core.views.maps.worker FOLDER``.

The folder holds ``request.json`` and ``rows.npy``; the result, ``map.npz``, is written there. Each line on
standard output is a stage, the work done and the work there is. The process ends when nobody reads them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.views.maps.recompute import MapRequest, recompute_map

SECONDS = 900
REPORT_SECONDS = 0.1


class _Lines:
    """Progress as lines on standard output, at most ten a second; what libraries print goes to stderr."""

    def __init__(self) -> None:
        self.out, sys.stdout = sys.stdout, sys.stderr
        self.began = time.monotonic()
        self.last = ("", 0.0)

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.began > SECONDS:
            raise CoreError(f"the map took longer than {SECONDS // 60} minutes; try fewer products")
        if self.last[0] != stage or now - self.last[1] > REPORT_SECONDS:
            self.last = (stage, now)
            print(stage, done, total, sep="\t", flush=True, file=self.out)


def main(folder: Path) -> None:
    """Compute the map requested in `folder`."""
    if hasattr(os, "nice"):
        os.nice(10)  # the pages come first
    order = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    rows = np.load(folder / "rows.npy")
    request = MapRequest.from_dict(order["request"])
    computed = recompute_map(Bundle.open(order["bundle"]), request, rows, _Lines())
    unfinished = folder / "unfinished.npz"
    np.savez(
        unfinished,
        coordinates=computed.coordinates,
        trust=computed.quality.trust,
        neighbour_accuracy=computed.quality.neighbour_accuracy,
    )
    unfinished.rename(folder / "map.npz")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except CoreError as error:
        sys.exit(str(error))
