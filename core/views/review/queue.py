"""What there is to review: each product once with all its findings, and pairs of products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.decisions import Key, key_of
from core.common.categories import positions_of
from core.faults.descriptions import MOVE_TO
from core.faults.fault_table import KINDS as FAULTS
from core.serving.reasons import DISAGREE, LOW_CONFIDENCE, MEANINGLESS, UNLIKE, UNTESTED
from core.views.display_names import MODALITY_NAMES
from core.views.formatting import percent
from core.views.listed_faults import listed_faults
from core.views.models.accepted import by_what_each_has
from core.views.ranking import ranked

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

CHOSEN = "chosen"
"""Kind of the products that a visitor sent to the review and nothing was found about."""

KINDS = {
    **{kind: FAULTS[kind] for kind in ("label", "image", "text")},
    "uncertain": "Least certain",
    **{kind: FAULTS[kind] for kind in ("duplicate", "outlier", "leak")},
    CHOSEN: "Chosen",
}
"""Kind of finding -> its name, in the order of review."""

MOST_UNCERTAIN = 100


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


def review_items(bundle: Bundle, *, weak: bool = False) -> tuple[Item, ...]:
    """List what to review: by kind as in `KINDS`, the worst first.

    Parameters
    ----------
    bundle
        The bundle: its faults, and its chosen model's least certain test products.
    weak
        Whether to list weaker findings, too: those that are no issue but may be worth a look.
    """
    skus = bundle.table["sku"].to_numpy(dtype=object)
    listed = [*_faults(bundle, weak), *((row, -1, finding) for row, finding in _uncertain(bundle))]
    order = positions_of(KINDS)
    listed.sort(key=lambda entry: order[entry[2].kind])
    together: dict[Key, list[tuple[int, int, Finding]]] = {}
    for row, other, finding in listed:
        key = key_of(skus[row], skus[other] if other >= 0 else "")
        together.setdefault(key, []).append((row, other, finding))
    items = []
    for key, entries in together.items():
        row, other, _ = entries[0]
        findings = tuple(finding for _, _, finding in entries)
        items.append(Item(key, row, skus[row], other, skus[other] if other >= 0 else "", findings))
    return tuple(items)


def chosen_items(bundle: Bundle, found: Sequence[Item], rows: Sequence[int], title: str) -> tuple[Item, ...]:
    """List products to review that a visitor chose, in their order.

    A product keeps what was found about it, weaker findings, too; one that only pairs were found of comes
    with those pairs. One without findings has a plain one, which says where it comes from.

    Parameters
    ----------
    bundle
        The bundle.
    found
        All its items (`review_items`).
    rows
        The products.
    title
        Where they come from.
    """
    skus = bundle.table["sku"].to_numpy(dtype=object)
    alone = {item.row: item for item in found if not item.is_pair}
    pairs: dict[int, list[Item]] = {}
    for item in found:
        if item.is_pair:
            pairs.setdefault(item.row, []).append(item)
            turned = replace(
                item, row=item.other, sku=item.other_sku, other=item.row, other_sku=item.sku
            )  # the chosen product is the one that can be moved
            pairs.setdefault(turned.row, []).append(turned)
    chosen: dict[Key, Item] = {}
    for row in rows:
        key = key_of(skus[row])
        plain = Item(key, row, skus[row], -1, "", (Finding(CHOSEN, f"Chosen: {title}", "Check it."),))
        found_here = [alone[row]] if row in alone else pairs.get(row, [plain])
        for item in found_here:
            chosen.setdefault(item.key, item)
    return tuple(chosen.values())


def weaker_instead(items: Sequence[Item]) -> bool:
    """Whether there are no findings among the items but answers that leave it open."""
    return all(item.kinds == ("uncertain",) for item in items)


def _faults(bundle: Bundle, weak: bool) -> Iterator[tuple[int, int, Finding]]:
    """Yield row, other row and finding of each fault."""
    faults = listed_faults(bundle.faults, np.ones(len(bundle.table), dtype=bool), weak=weak)
    columns = (faults[name] for name in ("row", "other", "kind", "reason", "suggestion"))
    suggested = {MOVE_TO.format(name): name for name in bundle.classes}
    for row, other, kind, reason, suggestion in zip(*columns, strict=True):
        yield int(row), int(other), Finding(kind, reason, suggestion, suggested.get(suggestion, ""))


def _uncertain(bundle: Bundle) -> list[tuple[int, Finding]]:
    """List the test products that need review by the models that answer them, the least certain first.

    Only test products: the models were trained on the others, so their doubts about them mean little.
    """
    if not bundle.models:
        return []
    doubtful: list[tuple[float, int, str]] = []
    for given, (kept, why) in zip(bundle.modalities, by_what_each_has(bundle), strict=True):
        for position in np.flatnonzero(why != "").tolist():
            first, second = (
                f"{name} ({percent(share)})" for name, share in ranked(kept.proba[position], bundle.classes)
            )
            reason = _why(why[position], given, first, second)
            doubtful.append((float(kept.confidence[position]), int(kept.rows[position]), reason))
    doubtful.sort()
    return [
        (row, Finding("uncertain", reason, "Check the category."))
        for _, row, reason in doubtful[:MOST_UNCERTAIN]
    ]


def _why(reason: str, given: str, first: str, second: str) -> str:
    """Return in a sentence why an answer needs review, with the two most probable categories."""
    if reason == LOW_CONFIDENCE:
        inputs = "Text and image leave" if given == "fused" else f"The {MODALITY_NAMES[given].lower()} leaves"
        return f"{inputs} it open: {first} or {second}."
    cause = {
        UNLIKE: "It is unlike this catalogue",
        DISAGREE: "Its text and image disagree",
        MEANINGLESS: "Its text cannot be read",
        UNTESTED: "Too few answers like this could be tested",
    }[reason]
    return f"{cause}: {first} may be wrong."
