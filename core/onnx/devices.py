"""Choose the device on which encoders run: the CPU, or an NVIDIA GPU if there is one.

A GPU is used if the installed ONNX Runtime supports CUDA (``requirements_gpu.txt``) and the driver reports a
GPU; ``PRODUCT_LENS_DEVICE=cpu`` forces the CPU. Both compute in float32, so that their vectors are
comparable: TF32, which has 10 bits of mantissa instead of 23, is off
(https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html). Core ML, which ONNX Runtime
offers on a Mac, computes in float16 on Apple's GPU and Neural Engine, so it is not used.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from functools import cache

from core.common.errors import CoreError

VARIABLE = "PRODUCT_LENS_DEVICE"
DRIVER = "libcuda.so.1"

Provider = str | tuple[str, dict[str, str]]
CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
# HEURISTIC chooses convolution algorithms by shape; choosing by trial runs can vary between runs.
CUDA_OPTIONS = {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}


def providers() -> list[Provider]:
    """Return ONNX Runtime's execution providers for encoders, in order of preference.

    Raises
    ------
    CoreError
        If ``PRODUCT_LENS_DEVICE`` is neither auto nor cpu.
    """
    import onnxruntime

    if not wants_gpu(os.environ.get(VARIABLE), onnxruntime.get_available_providers()) or not gpus():
        return [CPU]
    # CUDA is installed as Python packages, which the system's library loader does not search.
    onnxruntime.preload_dlls()
    return [(CUDA, CUDA_OPTIONS), CPU]


def wants_gpu(setting: str | None, built_for: Sequence[str]) -> bool:
    """Return whether to look for a GPU.

    Parameters
    ----------
    setting
        The value of ``PRODUCT_LENS_DEVICE``: auto, cpu, or None for auto.
    built_for
        The execution providers of the installed ONNX Runtime.

    Raises
    ------
    CoreError
        If `setting` is neither auto nor cpu.
    """
    choice = (setting or "auto").strip().lower()
    if choice not in ("auto", "cpu"):
        raise CoreError(f"{VARIABLE}: expected auto or cpu, got '{setting}'")
    return choice == "auto" and CUDA in built_for


@cache
def gpus() -> int:
    """Return the number of NVIDIA GPUs that the driver reports; 0 without a driver."""
    try:
        driver = ctypes.CDLL(DRIVER)
    except OSError:
        return 0
    count = ctypes.c_int(0)
    # Both calls return 0 on success; the first one fails without a GPU.
    works = driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0
    return count.value if works else 0
