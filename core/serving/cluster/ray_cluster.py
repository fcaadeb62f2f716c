"""Ray, where it is installed: a cluster to run on, and what its errors mean to the user."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.common.errors import CoreError
from core.common.python_path import python_path
from core.onnx import devices as device
from core.onnx import sessions as runtime

INSTALL = "pip install -r requirements_ray.txt"
_OTHER_THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
"""Where NumPy and PyTorch, and TensorFlow, look for how many threads to use."""


@dataclass(frozen=True)
class Cluster:
    """Where to run.

    Attributes
    ----------
    workers
        Processes that encode; None takes one per core.
    address
        A cluster that runs already: ``HOST:PORT`` of its head, or ``auto`` for one that this machine belongs
        to; None starts one here and ends it afterwards.
    """

    workers: int | None = None
    address: str | None = None


def require_ray() -> Any:
    """Import Ray, which reports nothing about its use to anybody and draws no progress bars of its own.

    Raises
    ------
    CoreError
        If it is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise CoreError(f"--engine ray needs Ray: {INSTALL}") from None
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    return ray


@contextlib.contextmanager
def connected(cluster: Cluster) -> Iterator[int]:
    """Connect to a cluster, or start one; yield how many workers to use.

    Raises
    ------
    CoreError
        If nothing answers at its address, it has fewer cores than workers wanted, or this machine is too busy
        to start one.
    """
    ray = require_ray()
    here = cluster.workers or runtime.threads()
    share = max(1, runtime.threads() // here) if cluster.address is None else 1
    variables = {name: value for name, value in os.environ.items() if name.startswith("PRODUCT_LENS_")}
    # Several workers on one GPU would not know of each other.
    variables |= {runtime.THREADS: str(share), device.VARIABLE: "cpu"}
    variables |= dict.fromkeys(_OTHER_THREADS, str(share))
    variables["PYTHONPATH"] = python_path()
    common = {
        "log_to_driver": False,
        "logging_level": logging.ERROR,
        "runtime_env": {"env_vars": variables},
    }
    if cluster.address is None:
        _start(num_cpus=here, include_dashboard=False, **common)
    else:
        try:
            _call(cluster.address)
            ray.init(cluster.address, **common)
        except OSError as error:
            raise CoreError(f"--address {cluster.address}: no Ray cluster answers there ({error})") from error
    try:
        cores = int(ray.cluster_resources().get("CPU", 0))
        if (cluster.workers or 1) > cores:
            raise CoreError(f"--workers {cluster.workers}: the cluster has only {cores} cores")
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        # Wrapped in one of Ray's own, an error loses on its way here what it was raised from.
        context.raise_original_map_exception = True
        yield cluster.workers or cores
    finally:
        ray.shutdown()


@contextlib.contextmanager
def clear_errors() -> Iterator[None]:
    """Raise an error of ours that happened in a worker as it would have been raised here."""
    import ray

    try:
        yield
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, CoreError):
            raise error.cause from None
        raise


def _start(**settings: Any) -> None:
    import ray

    try:
        ray.init("local", **settings)
    except Exception as error:
        # Ray gives its processes 30 seconds, and raises a plain Exception.
        if "timed out during startup" not in str(error):
            raise
        ray.shutdown()
        raise CoreError("Ray did not start within 30 seconds: this machine is too busy; try again") from None


def _call(address: str) -> None:
    """Connect to HOST:PORT and hang up: Ray itself would try for minutes before it gives up."""
    if address != "auto":
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise CoreError(f"--address: expected HOST:PORT or auto, got '{address}'")
        socket.create_connection((host, int(port)), timeout=10).close()
