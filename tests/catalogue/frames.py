"""Products as `Rules.frame` makes them of columns that are called like fields."""

import pandas as pd

from core.catalogue.columns.matching import match_columns
from core.catalogue.layouts.layout import Tally
from core.catalogue.rules import decide_rules


def frame_of(first_row: int = 0, **cells: list[str]) -> pd.DataFrame:
    """Return rows as products; the columns are fields."""
    chosen = {
        name: name if name in cells else "" for name in ("sku", "name", "description", "image", "category")
    }
    return decide_rules(match_columns(list(cells), cells, chosen), cells).frame(cells, first_row, Tally())
