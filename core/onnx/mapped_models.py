"""Large ONNX files kept a second time with their numbers in a file beside, which is mapped into memory.

An ONNX file is one message that is read, parsed and copied whole before a session runs. Numbers in a file of
their own (https://onnx.ai/onnx/repo-docs/ExternalData.html) are mapped instead: a session opens in a third of
the time, processes share them, and pages that nobody asks for, such as most words' vectors, are never read.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from pathlib import Path

from core.common.files import cache_dir

LARGE = 16_000_000
"""Bytes of a file worth keeping twice."""
_SMALLEST = "1024"
"""Bytes of an array worth mapping."""

_log = logging.getLogger(__name__)


def mapped(path: Path) -> Path:
    """Return the copy of an ONNX file whose numbers are mapped, made on first use; small files stay as is.

    Parameters
    ----------
    path
        An ONNX file. Changed, it gets another copy, and the old one is deleted.

    Returns
    -------
    Path
        In the cache folder; `path` itself for a small file, for one that is no model, and where no copy can
        be kept.
    """
    path = path.resolve()
    status = path.stat()
    if status.st_size < LARGE:
        return path
    folder = cache_dir() / "mapped" / f"{path.stem}-{_short(path)}"
    copy = folder / _short(status.st_mtime_ns, status.st_size) / "model.onnx"
    if not copy.exists():
        try:
            _write(path, copy)
        except Exception as error:  # also onnxruntime's, which share no base class of their own
            _log.warning("%s opens slowly: no mapped copy of it can be kept (%s)", path.name, error)
            return path
    return copy


def _write(path: Path, copy: Path) -> None:
    """Write the copy beside its place and move it there; another process may be doing the same."""
    import onnxruntime

    folder = copy.parent.parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-", ignore_cleanup_errors=True) as temporary:
        written = Path(temporary) / copy.parent.name
        written.mkdir()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # The same model: what ONNX Runtime makes of it can depend on its version and on the processor.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.optimized_model_filepath = str(written / copy.name)
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "numbers")
        options.add_session_config_entry(
            "session.optimized_model_external_initializers_min_size_in_bytes", _SMALLEST
        )
        onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        try:
            written.rename(copy.parent)
        except OSError:
            if not copy.exists():
                raise
    for old in folder.glob("[0-9a-f]*"):
        if old != copy.parent:
            shutil.rmtree(old, ignore_errors=True)


def _short(*parts: object) -> str:
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).hexdigest()
