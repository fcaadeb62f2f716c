"""A table's classified products: those that need review first on screen, all in their order in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from core.catalogue.reading import Chunk

NOTHING = "nothing"
NOT_FOUND = "image not in the zip"
BROKEN = "image cannot be opened or shows nothing"
NO_CATEGORY = "no category"
"""What stands for the category of products with neither text nor image."""


def results_frame(chunk: Chunk, predictions: pd.DataFrame, modalities: Sequence[str]) -> pd.DataFrame:
    """Put a chunk's products and their predictions together.

    Parameters
    ----------
    chunk
        Products as `core.catalogue.upload.read_chunk` returns them.
    predictions
        Theirs, from `Predictor.predict_frame`.
    modalities
        Those of the bundle.

    Returns
    -------
    DataFrame
        `predictions` and: name (str), image (str: the file's name, "" where none opens), rests_on ("text +
        image", "text", "image" or "nothing"), note (str: what is wrong with its image, "" where nothing is or
        images do not matter).
    """
    text = (predictions["predicted_text"] != "").to_numpy()
    image = (predictions["predicted_image"] != "").to_numpy()
    found = chunk.table["has_image"].to_numpy(dtype=bool)
    named = (chunk.table["image"] != "").to_numpy()
    matters = "image" in modalities and len(chunk.images) > 0
    broken = found & ~image & matters
    return predictions.assign(
        name=chunk.table["name"].to_numpy(dtype=object),
        image=np.where(found & ~broken, chunk.table["image"].to_numpy(dtype=object), ""),
        rests_on=np.select([text & image, text, image], ["text + image", "text", "image"], NOTHING),
        note=np.select([broken, named & ~found & matters], [BROKEN, NOT_FOUND], ""),
    )


@dataclass(frozen=True, eq=False)
class Results:
    """The classified products of a table.

    Attributes
    ----------
    rows
        As `results_frame` lays them out, in the table's order.
    """

    rows: pd.DataFrame

    @classmethod
    def of(cls, parts: Sequence[pd.DataFrame]) -> Results:
        """Put parts together."""
        return cls(pd.concat(list(parts), ignore_index=True))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def repeated(self) -> int:
        """How many products have an id that an earlier one has, too."""
        return int(self.rows["sku"].duplicated().sum())

    @property
    def remarks(self) -> list[str]:
        """What the user should know about the table, in short sentences."""
        counts = {
            "without text or image: they get no category": (self.rows["rests_on"] == NOTHING).sum(),
            "whose image is not in the zip": (self.rows["note"] == NOT_FOUND).sum(),
            "whose image cannot be opened or shows nothing": (self.rows["note"] == BROKEN).sum(),
            "with the id of an earlier one: all are classified": self.repeated,
        }
        return [
            f"{count:,} product{'' if count == 1 else 's'} {what}." for what, count in counts.items() if count
        ]

    def for_review(self) -> pd.DataFrame:
        """Return the rows in the order of a review, indexed by their position in the table, from 0.

        First those that rest on nothing, then those that need review, then all others; within each, the least
        confident first.
        """
        rows = self.rows
        order = np.lexsort((rows["confidence"], ~rows["needs_review"], rows["rests_on"] != NOTHING))
        return rows.iloc[order]

    def by_category(self) -> pd.DataFrame:
        """Count the products of each category, and how many of them need review; the largest first."""
        named = self.rows["predicted"].replace("", NO_CATEGORY)
        counts = self.rows.groupby(named)["needs_review"].agg(["size", "sum"]).astype("int64")
        counts = counts.sort_values("size", ascending=False, kind="stable").reset_index()
        return counts.set_axis(["Category", "Products", "Need review"], axis=1)
