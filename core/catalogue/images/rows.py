"""The images of a catalogue's rows: the columns ``image``, ``images`` and what is known of the first one.

``image`` is the product's image that is shown and compared, ``images`` a JSON list of all its images, that
one first, where it has several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.catalogue.images.lists import packed, unpacked

if TYPE_CHECKING:
    from core.catalogue.images.facts import ImageFacts


def product_images(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the names of each product's images, the first one before the others."""
    columns = (table[column] for column in ("image", "images", "has_image"))
    return [unpacked(image, images) if has else () for image, images, has in zip(*columns, strict=True)]


def with_images(
    table: pd.DataFrame, chosen: Sequence[tuple[str, ...]], facts: Mapping[str, ImageFacts | None]
) -> pd.DataFrame:
    """Return a catalogue's table in which the products have these images.

    Parameters
    ----------
    table
        The products; one that has none keeps the name in ``image``.
    chosen
        Of each product: names of images that can be opened, the first one before the others.
    facts
        Of the first ones.
    """
    first = [facts[names[0]] if names else None for names in chosen]
    index = table.index
    return table.assign(
        image=pd.Series(
            [names[0] if names else old for names, old in zip(chosen, table["image"], strict=True)],
            index,
            dtype="str",
        ),
        images=pd.Series([packed(names) for names in chosen], index, dtype="str"),
        has_image=np.array([each is not None for each in first], dtype=bool),
        image_digest=pd.Series([each.digest if each else "" for each in first], index, dtype="str"),
        image_width=np.array([each.width if each else 0 for each in first], dtype=np.int64),
        image_height=np.array([each.height if each else 0 for each in first], dtype=np.int64),
    )


def that_open(
    images: Sequence[tuple[str, ...]],
    facts: Mapping[str, ImageFacts | None],
    but: frozenset[str] = frozenset(),
) -> list[tuple[str, ...]]:
    """Return the images of each product that can be opened, equal ones once.

    Parameters
    ----------
    images
        Names of each product's images.
    facts
        Of all of them.
    but
        Digests of images that count as none.
    """
    opened: list[tuple[str, ...]] = []
    for names in images:
        first: dict[str, str] = {}
        for name in names:
            each = facts[name]
            if each is not None and each.digest not in but:
                first.setdefault(each.digest, name)
        opened.append(tuple(first.values()))
    return opened
