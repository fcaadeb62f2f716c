"""Where a catalogue comes from."""

from __future__ import annotations

from core.bundle.manifest import DataSource
from core.bundle.protocol import NOT_STATED


def source_line(data: DataSource) -> str:
    """Return origin and licence as far as they were stated: "Origin: ... · Licence: ...", or ""."""
    stated = {"Origin": data.origin, "Licence": data.licence}
    return " · ".join(f"{name}: {text}" for name, text in stated.items() if text and text != NOT_STATED)
