"""How the owner of a table wants it to be read, as options of the library and of the command line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.catalogue.read_options import ReadOptions

LEVELS = {None: "Whole path", 1: "Top level", 2: "Second level", 3: "Third level", -1: "Last level"}
"""Level of a category path -> what people call it."""


@dataclass(frozen=True)
class Choices:
    """What the owner of a table says about it; what is not said is recognised.

    Attributes
    ----------
    columns
        Field -> the column it is read from, "" for none.
    category
        The column of the category, "" for the recognised one.
    level
        Of category paths, one of `LEVELS`.
    encoding, sheet
        Of a text file, and of a workbook; "" for the recognised ones.
    minimum
        Products that a category needs to be kept; None for what fits the format.
    keep_placeholders
        Whether "Uncategorized" and the like are categories, too.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    category: str = ""
    level: int | None = None
    encoding: str = ""
    sheet: str = ""
    minimum: int | None = None
    keep_placeholders: bool = False

    @property
    def label(self) -> str | None:
        """The category's column with its level, as ``--label`` takes it."""
        if not self.category:
            return None
        return self.category if self.level is None else f"{self.category}@{self.level}"

    def read_options(self) -> ReadOptions:
        """Return the choices as the library takes them."""
        return ReadOptions(
            label=self.label,
            columns=dict(self.columns) or None,
            encoding=self.encoding or None,
            sheet=self.sheet or None,
            keep_placeholders=self.keep_placeholders,
        )

    def arguments(self) -> list[str]:
        """Return the choices as the command line takes them."""
        pairs = io.StringIO()
        csv.writer(pairs).writerow(f"{name}={each}" for name, each in self.columns.items())
        given = {
            "--columns": pairs.getvalue().removesuffix("\r\n") if self.columns else "",
            "--label": self.label or "",
            "--encoding": self.encoding,
            "--sheet": self.sheet,
            "--minimum": "" if self.minimum is None else str(self.minimum),
        }
        # In one word: a value may begin with a dash.
        words = [f"{name}={value}" for name, value in given.items() if value]
        return [*words, *(["--keep-placeholders"] if self.keep_placeholders else [])]
