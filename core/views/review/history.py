"""What was decided about one product."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.bundle.decisions import Log, ReviewDecision


def decisions_on(log: Log, sku: str) -> tuple[ReviewDecision, ...]:
    """Return the decisions about a product, or a pair that it is in, the newest first."""
    return tuple(each for each in reversed(log.decisions) if each.sku == sku or each.other == sku != "")
