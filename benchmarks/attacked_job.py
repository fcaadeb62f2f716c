"""What attacked jobs run: write a bundle piece by piece, as a build does.

``python -m benchmarks.attacked_job BUNDLE OUT TABLE MOST``: files grow to MOST bytes, 0 for any size.
"""

from __future__ import annotations

import resource
import shutil
import signal
import sys
import time
from pathlib import Path

from core.bundle.moving import building, replace
from core.common.progress import bar


def main(bundle: Path, out: Path, table: Path, most: int) -> int:
    """Copy a bundle to `out` if the table that was handed over is there."""
    progress = bar()
    if table.read_text(encoding="utf-8") != "handed over":
        print("error: another table", file=sys.stderr)
        return 2
    if most:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    with building(out) as folder:
        for done, file in enumerate(files, 1):
            copy = folder / file.relative_to(bundle)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
            progress("copy", done, len(files))
            time.sleep(0.002)
        replace(out, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])))
