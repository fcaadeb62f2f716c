"""What there is to review: a product once with all its findings, or a pair of products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.bundle.decisions import Key
from core.faults.fault_table import KINDS as FAULTS

CHOSEN = "chosen"
"""Kind of the products that a visitor sent to the review and nothing was found about."""

KINDS = {
    **{kind: FAULTS[kind] for kind in ("label", "image", "text")},
    "uncertain": "Least certain",
    **{kind: FAULTS[kind] for kind in ("duplicate", "outlier", "leak")},
    CHOSEN: "Chosen",
}
"""Kind of finding -> its name, in the order of review."""


@dataclass(frozen=True)
class Finding:
    """A reason for review.

    Attributes
    ----------
    kind
        Of `KINDS`.
    reason, suggestion
        Why, and what to do about it.
    category
        Where the product is to be moved, "" if nothing says it.
    """

    kind: str
    reason: str
    suggestion: str
    category: str = ""


@dataclass(frozen=True)
class Item:
    """A product, or a pair of products, to decide on.

    Attributes
    ----------
    key
        The key of its decisions.
    row, sku
        The product.
    other, other_sku
        The one it is compared with; -1 and "" where there is none.
    findings
        Why it is listed, the most important first.
    """

    key: Key
    row: int
    sku: str
    other: int
    other_sku: str
    findings: tuple[Finding, ...]

    @property
    def is_pair(self) -> bool:
        """Whether it is about two products."""
        return self.other >= 0

    def among(self, selected: np.ndarray) -> bool:
        """Whether it is about a selected product, bool (n,): of a pair, one of the two."""
        return bool(selected[self.row] or (self.is_pair and selected[self.other]))

    @property
    def suggestion(self) -> str | None:
        """The category it is said to belong to, if a finding names one."""
        names = (finding.category for finding in self.findings if finding.category)
        return next(names, None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of its findings, the most important first."""
        return tuple(dict.fromkeys(finding.kind for finding in self.findings))
