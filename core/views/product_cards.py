"""Galleries of products: images of any shape in equal squares, as many per row as fit.

As HTML, and as the message that the gallery component draws, whose products can be opened.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

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
    """A product in a gallery.

    Attributes
    ----------
    image
        A JPEG, None for none.
    title, note
        The note has one or more lines.
    row
        Where it is in the catalogue, which a gallery needs to open it; None if it is no product of it.
    whole
        The note with nothing shortened, shown on hover; "" where the note is whole.
    """

    image: bytes | None
    title: str
    note: str
    row: int | None = None
    whole: str = ""


@dataclass(frozen=True)
class Box:
    """Cards that belong together, what is said of them, and what is to be noticed first."""

    cards: tuple[Card, ...]
    text: str = ""
    badge: str = ""


Layout = Literal["grid", "line", "boxes"]
"""How the gallery component places cards: in rows, as small images in one line, or in frames."""


def product_card(bundle: Bundle, row: int) -> Card:
    """Return the card of a catalogue row; in a private bundle its id stands for its name."""
    product = bundle.table.iloc[row]
    sku = str(product["sku"])
    return Card(bundle.thumbnail(sku), product_name(product), sku if product["name"] else "", row)


def data_url(image: bytes | None) -> str | None:
    """Return a JPEG as a data URL, None where there is none."""
    return None if image is None else "data:image/jpeg;base64," + base64.b64encode(image).decode("ascii")


def gallery(cards: Iterable[Card], *, min_width: int = 150, columns: int = 0) -> str:
    """Return the HTML of a gallery: tiles of `min_width` pixels or more, or `columns` of them in a row."""
    tiles = "".join(_tile(card) for card in cards)
    tracks = f"repeat({columns},minmax(0,1fr))" if columns else f"repeat(auto-fill,minmax({min_width}px,1fr))"
    return f'<div style="display:grid;grid-template-columns:{tracks};gap:1rem">{tiles}</div>'


def gallery_message(boxes: Sequence[Box], layout: Layout, width: int) -> bytes:
    """Return what the gallery component draws: cards of the catalogue's products, `width` pixels or more."""
    drawn = [
        {"tiles": [_told(card) for card in box.cards], "text": box.text, "badge": box.badge} for box in boxes
    ]
    return json.dumps({"kind": "gallery", "layout": layout, "width": width, "boxes": drawn}).encode()


def _told(card: Card) -> dict[str, str | int | None]:
    image, whole = data_url(card.image), card.whole or card.note
    return {"row": card.row, "image": image, "title": card.title, "note": card.note, "whole": whole}


def _tile(card: Card) -> str:
    title, note, whole = html(card.title), html(card.note), html(card.whole or card.note)
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
    lines += f'<div style="{NOTE}" title="{whole}">{note}</div>' if note else ""
    return f'<div style="min-width:0">{image}{lines}</div>'
