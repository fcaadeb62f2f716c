"""Registry of layouts, by name.

To add one, write a module with a `LAYOUT` and add the module's name to `MODULES`.
"""

from __future__ import annotations

from importlib import import_module

from core.catalogue.layouts.layout import Layout
from core.catalogue.layouts.plain import LAYOUT as PLAIN
from core.catalogue.layouts.plain import NAMES, plain_format
from core.catalogue.read_options import AUTO
from core.catalogue.sources.raw import Columns, RawTable
from core.common.errors import CatalogueError

MODULES = (
    "shopify",
    "woocommerce",
    "magento",
    "yandex",
    "merchant",
    "flipkart",
    "fashion",
    "bestbuy",
    "amazon",
    "huggingface",
    "images",
)
"""Modules of this package in the order in which tables are recognised; each defines a `LAYOUT`."""

LAYOUTS: dict[str, Layout] = {
    **{
        layout.name: layout
        for layout in (import_module(f"core.catalogue.layouts.{module}").LAYOUT for module in MODULES)
    },
    **dict.fromkeys(NAMES, PLAIN),
}
"""All layouts, by name; plain tables have several."""


def get_layout(name: str) -> Layout:
    """Return the layout called `name`.

    Raises
    ------
    CatalogueError
        If there is none; the message lists them.
    """
    if name not in LAYOUTS:
        raise CatalogueError(f"unknown format {name!r}: expected one of {', '.join((AUTO, *LAYOUTS))}")
    return LAYOUTS[name]


def recognise_layout(raw: RawTable, sample: Columns) -> Layout:
    """Return the first layout that a table looks like; a plain one if it looks like none."""
    known = (layout for layout in LAYOUTS.values() if layout is not PLAIN)
    return next((layout for layout in known if layout.recognise(raw, sample)), PLAIN)


def format_of(layout: Layout, raw: RawTable) -> str:
    """Return the name of a table's format."""
    return plain_format(raw) if layout is PLAIN else layout.name
