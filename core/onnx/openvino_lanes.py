"""OpenVINO, where it is installed: the very ONNX files that ONNX Runtime runs, for bulk work on CPUs.

https://docs.openvino.ai. On processors that multiply in bf16 (16 bits, 8 of them after the point) it encodes
nearly twice as many items a second; the vectors then differ in the third digit (cosine 0.99999).
"""

from __future__ import annotations

import queue
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CoreError
from core.onnx.lanes import Feed, Lanes
from core.onnx.sessions import threads

if TYPE_CHECKING:
    import openvino

INSTALL = "pip install -r requirements_openvino.txt"
_HINTS = {"fp32": "f32", "bf16": "bf16"}


def require_openvino() -> ModuleType:
    """Import OpenVINO, which reports nothing about its use to anybody.

    Raises
    ------
    CoreError
        If it is not installed.
    """
    # Each import of OpenVINO would tell Google Analytics; without this package it imports a stand-in.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: not importable
    try:
        import openvino
    except ModuleNotFoundError as error:
        if error.name != "openvino":
            raise
        raise CoreError(f"--backend openvino needs OpenVINO: {INSTALL}") from None
    # Its bridge to numpy is laid at the first array; two lanes that lay it together wait for each other for
    # ever (about one run in a hundred).
    openvino.Tensor(np.zeros(1, np.float32)).data  # noqa: B018
    module: ModuleType = openvino
    return module


def has_bf16() -> bool:
    """Return whether OpenVINO computes in bf16 on this processor.

    Raises
    ------
    CoreError
        If it is not installed.
    """
    return "BF16" in require_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def openvino_lanes(path: Path, precision: str) -> Lanes:
    """Return the ONNX file at `path` in OpenVINO, a core a lane.

    Parameters
    ----------
    path
        The file.
    precision
        ``fp32`` or ``bf16``.

    Raises
    ------
    CoreError
        If OpenVINO is not installed or cannot run this file.
    """
    path = Path(path).resolve()
    status = path.stat()
    return _opened(path, precision, (status.st_mtime_ns, status.st_size), threads())


@cache
def _opened(path: Path, precision: str, stamp: tuple[int, int], lanes: int) -> Lanes:
    """`stamp` is what tells a changed file from the one opened before."""
    ov = require_openvino()
    core = ov.Core()
    settings = {
        "INFERENCE_PRECISION_HINT": _HINTS[precision],
        "NUM_STREAMS": lanes,
        "INFERENCE_NUM_THREADS": lanes,
    }
    try:
        model = core.compile_model(core.read_model(path), "CPU", settings)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1]
        raise CoreError(f"OpenVINO cannot run {path}: use --backend onnx ({reason})") from None
    # A request holds one lane's memory and serves one caller at a time.
    idle: queue.SimpleQueue[openvino.InferRequest] = queue.SimpleQueue()
    for _ in range(lanes):
        idle.put(model.create_infer_request())

    def run(feed: Feed) -> np.ndarray:
        request = idle.get()
        try:
            # Copied: the request's own memory is written again by its next caller.
            return np.array(request.infer(dict(feed))[0])
        finally:
            idle.put(request)

    return Lanes(run, lanes)
