"""A product that a program asks about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from core.catalogue.images.files import ImageFiles
from core.catalogue.reading import Chunk
from core.catalogue.text import product_text


@dataclass(frozen=True)
class Question:
    """A product, and what is wanted to be known of it.

    Attributes
    ----------
    sku, name, description
        As in a catalogue's table; "" for none.
    image
        The file's bytes; None for none.
    top
        How many categories to rank.
    wanted_precision
        The share of right answers wanted among those that need no review, in (0, 1); None for the bundle's.
    """

    sku: str = ""
    name: str = ""
    description: str = ""
    image: bytes | None = field(default=None, repr=False)
    top: int = 5
    wanted_precision: float | None = None

    @property
    def text(self) -> str:
        """Name and description as the encoders read them; "" where there is nothing to read."""
        return product_text(self.name, self.description)


def chunk_of(questions: Sequence[Question]) -> Chunk:
    """Return products as the rows of a table, so that they are read as `predict` reads a table's."""
    files = ImageFiles(None)
    images = ["" if each.image is None else files.keep(each.image) for each in questions]
    table = pd.DataFrame(
        {
            "sku": pd.Series([each.sku for each in questions], dtype="str"),
            "name": pd.Series([each.name for each in questions], dtype="str"),
            "description": pd.Series([each.description for each in questions], dtype="str"),
            "image": pd.Series(images, dtype="str"),
            "images": pd.Series([""] * len(questions), dtype="str"),
            "has_image": [bool(image) for image in images],
        }
    )
    return Chunk(table, files)
