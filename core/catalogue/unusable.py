"""A catalogue once its images are decoded: those that show nothing, or cannot be decoded, count as none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.catalogue.account import NO_CONTENT, SetAside, Sieve
from core.catalogue.images.facts import ImageFacts, image_facts
from core.catalogue.images.rows import product_images, with_images
from core.catalogue.reading import Catalogue

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.images.files import ImageFiles


def without_unusable(
    catalogue: Catalogue,
    failed: Collection[str],
    empty: Collection[str],
    content: np.ndarray | None = None,
) -> tuple[Catalogue, np.ndarray]:
    """Count unusable images as none, and set rows aside that are left without content.

    The first image that is left is the one that is shown and compared. Categories stay, however few products
    they are left with.

    Parameters
    ----------
    catalogue
        As it was read, by the headers of its images.
    failed, empty
        Names of images that cannot be decoded, and of those that show nothing.
    content
        bool (n,): rows that have something to learn from besides text and image.

    Returns
    -------
    tuple
        The catalogue with its account brought up to date, and the rows of the old one that it keeps, int64.
    """
    listed = product_images(catalogue.table)
    unusable = {*failed, *empty}
    counts = Counter(name for names in listed for name in names if name in unusable)
    table = catalogue.table
    if counts:
        usable = [tuple(name for name in names if name not in unusable) for names in listed]
        table = _with_first(table, usable, listed, catalogue.images)
    sieve = Sieve()
    more = False if content is None else content
    table = sieve.keep(table, table["has_text"] | table["has_image"] | more, NO_CONTENT)
    account = replace(
        catalogue.account,
        rows_kept=len(table),
        set_aside=_joined([*catalogue.account.set_aside, *sieve.set_aside]),
        without_text=int((~table["has_text"]).sum()),
        without_image=int((~table["has_image"]).sum()),
        broken_images=catalogue.account.broken_images + sum(counts[name] for name in set(failed)),
        empty_images=sum(counts[name] for name in set(empty)),
    )
    kept = table.index.to_numpy(dtype=np.int64)
    return replace(catalogue, table=table.reset_index(drop=True), account=account), kept


def _with_first(
    table: pd.DataFrame,
    usable: Sequence[tuple[str, ...]],
    before: Sequence[tuple[str, ...]],
    images: ImageFiles,
) -> pd.DataFrame:
    """Return the table in which the products have these images; what is known of the first ones is kept."""
    columns = (table[column] for column in ("image_digest", "image_width", "image_height"))
    facts: dict[str, ImageFacts | None] = {
        names[0]: ImageFacts(*known) for names, *known in zip(before, *columns, strict=True) if names
    }
    new = [names[0] for names in usable if names and names[0] not in facts]
    return with_images(table, usable, facts | image_facts(new, images))


def _joined(entries: Sequence[SetAside]) -> tuple[SetAside, ...]:
    """Return one entry per reason; the first of them has the examples."""
    joined: dict[str, SetAside] = {}
    for entry in entries:
        known = joined.get(entry.reason)
        joined[entry.reason] = replace(known, count=known.count + entry.count) if known else entry
    return tuple(joined.values())
