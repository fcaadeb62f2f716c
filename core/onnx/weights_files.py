"""Formats of weights files, told apart by how they begin."""

from __future__ import annotations

from pathlib import Path


def is_torch_file(file: Path) -> bool:
    """Return whether a file is PyTorch's own: a zip archive or a pickle, not safetensors.

    A safetensors file begins with the length of its JSON in eight bytes, the first of which can be that of a
    pickle.
    """
    with file.open("rb") as content:
        start = content.read(9)
    return start.startswith(b"PK\x03\x04") or (start.startswith(b"\x80") and start[8:] != b"{")
