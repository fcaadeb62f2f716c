"""Export models to ONNX in a separate process and cache the results.

The calling process imports neither TensorFlow nor torch: it starts ``python -m core.onnx.export_process`` and
waits for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from core.common.errors import CoreError, EncoderError
from core.common.files import atomic_path, cache_dir, file_name
from core.common.kept_files import forget, is_whole, keep
from core.common.progress import Progress, silent
from core.common.python_path import python_path

VERSION = 2
"""Part of the names of cached exports; increase it when `core.onnx.export_process` writes something else."""

REFUSED = 3
"""Exit code of the export process if `source` holds the weights of another model."""


def export_keras_file(keras_path: Path, onnx_path: Path) -> None:
    """Convert a ``.keras`` model of one input and one output to ONNX.

    Parameters
    ----------
    keras_path
        A model saved by Keras 3 from any backend, with a float32 input.
    onnx_path
        The ONNX file to write; it appears only when complete. Its input is called ``input``, its output
        ``output``; both are float32, in the layout of the Keras model, with a dynamic batch size.

    Raises
    ------
    CoreError
        If the model cannot be converted.
    """
    run_export("keras", keras_path, onnx_path)


def cached_path(name: str, weights_id: str) -> Path:
    """Return the path of an encoder's ONNX export in the cache folder; the file may not exist yet."""
    return cache_dir() / "onnx" / f"{file_name(name)}-{weights_id}-{VERSION}.onnx"


def cached_export(
    name: str,
    weights_id: str,
    kind: str,
    source: Path,
    *arguments: str,
    metadata: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Path:
    """Return the path of an encoder's ONNX export, which is made on first use.

    Parameters
    ----------
    name, weights_id
        The encoder and its weights, both part of the file name.
    kind, source, arguments, metadata
        As for `run_export`.
    progress
        Called when an export starts, which takes about ten seconds, and when it is done.

    Raises
    ------
    CoreError
        If the export fails.
    """
    path = cached_path(name, weights_id)
    if not is_whole(path):
        forget(path)
        progress(f"Preparing {name}", 0, 1)
        run_export(kind, source, path, *arguments, metadata=metadata)
        keep(path)
        progress(f"Preparing {name}", 1, 1)
    return path


def run_export(
    kind: str, source: Path, target: Path, *arguments: str, metadata: Mapping[str, str] | None = None
) -> None:
    """Run one of `export_process.EXPORTERS` in a new process; `target` appears only when complete.

    Parameters
    ----------
    kind, source, target, arguments
        The exporter and its arguments.
    metadata
        Entries for the ONNX file's metadata, added to those of the exporter.

    Raises
    ------
    EncoderError
        If `source` holds the weights of another model.
    CoreError
        If the export fails; the message ends with the last line of the process's error output.
    """
    environment = os.environ | {
        "KERAS_BACKEND": "torch",
        "HF_HUB_OFFLINE": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": python_path(),
    }
    try:
        with atomic_path(Path(target)) as temporary:
            command = [sys.executable, "-m", "core.onnx.export_process", json.dumps(dict(metadata or {}))]
            command += [kind, str(source), str(temporary), *arguments]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
                reason = lines[-1] if lines else f"exit code {done.returncode}"
                if done.returncode == REFUSED:
                    raise EncoderError(reason)
                raise CoreError(f"{source} cannot be exported to ONNX ({kind}): {reason}")
    except OSError as error:
        raise CoreError(f"{target} cannot be written: {error}") from None
