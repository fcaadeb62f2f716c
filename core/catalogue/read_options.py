"""How a user wants a table to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

AUTO = "auto"
"""The format of tables that are recognised by themselves."""


@dataclass(frozen=True)
class ReadAs:
    """How the table of a bundle was read.

    Attributes
    ----------
    format
        The name of its layout.
    label
        The column of the category, with its level if one was asked for.
    columns
        Field -> column, or columns where several make one field; {} in bundles from before it was recorded.
    """

    format: str
    label: str
    columns: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class ReadOptions:
    """How to read a table; what is not given is recognised.

    Attributes
    ----------
    format
        A name in `core.catalogue.layouts.registry.LAYOUTS`, or "auto".
    label
        The category's column, with or without a level: ``category@1`` is the top, ``category@-1`` the last.
    columns
        The columns that the user names.
    as_bundle
        How a bundle's table was read: so is this one, where the user does not say otherwise.
    encoding, sheet
        Of a text file; of a workbook, a database or a JSON file with several lists.
    join, on
        A second table, whose columns are added to rows with the same cell in the column `on`.
    addresses
        A column of image addresses to add to the result, as ``address``.
    keep_placeholders
        Whether "Uncategorized" and the like are categories, too.
    most_workbook
        Bytes that a workbook may unpack to, as it is held in memory; None for those of any zip.
    """

    format: str = AUTO
    label: str | None = None
    columns: Mapping[str, str] | None = None
    as_bundle: ReadAs | None = None
    encoding: str | None = None
    sheet: str | None = None
    join: Path | None = None
    on: str | None = None
    addresses: str | None = None
    keep_placeholders: bool = False
    most_workbook: int | None = None
