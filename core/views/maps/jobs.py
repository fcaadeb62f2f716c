"""Maps being drawn in processes of their own, so that they can be watched and cancelled, and block nobody."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.onnx.sessions import THREADS
from core.projections.quality import MapQuality
from core.views.maps.recompute import MapRequest, OwnMap

AT_ONCE = 2
"""Maps a server draws at the same time, whoever asked; of 10,000 products each takes up to 0.8 GB."""

FORGOTTEN = 120.0
"""Seconds after which a map that nobody asks about is not drawn on."""

_ROOT = Path(__file__).resolve().parents[3]
_running: set[Job] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Step:
    """How far the work is."""

    stage: str
    done: int
    total: int


class Job:
    """A map being drawn; made by :func:`start`.

    Attributes
    ----------
    wish
        How it is to be drawn.
    rows
        int64 (m,): of which products.
    """

    def __init__(self, wish: MapRequest, rows: np.ndarray) -> None:
        self.wish = wish
        self.rows = rows
        self._step = Step("start", 0, 1)
        self._looked = time.monotonic()
        self._process: subprocess.Popen | None = None
        self._cancelled = False
        self._result: OwnMap | None = None
        self._problem = "the map was not finished"
        self._ended = threading.Event()

    @property
    def active(self) -> bool:
        """Whether it is still being drawn."""
        return not self._ended.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self._cancelled

    def look(self) -> Step:
        """Return how far it is; a job that nobody looks at is given up after a while."""
        self._looked = time.monotonic()
        return self._step

    def cancel(self) -> None:
        """End the work at once."""
        self._cancelled = True
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    def wait(self, seconds: float) -> bool:
        """Return whether it has ended within some seconds."""
        return self._ended.wait(seconds)

    def result(self) -> OwnMap | None:
        """Return the map; None while it is being drawn or when it was cancelled.

        Raises
        ------
        CoreError
            It could not be drawn.
        """
        if self.active or self._cancelled:
            return None
        if self._problem:
            raise CoreError(self._problem)
        return self._result

    def _run(self, path: Path) -> None:
        """Let a process draw the map; its lines say how far it is."""
        try:
            with tempfile.TemporaryDirectory(prefix="product-lens-map-") as name:
                self._draw(path, Path(name))
        finally:
            with _lock:
                _running.discard(self)
            self._ended.set()

    def _draw(self, path: Path, folder: Path) -> None:
        np.save(folder / "rows.npy", self.rows)
        wish = {"bundle": str(path.resolve()), "wish": self.wish.to_dict()}
        (folder / "wish.json").write_text(json.dumps(wish), encoding="utf-8")
        with (folder / "errors.txt").open("w+", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core.views.maps.worker", str(folder)],
                cwd=_ROOT,
                env=os.environ | {THREADS: "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            with self._process as process:
                if self._cancelled:
                    process.kill()
                for line in process.stdout or ():
                    stage, done, total = line.rstrip("\n").split("\t")
                    self._step = Step(stage, int(done), int(total))
                    if time.monotonic() - self._looked > FORGOTTEN:
                        process.kill()
                        self._problem = "nobody looked at the map while it was drawn, so it was given up"
                        return
            if process.returncode == 0:
                self._result, self._problem = self._read(folder / "map.npz"), ""
            else:
                errors.seek(0)
                said = errors.read().strip().splitlines() or [f"exit code {process.returncode}"]
                self._problem = f"the map could not be drawn: {said[-1]}"

    def _read(self, file: Path) -> OwnMap:
        with np.load(file) as kept:
            trust, accuracy, judged = kept["quality"].tolist()
            quality = MapQuality(trust, accuracy, int(judged))
            return OwnMap(self.wish, self.rows, kept["coordinates"], quality)


def start(bundle: Bundle, wish: MapRequest, rows: np.ndarray) -> Job:
    """Begin to draw a map.

    Parameters
    ----------
    bundle
        With features.
    wish
        How.
    rows
        int64 (m,): of which products.

    Raises
    ------
    CoreError
        As many maps as a server draws at once are being drawn, or the bundle holds no features.
    """
    if not bundle.has_features(wish.modality):
        raise CoreError(f"bundle '{bundle.name}' holds no {wish.modality} features to draw a map of")
    job = Job(wish, rows)
    with _lock:
        if len(_running) >= AT_ONCE:
            raise CoreError(f"{AT_ONCE} maps are being drawn for others just now: try again in a minute")
        _running.add(job)
    threading.Thread(target=job._run, args=(bundle.path,), name="map", daemon=True).start()
    return job


@atexit.register
def _end_all() -> None:
    for job in list(_running):
        job.cancel()
