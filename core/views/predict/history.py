"""The products classified one by one in a session: a short list, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.views.display_names import MODALITY_NAMES
from core.views.predict.product_input import ProductInput

if TYPE_CHECKING:
    import pandas as pd

MOST = 24
MOST_BYTES = 1 << 26
"""Of all their images together."""


def review_status(needs_review: bool) -> str:
    """Return the name of an answer's status."""
    return "Needs review" if needs_review else "Accepted"


@dataclass(frozen=True)
class Entry:
    """A product and its answer.

    Attributes
    ----------
    bundle
        Fingerprint of the bundle whose models answered.
    product
        What was classified.
    thumbnail
        Its image as a small JPEG, None where there is none.
    category, confidence, needs_review, modality
        The answer, and the input it was given for.
    """

    bundle: str
    product: ProductInput
    thumbnail: bytes | None = field(repr=False)
    category: str
    confidence: float
    needs_review: bool
    modality: str

    @property
    def key(self) -> str:
        """The product and the bundle: the same product has the same key."""
        return f"{self.bundle} {self.product.digest}"

    @property
    def status(self) -> str:
        """Whether the answer needs review."""
        return review_status(self.needs_review)


def remembered(
    entries: tuple[Entry, ...], entry: Entry, *, most: int = MOST, most_bytes: int = MOST_BYTES
) -> tuple[Entry, ...]:
    """Return the list with `entry` at its head; one that is in it already stays where it is.

    The oldest make room: at most `most` entries, whose images have at most `most_bytes` together. The
    newest is always kept.
    """
    if any(old.key == entry.key for old in entries):
        return entries
    kept, size = [entry], len(entry.product.image or b"")
    for old in entries[: most - 1]:
        size += len(old.product.image or b"")
        if size > most_bytes:
            break
        kept.append(old)
    return tuple(kept)


def history_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """List the entries for a file, a row each."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Name": [entry.product.name for entry in entries],
            "Description": [entry.product.description for entry in entries],
            "Id": [entry.product.example for entry in entries],
            "Input": [MODALITY_NAMES[entry.modality] for entry in entries],
            "Category": [entry.category for entry in entries],
            "Confidence": [round(entry.confidence, 5) for entry in entries],
            "Status": [entry.status for entry in entries],
        }
    )
