"""Maps computed in processes of their own, so that they can be watched and cancelled, and block nobody."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.common.files import temporary_folder
from core.onnx.sessions import THREADS
from core.projections.quality import MapQuality
from core.views.maps.recompute import MapRequest, OwnMap

AT_ONCE = 2
"""Maps a server computes at the same time; one of 10,000 products takes up to 0.8 GB."""

ABANDONED = 120.0
"""Seconds after which a map that nobody watches is given up."""

_ROOT = Path(__file__).resolve().parents[3]
_running: set[Job] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Step:
    """How far a job is."""

    stage: str
    done: int
    total: int


class Job:
    """A map being computed; made by :func:`start`.

    Attributes
    ----------
    request
        How to compute it.
    rows
        int64 (m,): of which products.
    """

    def __init__(self, request: MapRequest, rows: np.ndarray, abandoned: float = ABANDONED) -> None:
        self.request = request
        self._abandoned = abandoned
        self.rows = rows
        self._step = Step("start", 0, 1)
        self._watched = time.monotonic()
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = False
        self._result: OwnMap | None = None
        self._problem = "the map was not finished"
        self._ended = threading.Event()

    @property
    def active(self) -> bool:
        """Whether it is still running."""
        return not self._ended.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self._cancelled

    def look(self) -> Step:
        """Return how far it is; a job that nobody watches is given up after a while."""
        self._watched = time.monotonic()
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
        """Return the map; None while it is running or if it was cancelled.

        Raises
        ------
        CoreError
            It failed.
        """
        if self.active or self._cancelled:
            return None
        if self._problem:
            raise CoreError(self._problem)
        return self._result

    def _run(self, path: Path) -> None:
        """Compute the map in a process, whose lines say how far it is."""
        try:
            with temporary_folder() as name:
                self._draw(path, Path(name))
        finally:
            with _lock:
                _running.discard(self)
            self._ended.set()

    def _draw(self, path: Path, folder: Path) -> None:
        np.save(folder / "rows.npy", self.rows)
        order = {"bundle": str(path.resolve()), "request": self.request.to_dict()}
        (folder / "request.json").write_text(json.dumps(order), encoding="utf-8")
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
                    if time.monotonic() - self._watched > self._abandoned:
                        process.kill()
                        self._problem = "the map was given up, because the page that showed it was closed"
                        return
            if process.returncode == 0:
                self._result, self._problem = self._read(folder / "map.npz"), ""
            else:
                errors.seek(0)
                lines = errors.read().strip().splitlines() or [f"exit code {process.returncode}"]
                self._problem = f"the map could not be computed: {lines[-1]}"

    def _read(self, file: Path) -> OwnMap:
        with np.load(file) as stored:
            quality = MapQuality(stored["trust"], float(stored["neighbour_accuracy"]))
            return OwnMap(self.request, self.rows, stored["coordinates"], quality)


def start(
    bundle: Bundle,
    request: MapRequest,
    rows: np.ndarray,
    *,
    at_once: int = AT_ONCE,
    abandoned: float = ABANDONED,
) -> Job:
    """Start computing a map.

    Parameters
    ----------
    bundle
        With features.
    request
        How to compute it.
    rows
        int64 (m,): of which products.
    at_once
        Maps this server computes at the same time.
    abandoned
        Seconds after which a map that nobody watches is given up.

    Raises
    ------
    CoreError
        Too many maps are being computed, or the bundle has no features.
    """
    if not bundle.has_features(request.modality):
        raise CoreError(f"bundle '{bundle.name}' has no {request.modality} features to compute a map from")
    job = Job(request, rows, abandoned)
    with _lock:
        if len(_running) >= at_once:
            raise CoreError(f"{len(_running)} other maps are being computed; try again in a minute")
        _running.add(job)
    threading.Thread(target=job._run, args=(bundle.path,), name="map", daemon=True).start()
    return job


@atexit.register
def _end_all() -> None:
    for job in list(_running):
        job.cancel()
