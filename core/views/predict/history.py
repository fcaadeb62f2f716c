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
"""Of all their pictures together."""


@dataclass(frozen=True)
class Entry:
    """A product and its answer.

    Attributes
    ----------
    bundle
        Fingerprint of the bundle that was asked.
    asked
        The product.
    small
        A JPEG of its picture, None where there is none.
    category, confidence, needs_review, modality
        The answer, and what it rests on.
    """

    bundle: str
    asked: ProductInput
    small: bytes | None = field(repr=False)
    category: str
    confidence: float
    needs_review: bool
    modality: str

    @property
    def key(self) -> str:
        """What was asked and of which bundle: the same product has the same key."""
        return f"{self.bundle} {self.asked.digest}"

    @property
    def verdict(self) -> str:
        """What becomes of the answer, as a button's or a table's cell has it."""
        return "Please check" if self.needs_review else "Sure"


def remembered(
    entries: tuple[Entry, ...], entry: Entry, *, most: int = MOST, most_bytes: int = MOST_BYTES
) -> tuple[Entry, ...]:
    """Return the list with `entry` at its head; one that is in it already stays where it is.

    The oldest make room: at most `most` entries, whose pictures have at most `most_bytes` together. The
    newest is always kept.
    """
    if any(old.key == entry.key for old in entries):
        return entries
    kept, size = [entry], len(entry.asked.picture or b"")
    for old in entries[: most - 1]:
        size += len(old.asked.picture or b"")
        if size > most_bytes:
            break
        kept.append(old)
    return tuple(kept)


def history_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """Lay out the list for a file, a row each."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Name": [entry.asked.name for entry in entries],
            "Description": [entry.asked.description for entry in entries],
            "Id": [entry.asked.example for entry in entries],
            "Input": [MODALITY_NAMES[entry.modality] for entry in entries],
            "Category": [entry.category for entry in entries],
            "Confidence": [round(entry.confidence, 5) for entry in entries],
            "Verdict": [entry.verdict for entry in entries],
        }
    )
