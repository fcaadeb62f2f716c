"""The decisions as a table, for a spreadsheet or for whoever mends the catalogue."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from core.bundle.decisions import ACTIONS, Key, Log, ReviewDecision
from core.common.spreadsheet import safe_cell
from core.views.review.progress import filed_under
from core.views.review.queue import KINDS

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

COLUMNS = (
    "sku", "other_sku", "name", "old_category", "new_category", "decision", "kind", "who", "time", "note",
)  # fmt: skip


def decision_rows(bundle: Bundle, log: Log) -> list[dict[str, str]]:
    """Lay out the last decision on each thing, oldest first: a cell for each of `COLUMNS`.

    A private bundle has no names. The note says why a decision does not hold for this bundle.
    """
    last: dict[Key, ReviewDecision] = {}
    for decision in log.decisions:
        last.pop(decision.key, None)
        last[decision.key] = decision
    rows = []
    for one in last.values():
        category = filed_under(bundle, one.sku)
        overtaken = "" if category in (one.old, one.new) else f"The catalogue now says {category}."
        rows.append(
            {
                "sku": one.sku,
                "other_sku": one.other,
                "name": "" if category is None else bundle.table["name"].iat[bundle.row(one.sku)],
                "old_category": one.old,
                "new_category": one.new,
                "decision": ACTIONS[one.action],
                "kind": KINDS.get(one.kind, one.kind),
                "who": one.who,
                "time": one.time,
                "note": "Not in this bundle." if category is None else overtaken,
            }
        )
    return rows


def decisions_csv(rows: list[dict[str, str]]) -> bytes:
    """Write `decision_rows` as CSV: UTF-8 with the mark that spreadsheets know it by, no cell a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(row[column]) for column in COLUMNS] for row in rows)
    return stream.getvalue().encode("utf-8-sig", "replace")


def shown_decisions(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    """Lay `decision_rows` out for the screen: newest first, without columns that are empty throughout."""
    full = [column for column in COLUMNS if any(row[column] for row in rows)]
    return {column.replace("_", " ").capitalize(): [row[column] for row in reversed(rows)] for column in full}
