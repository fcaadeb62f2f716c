"""A refit as a program, for a job: ``python -m core.building.refit_run BUNDLE OUT LABELS``.

``LABELS`` is a file with each product's corrected category, as `core.building.refit_bundle.keep_refit` takes
them, int64 (n,) in npy.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from core.building.refit_bundle import keep_refit
from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.common.progress import bar


def main(bundle: Path, out: Path, labels: Path) -> int:
    """Make the refit; return the exit code: 2 for what the user can mend, said in a line."""
    try:
        kept = keep_refit(Bundle.open(bundle), np.load(labels, allow_pickle=False), out, bar())
    except CoreError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(f"bundle written to {kept.path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
