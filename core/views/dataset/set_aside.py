"""The rows and images that a build left out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.account import Account


def set_aside_tables(account: Account) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the reasons why rows were set aside, and the categories that had too few of them."""
    import pandas as pd

    reasons = [
        {"Reason": entry.reason, "Rows": entry.count, "Examples": ", ".join(entry.examples)}
        for entry in account.set_aside
        if entry.count
    ]
    small = sorted(account.classes_set_aside.items(), key=lambda item: (-item[1], item[0]))
    return pd.DataFrame(reasons), pd.DataFrame(small, columns=["Small category", "Rows"])


def placeholder_table(account: Account) -> pd.DataFrame:
    """Return the placeholders among the images: their files, unless the bundle is private, and products."""
    import pandas as pd

    rows = [{"Placeholder": each.file, "Products": each.products} for each in account.placeholders]
    table = pd.DataFrame(rows, columns=["Placeholder", "Products"])
    return table if table["Placeholder"].any() else table[["Products"]]
