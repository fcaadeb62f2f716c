"""What there is to review: each product once, with all that was found about it; pairs by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.decisions import Key, key_of
from core.faults.fault_table import KINDS as FAULTS
from core.views.display_names import MODALITY_NAMES
from core.views.models.answers import answers

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

KINDS = {
    **{kind: FAULTS[kind] for kind in ("label", "image", "text")},
    "uncertain": "Least certain",
    **{kind: FAULTS[kind] for kind in ("duplicate", "outlier", "leak")},
}
"""Kind of finding -> what it is called, in the order of review."""

MOST_UNCERTAIN = 100
# Said of a pair, whichever of the two comes first.
_LEAK = "One of the two tests the models and the other teaches them: the test flatters them."


@dataclass(frozen=True)
class Finding:
    """One reason to look: its kind (of `KINDS`), why, and what might be done."""

    kind: str
    reason: str
    suggestion: str


@dataclass(frozen=True)
class Item:
    """One thing to decide on.

    Attributes
    ----------
    key
        What its decisions are known by.
    row, sku
        The product.
    other, other_sku
        The one it is compared with; -1 and "" where there is none.
    findings
        Why it is here, first things first.
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

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of its findings, first things first."""
        return tuple(dict.fromkeys(finding.kind for finding in self.findings))


def review_items(bundle: Bundle, *, weak: bool = False) -> tuple[Item, ...]:
    """List what to review: by kind as in `KINDS`, the worst first.

    Parameters
    ----------
    bundle
        The bundle: its faults, and its chosen model's least certain test products.
    weak
        Whether to list findings that are no issue but may be worth a look, too.
    """
    skus = bundle.table["sku"].to_numpy(dtype=object)
    found: list[tuple[int, int, Finding]] = []
    faults = bundle.faults if weak else bundle.faults[bundle.faults["is_issue"]]
    columns = (faults[name] for name in ("row", "other", "kind", "reason", "suggestion"))
    for row, other, kind, reason, suggestion in zip(*columns, strict=True):
        if kind in KINDS:
            said = _LEAK if kind == "leak" else reason
            found.append((int(row), int(other), Finding(kind, said, suggestion)))
    found += [(row, -1, finding) for row, finding in _uncertain(bundle)]
    order = {kind: place for place, kind in enumerate(KINDS)}
    found.sort(key=lambda one: order[one[2].kind])
    together: dict[Key, list[tuple[int, int, Finding]]] = {}
    for row, other, finding in found:
        key = key_of(skus[row], skus[other] if other >= 0 else "")
        together.setdefault(key, []).append((row, other, finding))
    items = []
    for key, parts in together.items():
        row, other, _ = parts[0]
        findings = tuple(finding for _, _, finding in parts)
        items.append(Item(key, row, skus[row], other, skus[other] if other >= 0 else "", findings))
    return tuple(items)


def _uncertain(bundle: Bundle) -> list[tuple[int, Finding]]:
    """Test products that the chosen model would have a person look at, the least certain first.

    Other products have taught the model: what it says of them is no measure of doubt.
    """
    if not bundle.models:
        return []
    modality = bundle.modalities[-1]
    said = answers(bundle, modality)
    sure = bundle.class_thresholds(modality)[said.predicted]
    confidence = said.proba.max(axis=1)
    doubtful = np.flatnonzero(confidence < sure)
    doubtful = doubtful[np.argsort(confidence[doubtful], kind="stable")][:MOST_UNCERTAIN]
    found = []
    for at in doubtful:
        first, second = np.argsort(-said.proba[at], kind="stable")[:2]
        reason = (
            f"{MODALITY_NAMES[modality]} together"
            if modality == "fused"
            else f"The {MODALITY_NAMES[modality].lower()}"
        )
        reason += (
            f" cannot tell for sure: {bundle.classes[first]} ({said.proba[at, first]:.0%}) "
            f"or {bundle.classes[second]} ({said.proba[at, second]:.0%})."
        )
        found.append((int(said.rows[at]), Finding("uncertain", reason, "Check the category.")))
    return found
