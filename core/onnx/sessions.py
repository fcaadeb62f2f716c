"""ONNX Runtime sessions: the one way the app, the predictor and the build run a model."""

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
"""Set where several processes share a machine, as on a cluster, so that each keeps to its share."""


@dataclass(frozen=True)
class _Opened:
    stamp: tuple[int, int]
    session: onnxruntime.InferenceSession


_sessions: dict[tuple[Path, bool], _Opened] = {}
_turns: dict[tuple[Path, bool], threading.Lock] = {}


def session(path: Path, *, gpu: bool = False) -> onnxruntime.InferenceSession:
    """Return the session that runs the ONNX file at `path`; one per file, opened again when it changes.

    A session may be run from several threads at once, and several files may be opened at once.

    Parameters
    ----------
    path
        The file.
    gpu
        Whether to run it on a GPU, where `core.onnx.devices` finds one, else on all cores: for encoders. A
        head is
        done before a second core has woken, quicker on the CPU than its input on the way to a GPU, and
        answers the same on every machine.

    Raises
    ------
    CoreError
        If there is no such file, or it is no ONNX model.
    """
    path = Path(path).resolve()
    try:
        status = path.stat()
    except OSError:
        raise CoreError(f"no model file at {path}") from None
    stamp = (status.st_mtime_ns, status.st_size)
    with _turns.setdefault((path, gpu), threading.Lock()):
        opened = _sessions.get((path, gpu))
        if opened is None or opened.stamp != stamp:
            opened = _Opened(stamp, _open(path, providers() if gpu else [CPU], threads() if gpu else 1))
            _sessions[path, gpu] = opened
        return opened.session


def threads() -> int:
    """Return how many CPU cores this process may use: ``$PRODUCT_LENS_THREADS``, else all it is given."""
    if share := os.environ.get(THREADS):
        return int(share)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def workers() -> ThreadPoolExecutor:
    """Return the threads that help with a single product, one per core, shared by all who ask.

    What is given to them must not wait for them in turn.
    """
    return ThreadPoolExecutor(threads(), thread_name_prefix="live")


def _open(path: Path, run_on: Sequence[Provider], cores: int) -> onnxruntime.InferenceSession:
    import onnxruntime

    if list(run_on) == [CPU]:
        path = mapped(path)
    options = onnxruntime.SessionOptions()
    # Left to itself ONNX Runtime counts physical cores, which on rented machines is half of what there is.
    options.intra_op_num_threads = cores
    # Spinning threads of one session take the cores from another (text and image encoder side by side).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=list(run_on))
    except Exception as error:
        # onnxruntime's exceptions share no base class of their own.
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CoreError(
            f"{path} is not a readable ONNX model: delete it or build it again ({reason})"
        ) from None
