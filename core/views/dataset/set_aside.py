"""The rows that a build left out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.account import Account


def set_aside_tables(account: Account) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List why rows were set aside, with some of their ids, and the categories too small to use."""
    import pandas as pd

    reasons = [
        {"Reason": each.reason, "Rows": each.count, "For example": ", ".join(each.examples)}
        for each in account.set_aside
        if each.count
    ]
    small = sorted(account.classes_set_aside.items(), key=lambda item: (-item[1], item[0]))
    return pd.DataFrame(reasons), pd.DataFrame(small, columns=["Category too small", "Rows"])
