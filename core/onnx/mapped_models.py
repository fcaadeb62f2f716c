"""Keep copies of large ONNX files with their weights in a separate, memory-mapped file.

A plain ONNX file is read, parsed and copied in full before a session runs. Weights in an external file
(https://onnx.ai/onnx/repo-docs/ExternalData.html) are memory-mapped instead: a session opens in a third of
the time, processes share the memory, and unused pages, such as the vectors of most words, are never read.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from pathlib import Path

from core.common.files import cache_dir
from core.common.kept_files import is_whole, keep

LARGE = 16_000_000
"""Bytes from which a file gets a mapped copy."""
_NUMBERS = "numbers"
"""Name of the external file."""
_SMALLEST = "1024"
"""Bytes from which an array is stored in the external file."""

_log = logging.getLogger(__name__)


def mapped(path: Path) -> Path:
    """Return a copy of an ONNX file with memory-mapped weights, made on first use.

    Parameters
    ----------
    path
        An ONNX file. When it changes, a new copy replaces the old one.

    Returns
    -------
    Path
        The copy in the cache folder; `path` itself if it is small or if no copy can be made.
    """
    path = path.resolve()
    status = path.stat()
    if status.st_size < LARGE:
        return path
    folder = cache_dir() / "mapped" / f"{path.stem}-{_short(path)}"
    copy = folder / _short(status.st_mtime_ns, status.st_size) / "model.onnx"
    if not (is_whole(copy) and is_whole(copy.parent / _NUMBERS)):
        try:
            shutil.rmtree(copy.parent, ignore_errors=True)
            _write(path, copy)
        except Exception as error:  # onnxruntime's errors have no common base class
            _log.warning("%s will open slowly: cannot write its memory-mapped copy (%s)", path.name, error)
            return path
    return copy


def _write(path: Path, copy: Path) -> None:
    """Write the copy under a temporary name and move it into place; safe if several processes do so."""
    import onnxruntime

    folder = copy.parent.parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-", ignore_cleanup_errors=True) as temporary:
        written = Path(temporary) / copy.parent.name
        written.mkdir()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # No optimisations: they depend on the version of ONNX Runtime and on the processor.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.optimized_model_filepath = str(written / copy.name)
        options.add_session_config_entry("session.optimized_model_external_initializers_file_name", _NUMBERS)
        options.add_session_config_entry(
            "session.optimized_model_external_initializers_min_size_in_bytes", _SMALLEST
        )
        onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        for name in (copy.name, _NUMBERS):
            keep(written / name)
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
