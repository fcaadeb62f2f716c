"""Open and share ONNX Runtime sessions, with one set of options for the app, the predictor and the build."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import CoreError
from core.onnx.devices import CPU, Provider, providers
from core.onnx.mapped_models import mapped

if TYPE_CHECKING:
    import onnxruntime

THREADS = "PRODUCT_LENS_THREADS"
"""Environment variable: CPU cores for this process, set if several processes share a machine."""


@dataclass(frozen=True)
class _Opened:
    stamp: tuple[int, int]
    session: onnxruntime.InferenceSession


_sessions: dict[tuple[Path, bool], _Opened] = {}
_locks: dict[tuple[Path, bool], threading.Lock] = {}


def session(path: Path, *, gpu: bool = False) -> onnxruntime.InferenceSession:
    """Return the session for an ONNX file; one per file, opened again when the file changes.

    Sessions can be used from several threads at once, and several files can be opened at once.

    Parameters
    ----------
    path
        The ONNX file.
    gpu
        True for encoders: run on a GPU if `core.onnx.devices` finds one, else on all cores. False for heads:
        run on one core, which is fastest for small models and gives the same results on every machine.

    Raises
    ------
    CoreError
        If the file does not exist or is not an ONNX model.
    """
    path = Path(path).resolve()
    try:
        status = path.stat()
    except OSError:
        raise CoreError(f"no model file at {path}") from None
    stamp = (status.st_mtime_ns, status.st_size)
    with _locks.setdefault((path, gpu), threading.Lock()):
        opened = _sessions.get((path, gpu))
        if opened is None or opened.stamp != stamp:
            opened = _Opened(stamp, _open(path, providers() if gpu else [CPU], threads() if gpu else 1))
            _sessions[path, gpu] = opened
        return opened.session


def source_of(opened: onnxruntime.InferenceSession) -> tuple[Path, bool]:
    """Return the file and `gpu` that an open session was asked for by, so that another process opens it.

    Raises
    ------
    CoreError
        It was not opened here, or its file has changed since.
    """
    for source, each in _sessions.items():
        if each.session is opened:
            return source
    raise CoreError("a model whose file has changed cannot be opened again; start anew")


def threads() -> int:
    """Return the number of CPU cores to use: ``$PRODUCT_LENS_THREADS``, else all available ones."""
    if share := os.environ.get(THREADS):
        return int(share)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def workers() -> ThreadPoolExecutor:
    """Return the shared thread pool for work on a single product, with one thread per core.

    Tasks must not wait for other tasks in the same pool: that can deadlock.
    """
    return ThreadPoolExecutor(threads(), thread_name_prefix="live")


def _open(path: Path, run_on: Sequence[Provider], cores: int) -> onnxruntime.InferenceSession:
    import onnxruntime

    if list(run_on) == [CPU]:
        path = mapped(path)
    options = onnxruntime.SessionOptions()
    # By default ONNX Runtime counts physical cores, often half of the cores of a virtual machine.
    options.intra_op_num_threads = cores
    # Spinning threads of one session would slow down another (text and image encoder run side by side).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=list(run_on))
    except Exception as error:
        # onnxruntime's errors have no common base class.
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CoreError(
            f"{path} is not a readable ONNX model: delete it or build it again ({reason})"
        ) from None
