"""A product, or a pair, as a small tile of the review's grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.common.escaping import html
from core.views.display_names import product_name
from core.views.formatting import shorten_category
from core.views.product_cards import GROUND, TITLE, data_url

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.review.items import Item

_LINE = "font-size:.8rem;line-height:1.3;opacity:.85;overflow-wrap:anywhere"
_LEVEL = 22
"""Letters of a category that there is room for."""


def tile(bundle: Bundle, item: Item, current: str) -> str:
    """Return the HTML of a tile: image, name, current and suggested category; the finding shows on hover."""
    rows = (item.row, item.other) if item.is_pair else (item.row,)
    images = "" if bundle.private else "".join(_image(bundle, row) for row in rows)
    name = html(product_name(bundle.table.iloc[item.row]))
    why = html(" ".join(finding.reason for finding in item.findings))
    lines = [
        f'<div style="display:flex;gap:.25rem" title="{why}">{images}</div>',
        f'<div style="{TITLE}" title="{name}">{name}</div>',
    ]
    if item.is_pair:
        other = html(product_name(bundle.table.iloc[item.other]))
        lines.append(f'<div style="{TITLE}" title="{other}">{other}</div>')
    lines.append(_category("Now", current))
    if item.suggestion is not None:
        lines.append(_category("Suggested", item.suggestion))
    return "".join(lines)


def _category(word: str, category: str) -> str:
    short = html(shorten_category(category, _LEVEL))
    return f'<div style="{_LINE}" title="{html(category)}">{word}: <b>{short}</b></div>'


def _image(bundle: Bundle, row: int) -> str:
    product = bundle.table.iloc[row]
    image, name = data_url(bundle.thumbnail(product["sku"])), html(product_name(product))
    style = f"{GROUND}flex:1;min-width:0;"
    if image is None:
        return (
            f'<div style="{style}display:grid;place-items:center;font-size:.8rem;opacity:.75">no image</div>'
        )
    return f'<img src="{image}" alt="{name}" style="{style}object-fit:contain;background:#fff">'
