"""What became of a table's products: the doubtful ones first on screen, all in place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.common.spreadsheet import table_csv

if TYPE_CHECKING:
    from core.catalogue.reading import Chunk

NOTHING = "nothing"
NOT_FOUND = "picture not in the zip"
BROKEN = "image cannot be opened"
ADDED = (
    *("predicted", "confidence", "predicted_text", "confidence_text"),
    *("predicted_image", "confidence_image", "needs_review", "rests_on", "note"),
)
"""Columns a file gets in addition to its own."""


def judged(chunk: Chunk, frame: pd.DataFrame, modalities: Sequence[str]) -> pd.DataFrame:
    """Put a chunk's products and their predictions together.

    Parameters
    ----------
    chunk
        Products as `core.catalogue.upload.read_chunk` returns them.
    frame
        What `Predictor.predict_frame` says of them.
    modalities
        Those of the bundle.

    Returns
    -------
    DataFrame
        `frame` and: name (str), picture (str, the file's name, "" where none opens), rests_on ("text +
        picture", "text", "picture" or "nothing"), note (str: what is wrong with its picture, "" where nothing
        is or pictures do not matter).
    """
    text = (frame["predicted_text"] != "").to_numpy()
    image = (frame["predicted_image"] != "").to_numpy()
    found = chunk.table["has_image"].to_numpy(dtype=bool)
    named = (chunk.table["image"] != "").to_numpy()
    matters = "image" in modalities and len(chunk.images) > 0
    broken = found & ~image & matters
    return frame.assign(
        name=chunk.table["name"].to_numpy(dtype=object),
        picture=np.where(found & ~broken, chunk.table["image"].to_numpy(dtype=object), ""),
        rests_on=np.select([text & image, text, image], ["text + image", "text", "picture"], NOTHING),
        note=np.select([broken, named & ~found & matters], [BROKEN, NOT_FOUND], ""),
    )


@dataclass(frozen=True, eq=False)
class Results:
    """The classified products of a table.

    Attributes
    ----------
    rows
        As `judged` lays them out, in the table's order.
    source
        The same products as the user's own columns have them.
    """

    rows: pd.DataFrame
    source: pd.DataFrame

    @classmethod
    def of(cls, parts: Sequence[pd.DataFrame], table: pd.DataFrame) -> Results:
        """Put parts together; of `table` only the rows that are done are kept."""
        rows = pd.concat(list(parts), ignore_index=True)
        return cls(rows, table.iloc[: len(rows)].reset_index(drop=True))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def to_check(self) -> int:
        """Products a person should look at."""
        return int(self.rows["needs_review"].sum())

    @property
    def sure(self) -> int:
        """Products nobody has to look at."""
        return len(self) - self.to_check

    @property
    def repeated(self) -> int:
        """Products whose id was there before."""
        return int(self.rows["sku"].duplicated().sum())

    @property
    def remarks(self) -> list[str]:
        """What the user should know of the table, a short sentence each."""
        counts = {
            "with nothing to go by: they get the most common category": (
                self.rows["rests_on"] == NOTHING
            ).sum(),
            "whose picture is not in the zip": (self.rows["note"] == NOT_FOUND).sum(),
            "whose image cannot be opened": (self.rows["note"] == BROKEN).sum(),
            "with an id that was there before: all are classified": self.repeated,
        }
        return [
            f"{count:,} product{'' if count == 1 else 's'} {what}." for what, count in counts.items() if count
        ]

    def by_doubt(self, *, only_to_check: bool = False) -> pd.DataFrame:
        """Return the rows, the most doubtful first, indexed by their place in the table, from 0.

        First those that rest on nothing, then those to check, then the rest, each the least confident first.
        """
        rows = self.rows[self.rows["needs_review"]] if only_to_check else self.rows
        order = np.lexsort((rows["confidence"], ~rows["needs_review"], rows["rests_on"] != NOTHING))
        return rows.iloc[order]

    def by_category(self) -> pd.DataFrame:
        """Count the products of each category, and those of them to check, the largest first."""
        found = self.rows.groupby("predicted")["needs_review"].agg(["size", "sum"]).astype("int64")
        found = found.sort_values("size", ascending=False, kind="stable").reset_index()
        return found.set_axis(["Category", "Products", "To check"], axis=1)

    def csv(self) -> bytes:
        """Return the user's own columns and `ADDED` as CSV, in the table's order.

        Cells a spreadsheet would run get an apostrophe; plain numbers (-5) stay. An added column whose name
        the table uses itself gets a ``_new`` at its end.
        """
        added = self.rows[list(ADDED)].copy()
        shares = [name for name in ADDED if name.startswith("confidence")]
        added[shares] = added[shares].astype("float64").round(6)
        taken = {name.lower() for name in self.source.columns}
        added.columns = [_free(name, taken) for name in added.columns]
        return table_csv(pd.concat([self.source, added], axis=1), keep_numbers=True)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_new"
    return name
