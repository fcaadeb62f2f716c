"""A catalogue once its images are decoded: those that show nothing, or cannot be decoded, count as none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from core.catalogue.account import NO_CONTENT, SetAside, Sieve
from core.catalogue.images.rows import without_images
from core.catalogue.reading import Catalogue


def without_unusable(
    catalogue: Catalogue, failed: Collection[str], empty: Collection[str]
) -> tuple[Catalogue, np.ndarray]:
    """Count unusable images as none, and set rows aside that are left without content.

    Categories stay, however few products they are left with.

    Parameters
    ----------
    catalogue
        As it was read, by the headers of its images.
    failed, empty
        Names of images that cannot be decoded, and of those that show nothing.

    Returns
    -------
    tuple
        The catalogue with its account brought up to date, and the rows of the old one that it keeps, int64.
    """
    table = catalogue.table
    image = table["image"].where(table["has_image"], "")
    is_failed = image.isin(list(failed)).to_numpy(dtype=bool)
    is_empty = image.isin(list(empty)).to_numpy(dtype=bool)
    table = without_images(table, is_failed | is_empty)
    sieve = Sieve()
    table = sieve.keep(table, table["has_text"] | table["has_image"], NO_CONTENT)
    account = replace(
        catalogue.account,
        rows_kept=len(table),
        set_aside=_joined([*catalogue.account.set_aside, *sieve.set_aside]),
        without_text=int((~table["has_text"]).sum()),
        without_image=int((~table["has_image"]).sum()),
        broken_images=catalogue.account.broken_images + int(is_failed.sum()),
        empty_images=int(is_empty.sum()),
    )
    kept = table.index.to_numpy(dtype=np.int64)
    return replace(catalogue, table=table.reset_index(drop=True), account=account), kept


def _joined(entries: Sequence[SetAside]) -> tuple[SetAside, ...]:
    """Return one entry per reason; the first of them has the examples."""
    joined: dict[str, SetAside] = {}
    for entry in entries:
        known = joined.get(entry.reason)
        joined[entry.reason] = replace(known, count=known.count + entry.count) if known else entry
    return tuple(joined.values())
