"""The known ways a product table is written: one registry, name -> format.

A new format is one file with its `FORMAT`, and the file's name in `MODULES`.
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
"""Files of this folder; the `FORMAT` of each is one way a table is written."""

FORMATS: dict[str, Format] = {
    format.name: format
    for format in (import_module(f"core.catalogue.formats.{module}").FORMAT for module in MODULES)
}
"""Every format there is."""


def get_format(name: str, columns: Mapping[str, str] | None = None) -> Format:
    """Return the format called `name`, to read a table whose columns the user has named in `columns`, if any.

    Raises
    ------
    CatalogueError
        When there is none, the message lists the known ones; or when its columns cannot be named.
    """
    if name not in FORMATS:
        raise CatalogueError(f"unknown format {name!r}: expected one of {', '.join(FORMATS)}")
    if columns and FORMATS[name].labels:
        raise CatalogueError(f"--columns works with the formats csv and parquet only, not with {name}")
    return FORMATS[name]
