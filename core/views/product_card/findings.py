"""What is probably wrong with one product, and what was decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.bundle.decisions import ACTIONS, Log
from core.faults.fault_table import KINDS
from core.views.review.history import decisions_on

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


@dataclass(frozen=True)
class ProductFinding:
    """Something that is probably wrong, or only worth a look.

    Attributes
    ----------
    kind, reason, suggestion
        In words.
    weak
        Whether it is only worth a look.
    other
        The row of the product it is compared with, -1 for none.
    """

    kind: str
    reason: str
    suggestion: str
    weak: bool
    other: int

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        return " ".join(f"{text.rstrip('.')}." for text in (self.reason, self.suggestion) if text)


def product_findings(bundle: Bundle, row: int) -> list[ProductFinding]:
    """Return the findings on a product, the worst first, each pair once."""
    faults = bundle.faults
    own = faults[((faults["row"] == row) | (faults["other"] == row)) & faults["kind"].isin(list(KINDS))]
    columns = (own[name].tolist() for name in ("row", "other", "kind", "reason", "suggestion", "is_issue"))
    found: dict[tuple[str, int], ProductFinding] = {}
    for first, second, kind, reason, suggestion, is_issue in zip(*columns, strict=True):
        other = int(first if second == row else second)
        found.setdefault(
            (kind, other), ProductFinding(KINDS[kind], str(reason), str(suggestion), not is_issue, other)
        )
    return list(found.values())


def product_history(bundle: Bundle, row: int, log: Log) -> list[str]:
    """Return what was decided on a product and not taken back, the latest first, a line each."""
    sku = str(bundle.table["sku"].iat[row])
    lines = []
    for decision in decisions_on(log, sku):
        moved = f" from {decision.old} to {decision.new}" if decision.action == "correct" else ""
        who = f", {decision.who}" if decision.who else ""
        lines.append(f"{decision.time[:16].replace('T', ' ')} UTC: {ACTIONS[decision.action]}{moved}{who}")
    return lines
