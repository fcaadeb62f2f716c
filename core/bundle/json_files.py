"""JSON files of a bundle: their size is bounded, and whatever is wrong with them is one error."""

from __future__ import annotations

import json
from pathlib import Path

MOST_BYTES = 64 << 20


def load_json(file: Path, most: int = MOST_BYTES) -> object:
    """Read a JSON file.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        It is no JSON, nested too deeply, or longer than `most` bytes.
    """
    size = file.stat().st_size
    if size > most:
        raise ValueError(f"expected up to {most:,} bytes, got {size:,}")
    return parse_json(file.read_bytes())


def parse_json(raw: bytes) -> object:
    """Return what JSON says; ValueError as :func:`load_json`."""
    try:
        content: object = json.loads(raw)
        if b"\\u" in raw:  # halves of characters can be spelt so, which no file and no page takes
            json.dumps(content, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return content
