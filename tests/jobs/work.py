"""What the tests' jobs run: ``python -m tests.jobs.work WHAT FILE``."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from core.common.errors import CoreError
from core.common.progress import bar


def wait_for(file: Path, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not file.exists():
        assert time.monotonic() < end, f"{file} did not come"
        time.sleep(0.02)


def main(what: str, file: Path) -> int:
    progress = bar()
    progress("First", 1, 1)
    progress("Second", 1, 4)
    if what == "wait":
        wait_for(file)
    elif what == "copy":
        (file.parent / "copied").write_bytes(file.read_bytes())
    elif what == "child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        unfinished = file.with_suffix(".part")
        unfinished.write_text(str(child.pid))
        unfinished.rename(file)
        child.wait()
    elif what == "refuse":
        print("error: the table has no rows", file=sys.stderr)
        return 2
    elif what == "crash":
        raise CoreError("nothing\nfits")
    elif what == "die":
        print("up to here", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    progress("Second", 4, 4)
    print("written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
