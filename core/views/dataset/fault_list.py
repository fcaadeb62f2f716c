"""Faults as a table for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.views.product_columns import product_columns

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle


def fault_list(bundle: Bundle, faults: pd.DataFrame) -> pd.DataFrame:
    """Return faults with their products, for a file; without names where the bundle has none."""
    import pandas as pd

    return pd.DataFrame(
        product_columns(bundle, faults["row"].to_numpy())
        | {"Reason": faults["reason"].to_numpy(), "Suggestion": faults["suggestion"].to_numpy()}
    )
