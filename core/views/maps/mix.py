"""The categories of the selected products, as a short list with bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.common.escaping import html
from core.views.categories import category_counts
from core.views.formatting import percent, shorten_category

if TYPE_CHECKING:
    import pandas as pd

LISTED = 6
LENGTH = 30


def category_mix(table: pd.DataFrame, rows: Sequence[int]) -> str:
    """Return HTML: the most frequent categories among some rows, each with count, share and bar."""
    counts = category_counts(table[["category"]].iloc[list(rows)])
    lines = [
        _line(shorten_category(str(name), LENGTH), str(name), int(count), len(rows))
        for name, count in counts.head(LISTED).items()
    ]
    if len(counts) > LISTED:
        rest = int(counts.iloc[LISTED:].sum())
        lines.append(_line(f"{len(counts) - LISTED} more", "", rest, len(rows)))
    return f'<ul style="list-style:none;margin:0;padding:0;font-size:0.875rem">{"".join(lines)}</ul>'


def _line(name: str, title: str, count: int, of: int) -> str:
    share = count / of
    return (
        f'<li title="{html(title)}" style="margin:0 0 6px;padding:0">'
        '<span style="display:flex;justify-content:space-between;gap:8px">'
        f"<span>{html(name)}</span><span>{count:,} · {percent(share, 0)}</span></span>"
        '<span style="display:block;height:4px;border-radius:2px;background:rgba(128,140,155,.25)">'
        f'<span style="display:block;height:4px;border-radius:2px;width:{percent(share)};'
        'background:var(--st-primary-color,#0B6E99)"></span></span></li>'
    )
