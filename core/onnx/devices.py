"""Where encoders run: on the CPU, or on an NVIDIA GPU where there is one.

A GPU is used where the ONNX Runtime installed was built for CUDA (``requirements_gpu.txt``) and the driver
knows a GPU; ``PRODUCT_LENS_DEVICE=cpu`` keeps to the CPU. Both compute in 32 bits, so that their vectors are
comparable: TF32, which keeps 10 bits of a fraction instead of 23, is off
(https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html). Core ML, which ONNX Runtime
offers on a Mac, computes in 16 bits on Apple's GPU and Neural Engine and is not used.
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
# Heuristics choose a convolution's algorithm by its shape; a trial run's choice can differ from run to run.
CUDA_OPTIONS = {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}


def providers() -> list[Provider]:
    """Return what ONNX Runtime is to run an encoder on, the best first; what that cannot run, the next does.

    Raises
    ------
    CoreError
        If ``PRODUCT_LENS_DEVICE`` is neither auto nor cpu.
    """
    import onnxruntime

    if not wants_gpu(os.environ.get(VARIABLE), onnxruntime.get_available_providers()) or not gpus():
        return [CPU]
    # CUDA comes as Python packages, which the loader of libraries does not search by itself.
    onnxruntime.preload_dlls()
    return [(CUDA, CUDA_OPTIONS), CPU]


def wants_gpu(setting: str | None, built_for: Sequence[str]) -> bool:
    """Return whether to look for a GPU, by the variable's value and ONNX Runtime's list of what it has.

    Raises
    ------
    CoreError
        If the value is neither auto nor cpu.
    """
    choice = (setting or "auto").strip().lower()
    if choice not in ("auto", "cpu"):
        raise CoreError(f"{VARIABLE}: expected auto or cpu, got '{setting}'")
    return choice == "auto" and CUDA in built_for


@cache
def gpus() -> int:
    """Return how many NVIDIA GPUs this process may use, as their driver counts them; 0 without a driver."""
    try:
        driver = ctypes.CDLL(DRIVER)
    except OSError:
        return 0
    count = ctypes.c_int(0)
    # Both calls return 0 where they succeed; without a GPU the first one fails.
    works = driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0
    return count.value if works else 0
