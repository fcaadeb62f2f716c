"""The line under a figure: what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.display_names import HEAD_INPUTS, encoder_name, head_name

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


def figure_caption(
    bundle: Bundle, rows: int, part: str, modality: str | None = None, head: str | None = None, note: str = ""
) -> str:
    """Return what a figure rests on: rows, part, encoder, head; then `note` on its own line."""
    parts = [f"{rows:,} rows" if rows != 1 else "1 row", part]
    if modality:
        parts.append(HEAD_INPUTS.get(head or "") or f"{encoder_name(bundle, modality)} features")
    if head:
        parts.append(head_name(head))
    if bundle.synthetic:
        parts.append("synthetic products")
    return " · ".join(parts) + (f"  \n{note}" if note else "")
