"""What the catalogue holds: categories, products, texts, images, prices, gaps, duplicates and faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.common.escaping import markdown
from core.ui import address, loaders
from core.ui.dataset.categories import categories
from core.ui.dataset.duplicates import duplicates
from core.ui.dataset.faults import faults
from core.ui.dataset.images import images
from core.ui.dataset.missing import missing
from core.ui.dataset.prices import prices
from core.ui.dataset.products import products
from core.ui.dataset.texts import texts
from core.ui.page import page
from core.ui.parts import empty, metrics
from core.views.dataset import measures

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.views.selection import Selection

Tab = Callable[["Bundle", "Selection", "pd.DataFrame"], None]
TABS: dict[str, Tab] = {
    "Categories": categories,
    "Products": products,
    "Texts": texts,
    "Images": images,
    "Prices": prices,
    "Missing": missing,
    "Duplicates": duplicates,
    "Faults": faults,
}
FIRST = "Categories"


def show(bundle: Bundle, selection: Selection) -> None:
    """Draw the page."""
    table = loaders.short_columns(bundle, selection)
    if not selection.is_whole:
        count = f"{len(table):,} of {len(bundle.table):,} products"
        st.info(
            f"**{markdown(selection.products)}**: {count}. Filtered in the sidebar.",
            icon=":material/filter_alt:",
        )
    if table.empty:
        empty("No matching products", "Choose other categories or another split in the sidebar.")
        return
    metrics(
        {
            "Products": f"{len(table):,}",
            "Categories": f"{table['category'].nunique():,}",
            "With text": f"{table['has_text'].mean():.1%}",
            "With image": f"{table['has_image'].mean():.1%}",
        }
    )
    names = [name for name in TABS if name != "Prices" or measures.has_prices(bundle.table)]
    key = f"dataset-{'-'.join(names)}"
    address.restore("tab", key, {name: name for name in names}, FIRST)
    tabs = st.tabs(names, on_change="rerun", key=key)
    for tab, name in zip(tabs, names, strict=True):
        if tab.open:  # the others cost nothing until somebody looks at them
            address.write("tab", key, name, FIRST)
            with tab:
                TABS[name](bundle, selection, table)


page(
    "Dataset",
    "What the catalogue holds: categories, texts, images, gaps and likely faults.",
    show,
    filtered_by=("categories", "part"),
)
