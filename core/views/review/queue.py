"""What a bundle gives to review: its faults, its least certain answers, and what a visitor chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.bundle.decisions import Key, key_of
from core.common.categories import positions_of
from core.faults.descriptions import MOVE_TO
from core.serving.reasons import DISAGREE, LOW_CONFIDENCE, MEANINGLESS, UNLIKE, UNTESTED
from core.views.display_names import MODALITY_NAMES
from core.views.formatting import percent
from core.views.listed_faults import listed_faults
from core.views.models.accepted import by_what_each_has
from core.views.ranking import ranked
from core.views.review.item_list import ItemColumns, ItemList
from core.views.review.items import CHOSEN, KINDS, Finding, Item

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle

MOST_UNCERTAIN = 100


def review_items(bundle: Bundle, *, weak: bool = False) -> ItemList:
    """List what to review: by kind as in `KINDS`, the worst first.

    Parameters
    ----------
    bundle
        The bundle: its faults, and its chosen model's least certain test products.
    weak
        Whether to list weaker findings, too: those that are no issue but may be worth a look.
    """
    every = np.ones(bundle.manifest.rows, dtype=bool)
    return ItemList.all(_columns(bundle, listed_faults(bundle.faults, every, weak=weak), _uncertain(bundle)))


def _columns(bundle: Bundle, faults: pd.DataFrame, uncertain: Sequence[tuple[int, Finding]]) -> ItemColumns:
    """Put together what was found of each product, and of each pair, in the order of review."""
    n, order = bundle.manifest.rows, positions_of(KINDS)
    alone = np.full(len(uncertain), -1, dtype=np.int64)
    rows = np.concatenate([faults["row"].to_numpy(np.int64), np.array([r for r, _ in uncertain], np.int64)])
    others = np.concatenate([faults["other"].to_numpy(np.int64), alone])
    kinds = np.concatenate([faults["kind"].map(order).to_numpy(np.int64), alone * 0 + order["uncertain"]])
    named = np.concatenate([_named(faults["suggestion"], bundle.classes), alone])
    listed = np.argsort(kinds, kind="stable")
    about = _about(rows[listed], others[listed], n)
    known, first, of = np.unique(about, return_index=True, return_inverse=True)
    place = np.empty(len(first), dtype=np.int64)  # of each thing, in the order in which they come
    place[np.argsort(first)] = np.arange(len(first))
    item_of = place[of]
    entries = listed[np.argsort(item_of, kind="stable")]
    ends = np.cumsum(np.bincount(item_of, minlength=len(first)))
    starts = np.concatenate([[0], ends])[:-1].astype(np.int64)
    has = np.zeros((len(first), len(KINDS)), dtype=bool)
    has[item_of, kinds[listed]] = True
    suggested = np.full(len(first), -1, dtype=np.int64)
    names = named[listed] >= 0
    suggested[item_of[names][::-1]] = named[listed][names][::-1]  # the first that names one stays

    def finding(entry: int) -> Finding:
        if entry >= len(faults):
            return uncertain[entry - len(faults)][1]
        kind, reason, suggestion = (str(faults[name].iat[entry]) for name in ("kind", "reason", "suggestion"))
        return Finding(kind, reason, suggestion, bundle.classes[named[entry]] if named[entry] >= 0 else "")

    def make(at: int) -> Item:
        own = entries[starts[at] : ends[at]].tolist()
        row, other = int(rows[own[0]]), int(others[own[0]])
        sku, other_sku = _sku(bundle, row), _sku(bundle, other)
        return Item(key_of(sku, other_sku), row, sku, other, other_sku, tuple(map(finding, own)))

    def find(key: Key) -> int | None:
        if not all(bundle.has(sku) for sku in key if sku):
            return None
        row, other = (bundle.row(sku) if sku else -1 for sku in key)
        wanted = _about(np.array([row]), np.array([other]), n)[0]
        at = int(np.searchsorted(known, wanted))
        return int(place[at]) if at < len(known) and known[at] == wanted else None

    return ItemColumns(rows[entries[starts]], others[entries[starts]], has, suggested, make, find)


def _about(rows: np.ndarray, others: np.ndarray, n: int) -> np.ndarray:
    """Return a number for each product alone and for each pair, whichever comes first: int64."""
    pair = n + np.minimum(rows, others) * n + np.maximum(rows, others)
    return np.where(others < 0, rows, pair)


def _named(suggestions: pd.Series[str], classes: Sequence[str]) -> np.ndarray:
    """Return which category each suggestion names, int64 (m,): a position in `classes`, -1 for none."""
    said = positions_of([MOVE_TO.format(name) for name in classes])
    return suggestions.map(said).fillna(-1).to_numpy(dtype=np.int64)


def _sku(bundle: Bundle, row: int) -> str:
    return str(bundle.table["sku"].iat[row]) if row >= 0 else ""


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
    chosen_rows = np.zeros(bundle.manifest.rows, dtype=bool)
    chosen_rows[list(rows)] = True
    about = list(ItemList.of(found).among(chosen_rows))
    alone = {item.row: item for item in about if not item.is_pair}
    pairs: dict[int, list[Item]] = {}
    for item in about:
        if item.is_pair:
            pairs.setdefault(item.row, []).append(item)
            turned = replace(
                item, row=item.other, sku=item.other_sku, other=item.row, other_sku=item.sku
            )  # the chosen product is the one that can be moved
            pairs.setdefault(turned.row, []).append(turned)
    chosen: dict[Key, Item] = {}
    for row in rows:
        sku = _sku(bundle, row)
        plain = Item(key_of(sku), row, sku, -1, "", (Finding(CHOSEN, f"Chosen: {title}", "Check it."),))
        found_here = [alone[row]] if row in alone else pairs.get(row, [plain])
        for item in found_here:
            chosen.setdefault(item.key, item)
    return tuple(chosen.values())


def weaker_instead(items: Sequence[Item]) -> bool:
    """Whether there are no findings among the items but answers that leave it open."""
    others = [kind != "uncertain" for kind in KINDS]
    return not ItemList.of(items).kinds[:, others].any()


def _uncertain(bundle: Bundle) -> list[tuple[int, Finding]]:
    """List the test products that need review by the models that answer them, the least certain first.

    Only test products: the models were trained on the others, so their doubts about them mean little.
    """
    if not bundle.models:
        return []
    doubtful: list[tuple[float, int, str]] = []
    for given, (kept, why) in zip(bundle.modalities, by_what_each_has(bundle), strict=True):
        open_ones = np.flatnonzero(why != "")
        least = open_ones[np.lexsort((kept.rows[open_ones], kept.confidence[open_ones]))][:MOST_UNCERTAIN]
        for position in least.tolist():
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
