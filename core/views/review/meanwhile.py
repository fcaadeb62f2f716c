"""What somebody else decided while it was on the screen: it is left alone, and a line says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.bundle.decisions import ACTIONS
from core.views.display_names import product_name
from core.views.formatting import counted

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.views.review.items import Item
    from core.views.review.progress import Review

NOBODY_KNOWN = "another reviewer"


def left_alone(bundle: Bundle, now: Review, items: Sequence[Item]) -> str:
    """Return a line on items that were left alone: who decided what on them; "" where there are none."""
    if len(items) != 1:
        made = [now.applying[item.key] for item in items if item.key in now.applying]
        who = ", ".join(dict.fromkeys(each.who or NOBODY_KNOWN for each in made))
        by = f" by {who}" if who else ""
        return f"Left alone: {counted(len(items), 'product')} decided meanwhile{by}." if items else ""
    decision = now.applying.get(items[0].key)
    name = product_name(bundle.table.iloc[items[0].row])
    if decision is None:
        return f"Left alone: the decision on {name} was taken back meanwhile."
    what = ACTIONS[decision.action] + (f" to {decision.new}" if decision.action == "correct" else "")
    return f"Left alone: {name} was decided meanwhile by {decision.who or NOBODY_KNOWN}: {what}."
