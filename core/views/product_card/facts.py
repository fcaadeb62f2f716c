"""What a catalogue says of one product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue.values.texts import plain
from core.taxonomy.products import product_paths
from core.views.fields import FIELD_NAMES, missing_mask
from core.views.formatting import PATH, shorten

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

LONGEST = 2000
"""Characters of a description that are shown: as many as models read."""
_SHOWN_APART = ("name", "description", "has_image")


def category_path(bundle: Bundle, row: int) -> str:
    """Return the levels above a product's category, and the category where they do not end with it."""
    levels = product_paths(bundle.table.iloc[[row]])[0]
    category = str(bundle.table["category"].iat[row])
    if not levels:
        return category
    path = PATH.join(levels)
    return path if category in (path, levels[-1]) or category in levels else f"{path} ({category})"


def description(bundle: Bundle, row: int) -> str:
    """Return a product's description as plain text, "" where it has none."""
    return shorten(plain(str(bundle.table["description"].iat[row] or "")), LONGEST)


def other_fields(bundle: Bundle, row: int) -> dict[str, str]:
    """Return name -> value of what else the catalogue says of a product, where it says something."""
    one = bundle.table.iloc[[row]]
    values = {}
    for column, name in FIELD_NAMES.items():
        if column in one.columns and column not in _SHOWN_APART and not missing_mask(one, column)[0]:
            value = one[column].iat[0]
            values[name] = f"{value:,.2f}" if isinstance(value, float) else str(value)
    return values
