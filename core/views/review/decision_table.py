"""The decisions as a table, for a spreadsheet or for whoever corrects the catalogue."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from core.bundle.decisions import ACTIONS, Key, Log, ReviewDecision
from core.common.spreadsheet import safe_cell
from core.views.review.items import KINDS
from core.views.review.progress import catalogue_category

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

COLUMNS = (
    "sku", "other_sku", "name", "old_category", "new_category", "decision", "kind", "who", "time", "note",
)  # fmt: skip


def decision_rows(bundle: Bundle, log: Log) -> list[dict[str, str]]:
    """List the last decision on each product or pair, oldest first: a cell for each of `COLUMNS`.

    A private bundle has no names. The note says why a decision does not apply to this bundle.
    """
    last: dict[Key, ReviewDecision] = {}
    for decision in log.decisions:
        last.pop(decision.key, None)
        last[decision.key] = decision
    rows = []
    for one in last.values():
        category = catalogue_category(bundle, one.sku)
        overtaken = "" if category in (one.old, one.new) else f"The catalogue has it in {category} now."
        rows.append(
            {
                "sku": one.sku,
                "other_sku": one.other,
                "name": "" if category is None else str(bundle.table["name"].iat[bundle.row(one.sku)]),
                "old_category": one.old,
                "new_category": one.new,
                "decision": ACTIONS[one.action],
                "kind": KINDS.get(one.kind, one.kind),
                "who": one.who,
                "time": one.time,
                "note": "Not in this catalogue." if category is None else overtaken,
            }
        )
    return rows


def decisions_csv(rows: list[dict[str, str]]) -> bytes:
    """Write `decision_rows` as CSV for spreadsheets: UTF-8 with a byte order mark, no cell a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(row[column]) for column in COLUMNS] for row in rows)
    return stream.getvalue().encode("utf-8-sig", "replace")


def shown_decisions(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    """Arrange `decision_rows` for the screen: newest first, without empty columns."""
    full = [column for column in COLUMNS if any(row[column] for row in rows)]
    return {column.replace("_", " ").capitalize(): [row[column] for row in reversed(rows)] for column in full}
