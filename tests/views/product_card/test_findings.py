from types import SimpleNamespace

import pandas as pd

from core.bundle.decisions import Log, ReviewDecision
from core.views.product_card.findings import product_findings, product_history

FAULTS = pd.DataFrame(
    [
        (1, "duplicate", True, 4, "Same name.", "Remove one"),
        (4, "duplicate", True, 1, "Same name.", "Remove one"),
        (4, "label", False, -1, "Reads like Cups", ""),
        (4, "from-a-later-version", True, -1, "", ""),
    ],
    columns=["row", "kind", "is_issue", "other", "reason", "suggestion"],
)
TABLE = pd.DataFrame({"sku": ["a", "b", "c", "d", "e"]})
BUNDLE = SimpleNamespace(faults=FAULTS, table=TABLE)


def test_a_pair_is_one_finding_from_either_side():
    first, second = product_findings(BUNDLE, 4)
    assert (first.kind, first.other, first.weak) == ("Duplicate", 1, False)
    assert first.sentence == "Same name. Remove one."
    assert (second.kind, second.other, second.weak) == ("Likely wrong category", -1, True)
    assert second.sentence == "Reads like Cups."
    assert [finding.other for finding in product_findings(BUNDLE, 1)] == [4]
    assert product_findings(BUNDLE, 0) == []


def test_the_history_is_the_products_own_the_latest_first():
    def decision(sku: str, other: str, action: str, time: str, who: str = "") -> ReviewDecision:
        return ReviewDecision(time, time, who, sku, other, "label", action, "Cups", "Bags")

    log = Log(
        (
            decision("b", "", "correct", "2026-01-02T03:04:05Z", "Ann"),
            decision("c", "", "keep", "2026-01-03T03:04:05Z"),
            decision("a", "b", "skip", "2026-01-04T03:04:05Z"),
        )
    )
    assert product_history(BUNDLE, 1, log) == [
        "2026-01-04 03:04 UTC: Skipped",
        "2026-01-02 03:04 UTC: Moved from Cups to Bags, Ann",
    ]
    assert product_history(BUNDLE, 4, log) == []
