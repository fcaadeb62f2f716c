"""A product under review as HTML: name, category, findings, and what text and image predict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.catalogue.values.texts import plain
from core.common.escaping import html
from core.views.categories import category_of
from core.views.display_names import MODALITY_NAMES, product_name
from core.views.formatting import percent, shorten
from core.views.product_cards import Card, gallery
from core.views.ranking import ranked
from core.views.selection import SPLIT_NAMES

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.review.items import Item

LONGEST = 1000
"""Characters of a description that are shown under the mouse."""

_FAINT = "font-size:.85rem;opacity:.75;overflow-wrap:anywhere"
_NAME = "font-size:1.1rem;font-weight:600;line-height:1.3;overflow-wrap:anywhere"
_THREE_LINES = "overflow:hidden;display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical"
_BAR = "height:.3rem;border-radius:.15rem;background:rgba(42,139,187,{strength});width:{width:.0f}%"


def product_panel(
    bundle: Bundle, item: Item, current: str, answered: Mapping[str, np.ndarray], *, by_bundle: bool = False
) -> str:
    """Return all that a reviewer needs to know about a product or a pair, side by side where there is room.

    Parameters
    ----------
    bundle
        A private one shows neither images nor names.
    item
        What is under review.
    current
        The product's category after the decisions so far.
    answered
        Modality -> its probabilities, float (classes,).
    by_bundle
        Whether the bundle's own models gave them, as for a test product without faults.
    """
    parts = [_product(bundle, item, current), _answers(answered, bundle.classes, by_bundle)]
    details = f'<div style="flex:3 1 240px;min-width:0">{"".join(parts)}</div>'
    if bundle.private:
        return details
    room = "flex:2 1 330px;max-width:480px" if item.is_pair else "flex:1 1 150px;max-width:300px"
    images = f'<div style="{room}">{_images(bundle, item)}</div>'
    return f'<div style="display:flex;flex-wrap:wrap;gap:1.25rem">{images}{details}</div>'


def _images(bundle: Bundle, item: Item) -> str:
    if not item.is_pair:
        return gallery([Card(bundle.thumbnail(item.sku), "", "")], min_width=150)
    pair = ((item.sku, "This product"), (item.other_sku, "The other one"))
    return gallery([Card(bundle.thumbnail(sku), which, sku) for sku, which in pair], min_width=150)


def _product(bundle: Bundle, item: Item, current: str) -> str:
    moved = f", moved to <b>{html(current)}</b> in this review" * (
        current != category_of(bundle.table, item.row)
    )
    parts = [_described(bundle, item.row, moved)]
    if item.is_pair:
        parts.append(f'<div style="{_FAINT};margin:.5rem 0 .1rem">Compared with</div>')
        parts.append(_described(bundle, item.other, ""))
    reasons = "".join(f"<li>{html(finding.reason)}</li>" for finding in item.findings)
    parts.append(f'<ul style="margin:.4rem 0 .6rem;padding-left:1.2rem">{reasons}</ul>')
    return "".join(parts)


def _described(bundle: Bundle, row: int, moved: str) -> str:
    """Return one product's name, description, split and category."""
    product = bundle.table.iloc[row]
    name = product_name(product)
    number = "" if name == product["sku"] else f"{html(product['sku'])} · "
    parts = [
        f'<div style="{_NAME}">{html(name)}</div>',
        f'<div style="{_FAINT}">{number}{SPLIT_NAMES[product["part"]].lower()} product</div>',
        f'<div style="margin-top:.3rem">Category: <b>{html(product["category"])}</b>{moved}</div>',
    ]
    if text := html(shorten(plain(product["description"]), LONGEST)):
        parts.append(f'<div style="{_FAINT};margin-top:.3rem;{_THREE_LINES}" title="{text}">{text}</div>')
    return "".join(parts)


def _answers(answered: Mapping[str, np.ndarray], classes: Sequence[str], by_bundle: bool) -> str:
    """Return what text and image predict, each with its two most probable categories."""
    if not answered:
        return f'<div style="{_FAINT}">No model was trained without this product.</div>'
    parts = []
    for modality, proba in answered.items():
        lines = "".join(
            _line(name, share, first=not number)
            for number, (name, share) in enumerate(ranked(proba, classes))
        )
        heading = f'<div style="{_FAINT}">{MODALITY_NAMES[modality]} predicts</div>'
        parts.append(f'<div style="min-width:0">{heading}{lines}</div>')
    who = (
        "By this catalogue's models, which were not trained on this product."
        if by_bundle
        else "By the models that searched for faults, trained without this product and its duplicates."
    )
    return (
        '<div style="display:grid;grid-template-columns:repeat(auto-fit,minmax(105px,1fr));gap:.75rem">'
        f'{"".join(parts)}</div><div style="{_FAINT};margin-top:.4rem">{who}</div>'
    )


def _line(name: str, share: float, *, first: bool) -> str:
    weight = "font-weight:600" if first else "opacity:.75"
    bar = _BAR.format(width=max(100 * share, 1), strength=0.9 if first else 0.45)
    return (
        f'<div style="{weight};overflow-wrap:anywhere">{html(name)} {percent(share)}</div>'
        f'<div style="{bar}"></div>'
    )
