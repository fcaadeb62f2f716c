"""Things to review, made by hand, and decisions on them."""

from core.bundle.decisions import ReviewDecision, decisions_file, save_all
from core.bundle.reader import Bundle
from core.views.review.items import Finding, Item
from core.views.review.progress import decision_on


def item(bundle: Bundle, row: int, other: int = -1, kind: str = "label", to: str = "") -> Item:
    sku = bundle.table["sku"]
    second = sku[other] if other >= 0 else ""
    key = (min(sku[row], second), max(sku[row], second)) if second else (sku[row], "")
    return Item(key, row, sku[row], other, second, (Finding(kind, "Because <b>.", "Look.", to),))


def decide(bundle: Bundle, one: Item, action: str, category: str, who: str = "") -> ReviewDecision:
    decision = decision_on(bundle, one, action, category, who)
    save_all(decisions_file(bundle), [decision])
    return decision
