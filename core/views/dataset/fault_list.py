"""Faults as a table for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle


def fault_list(bundle: Bundle, faults: pd.DataFrame) -> pd.DataFrame:
    """Lay rows of `core.faults.fault_table` out for a file; without names where the bundle keeps none."""
    import pandas as pd

    shown = {"sku": "Id", "name": "Name", "category": "Category", "part": "Part"}
    if bundle.private:
        del shown["name"]
    products = bundle.table.iloc[faults["row"]]
    return pd.DataFrame(
        {word: products[column].to_numpy() for column, word in shown.items()}
        | {"Why": faults["reason"].to_numpy(), "What to do": faults["suggestion"].to_numpy()}
    )
