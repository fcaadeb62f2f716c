"""Registry of table formats, by name.

To add a format, write a module with a `FORMAT` and add the module's name to `MODULES`.
"""

from collections.abc import Mapping
from importlib import import_module

from core.catalogue.formats.format import Format
from core.common.errors import CatalogueError

MODULES = (
    "flipkart",
    "fashion",
    "bestbuy",
    "table",
    "parquet",
)
"""Modules of this package; each defines a `FORMAT`."""

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (import_module(f"core.catalogue.formats.{module}").FORMAT for module in MODULES)
}
"""All formats, by name."""


def get_format(name: str, columns: Mapping[str, str] | None = None) -> Format:
    """Return the format called `name`; `columns` are the columns that the user has named, if any.

    Raises
    ------
    CatalogueError
        If there is no such format (the message lists them), or its columns cannot be named.
    """
    if name not in FORMATS:
        raise CatalogueError(f"unknown format {name!r}: expected one of {', '.join(FORMATS)}")
    if columns and FORMATS[name].labels:
        raise CatalogueError(f"--columns works with the formats csv and parquet only, not with {name}")
    return FORMATS[name]
