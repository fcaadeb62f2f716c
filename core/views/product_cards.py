"""Galleries of products as HTML: images of any shape in equal squares, as many per row as fit."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.common.escaping import html
from core.views.display_names import product_name

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

GROUND = "width:100%;aspect-ratio:1;border-radius:.5rem;border:1px solid rgba(128,140,155,.25);"
TITLE = (
    "font-size:.85rem;line-height:1.25;margin-top:.35rem;overflow:hidden;overflow-wrap:anywhere;"
    "display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical"
)
NOTE = "font-size:.78rem;opacity:.8;margin-top:.15rem;overflow:hidden;text-overflow:ellipsis;white-space:pre"


@dataclass(frozen=True)
class Card:
    """A product in a gallery: its image as JPEG or None, a title, and a note of one or more lines."""

    image: bytes | None
    title: str
    note: str


def product_card(bundle: Bundle, row: int) -> Card:
    """Return the card of a catalogue row; in a private bundle its id stands for its name."""
    product = bundle.table.iloc[row]
    sku = str(product["sku"])
    return Card(bundle.thumbnail(sku), product_name(product), sku if product["name"] else "")


def data_url(image: bytes | None) -> str | None:
    """Return a JPEG as a data URL, None where there is none."""
    return None if image is None else "data:image/jpeg;base64," + base64.b64encode(image).decode("ascii")


def gallery(cards: Iterable[Card], *, min_width: int = 150, columns: int = 0) -> str:
    """Return the HTML of a gallery: tiles of `min_width` pixels or more, or `columns` of them in a row."""
    tiles = "".join(_tile(card) for card in cards)
    tracks = f"repeat({columns},minmax(0,1fr))" if columns else f"repeat(auto-fill,minmax({min_width}px,1fr))"
    return f'<div style="display:grid;grid-template-columns:{tracks};gap:1rem">{tiles}</div>'


def thumbnails(cards: Iterable[Card], *, side: int = 64) -> str:
    """Return the HTML of a line of small images, up to `side` pixels a side; titles show on hover."""
    images = "".join(_thumbnail(card, side) for card in cards if card.image is not None)
    return f'<div style="display:flex;gap:.5rem">{images}</div>'


def _thumbnail(card: Card, side: int) -> str:
    title = html(card.title)
    return (
        f'<img src="{data_url(card.image)}" alt="{title}" title="{title}" '
        f'style="flex:0 1 {side}px;min-width:0;{GROUND}object-fit:contain;background:#fff">'
    )


def _tile(card: Card) -> str:
    title, note = html(card.title), html(card.note)
    if card.image is None:
        image = (
            f'<div style="{GROUND}display:grid;place-items:center;font-size:.8rem;opacity:.75;'
            'background:rgba(128,140,155,.14)">no image</div>'
        )
    else:
        image = (
            f'<img src="{data_url(card.image)}" alt="{title}" '
            f'style="{GROUND}display:block;object-fit:contain;background:#fff">'
        )
    lines = f'<div style="{TITLE}" title="{title}">{title}</div>' if title else ""
    lines += f'<div style="{NOTE}" title="{note}">{note}</div>' if note else ""
    return f'<div style="min-width:0">{image}{lines}</div>'
