"""Which products are kept in one split because they are one product, and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.catalogue.shared_by import REASONS
from core.views.display_names import product_name
from core.views.formatting import counted, shorten

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle

_LONGEST = 60


def kept_together_summary(groups: np.ndarray) -> str:
    """Say how many products are kept together, and how many the largest group has.

    Parameters
    ----------
    groups
        int (n,): rows of one product have one number.
    """
    sizes = np.unique(groups, return_counts=True)[1]
    together = int(sizes[sizes > 1].sum())
    if not together:
        return f"No two of the {len(groups):,} products share anything that makes them one product."
    return (
        f"{together:,} of the {len(groups):,} products are kept with others, in "
        f"{counted(int((sizes > 1).sum()), 'group')}; the largest has {sizes.max():,} products."
    )


def kept_together_table(bundle: Bundle) -> pd.DataFrame:
    """List what products share: how many, in how many groups, and the first that nothing above joins.

    Returns
    -------
    DataFrame
        Shared, Products, Groups, Example; and Too common where that is not 0 for all: products that share it
        with so many different ones that it was not used.
    """
    import pandas as pd

    rows = [
        {
            "Shared": REASONS[each.reason].capitalize(),
            "Products": each.products,
            "Groups": each.groups,
            "Too common": each.unused,
            "Example": _example(bundle, each.example),
        }
        for each in bundle.grouping
    ]
    table = pd.DataFrame(rows, columns=["Shared", "Products", "Groups", "Too common", "Example"])
    return table if table["Too common"].any() else table.drop(columns="Too common")


def _example(bundle: Bundle, skus: tuple[str, ...]) -> str:
    """Return the names of some products, each once; their ids where they have none."""
    names = [product_name(bundle.table.iloc[bundle.row(sku)]) for sku in skus]
    return " · ".join(shorten(name, _LONGEST) for name in dict.fromkeys(names))
