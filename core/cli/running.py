"""How commands run encoders over whole catalogues: backend, precision, one process or many."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.parser import positive
from core.common.errors import CoreError

if TYPE_CHECKING:
    from core.catalogue.read_options import ReadAs, ReadOptions
    from core.catalogue.recognition import Recognition
    from core.common.engine import Engine
    from core.features.backends import Backend
    from core.serving.cluster.engine import Source
    from core.serving.cluster.ray_cluster import Cluster


def add_engine(parser: argparse.ArgumentParser, what_ray_does: str) -> None:
    """Add the options that choose between one process and a cluster."""
    parser.add_argument(
        "--engine",
        choices=("single", "ray"),
        default="single",
        help=f"one process (default), or many on this machine or a cluster; ray {what_ray_does}",
    )
    parser.add_argument(
        "--workers", type=positive, metavar="N", help="processes with --engine ray (default: one per core)"
    )
    parser.add_argument(
        "--address", metavar="HOST:PORT", help="a running Ray cluster, or auto for the one of this machine"
    )


def add_backend(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose what runs the encoders."""
    parser.add_argument(
        "--backend",
        choices=("onnx", "openvino"),
        default="onnx",
        help="runs the encoders: ONNX Runtime (default), or OpenVINO, which is faster on many CPUs",
    )
    parser.add_argument(
        "--precision",
        choices=("fp32", "bf16", "int8"),
        help="of the encoders: fp32 (default with onnx, and of embed), bf16 (default with openvino), "
        "int8 (onnx, texts only, never for stored vectors)",
    )


def add_private_catalogue(parser: argparse.ArgumentParser) -> None:
    """Add ``--catalogue``, which the check of int8 needs where a bundle is private."""
    parser.add_argument(
        "--catalogue",
        type=Path,
        metavar="DIR",
        help="folder that a private bundle was made from; --precision int8 is checked on its products",
    )


def read_options(options: argparse.Namespace, as_bundle: ReadAs | None = None) -> ReadOptions:
    """Return how the user wants ``--data`` to be read, by default as a bundle's table was."""
    from core.catalogue.read_options import ReadOptions

    return ReadOptions(
        format=options.format,
        label=options.label,
        columns=options.columns,
        as_bundle=as_bundle,
        encoding=options.encoding,
        sheet=options.sheet,
        join=options.join,
        on=options.on,
        keep_placeholders=options.keep_placeholders,
    )


def recognised(options: argparse.Namespace, as_bundle: ReadAs | None = None) -> Recognition:
    """Recognise the table in ``--data`` and print what it is read as."""
    from core.catalogue.recognition import recognise

    recognition = recognise(options.data, read_options(options, as_bundle))
    print("\n".join(recognition.lines()), flush=True)
    return recognition


def backend_of(options: argparse.Namespace, precision: str | None = None) -> Backend:
    """Return the backend that was chosen, with `precision` unless another one was named.

    Raises
    ------
    CoreError
        It is not installed, or does not have that precision here.
    """
    from core.features.backends import Backend

    return Backend.chosen(options.backend, options.precision or precision)


def uses_ray(options: argparse.Namespace) -> bool:
    """Return whether ``--engine ray`` was chosen.

    Raises
    ------
    CoreError
        An option of Ray was given without it.
    """
    if options.engine == "ray":
        return True
    if options.workers or options.address:
        raise CoreError("--workers and --address need --engine ray")
    return False


def ray_source(options: argparse.Namespace, as_bundle: ReadAs | None = None) -> Source:
    """Return the catalogue in ``--data`` as a cluster reads it."""
    from core.serving.cluster.engine import Source

    return Source(options.data, read_options(options, as_bundle))


def ray_cluster(options: argparse.Namespace) -> Cluster:
    """Return the cluster that was chosen."""
    from core.serving.cluster.ray_cluster import Cluster

    return Cluster(options.workers, options.address)


@contextmanager
def engine_of(options: argparse.Namespace) -> Iterator[Engine]:
    """Give the engine that was chosen, this process or a cluster, until the end of the ``with`` block."""
    from core.common.engine import THIS_PROCESS

    if not uses_ray(options):
        yield THIS_PROCESS
        return
    from core.serving.cluster.ray_engine import ray_engine

    with ray_engine(ray_cluster(options)) as engine:
        yield engine
