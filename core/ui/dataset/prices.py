"""The tab of the Dataset page on prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.ui.dataset.parts import distribution
from core.ui.parts import empty, lead
from core.views.dataset import measures

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection


def prices(bundle: Bundle, selection: Selection, table: pd.DataFrame) -> None:
    """Show what products cost, over all and by category."""
    lead("Prices", "In the catalogue's currency, on a logarithmic axis.")
    if not measures.has_prices(table):
        empty("No prices", "None of these products has a price.")
        return
    distribution(
        bundle, selection, table, measures.price_column(table),
        unit="price", of="a price", title="Prices", key="prices", log=True,
    )  # fmt: skip
