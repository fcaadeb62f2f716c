"""Have models of the training frameworks written as ONNX files, by a process of its own.

The process that asks imports neither TensorFlow nor torch: it starts ``python -m core.onnx.export_process``
and waits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from core.common.errors import CoreError, EncoderError
from core.common.files import atomic_path, cache_dir
from core.common.progress import Progress, silent

VERSION = 1
"""Part of the names of cached exports; raise it when what `core.onnx.export_process` writes changes."""

REFUSED = 3
"""Exit code with which the exporting process says that the weights are not what they should be."""


def export_keras_file(keras_path: Path, onnx_path: Path) -> None:
    """Convert a ``.keras`` model of one input and one output to ONNX.

    Parameters
    ----------
    keras_path
        A model saved by Keras 3 from any backend, with a float32 input.
    onnx_path
        Where the ONNX file goes, whole or not at all. Its input is called ``input``, its output ``output``;
        both are float32, in the layout the Keras model has, with a free batch size.

    Raises
    ------
    CoreError
        If the model cannot be converted.
    """
    run_export("keras", keras_path, onnx_path)


def cached_path(name: str, weights_id: str) -> Path:
    """Return where the ONNX export of an encoder lies, or would lie, in the cache folder."""
    return cache_dir() / "onnx" / f"{name}-{weights_id}-{VERSION}.onnx"


def cached_export(
    name: str,
    weights_id: str,
    kind: str,
    source: Path,
    *arguments: str,
    metadata: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Path:
    """Return the ONNX export of an encoder, made on first use.

    Parameters
    ----------
    name, weights_id
        Of the encoder: other weights make another file.
    kind, source, arguments, metadata
        As for `run_export`.
    progress
        Told when an export starts, which takes some ten seconds, and when it is done.

    Raises
    ------
    CoreError
        If the export fails.
    """
    path = cached_path(name, weights_id)
    if not path.exists():
        progress(f"Preparing {name}", 0, 1)
        run_export(kind, source, path, *arguments, metadata=metadata)
        progress(f"Preparing {name}", 1, 1)
    return path


def run_export(
    kind: str, source: Path, target: Path, *arguments: str, metadata: Mapping[str, str] | None = None
) -> None:
    """Run one of `export_process.EXPORTERS` in a fresh process; `target` appears whole or not at all.

    Parameters
    ----------
    kind, source, target, arguments
        The exporter and what it is called with.
    metadata
        What the ONNX file is to say of itself, besides what the exporter makes it say.

    Raises
    ------
    EncoderError
        If `source` holds another model's weights.
    CoreError
        If the export fails; the reason is the last line of what the process said.
    """
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {
        "KERAS_BACKEND": "torch",
        "HF_HUB_OFFLINE": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")])),
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
