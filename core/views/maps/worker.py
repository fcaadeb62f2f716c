"""Draw one map in a process of its own: ``python -m core.views.maps.worker FOLDER``.

The folder holds ``wish.json`` and ``rows.npy``; ``map.npz`` is put there. Each line on standard output is a
stage, what is done and what there is to do. When nobody reads these lines any more, the work ends.
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
TOLD_EVERY = 0.1


class _Lines:
    """Progress as lines on standard output, ten a second at most; what libraries print goes elsewhere."""

    def __init__(self) -> None:
        self.out, sys.stdout = sys.stdout, sys.stderr
        self.began = time.monotonic()
        self.last = ("", 0.0)

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.began > SECONDS:
            raise CoreError(f"the map took longer than {SECONDS // 60} minutes; try fewer products")
        if self.last[0] != stage or now - self.last[1] > TOLD_EVERY:
            self.last = (stage, now)
            print(stage, done, total, sep="\t", flush=True, file=self.out)


def main(folder: Path) -> None:
    """Draw the map that is wished for in `folder`."""
    if hasattr(os, "nice"):
        os.nice(10)  # the pages come first
    told = json.loads((folder / "wish.json").read_text(encoding="utf-8"))
    rows = np.load(folder / "rows.npy")
    drawn = recompute_map(Bundle.open(told["bundle"]), MapRequest.from_dict(told["wish"]), rows, _Lines())
    judged = drawn.quality
    unfinished = folder / "unfinished.npz"
    np.savez(
        unfinished,
        coordinates=drawn.coordinates,
        quality=np.array([judged.trustworthiness, judged.neighbour_accuracy, judged.rows]),
    )
    unfinished.rename(folder / "map.npz")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except CoreError as error:
        sys.exit(str(error))
