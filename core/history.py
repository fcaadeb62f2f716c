"""The products classified one by one in a session: a short list, the newest first."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST = 24
MOST_BYTES = 1 << 26
"""Of all their pictures together."""


@dataclass(frozen=True)
class Entry:
    """A product and its answer.

    Attributes
    ----------
    key
        What was asked and of which bundle: the same product has the same key.
    bundle
        The bundle's fingerprint.
    name, description, picture
        What was given.
    small
        A JPEG of the picture, None where there is none.
    example
        The example it was taken from, "" where it was none.
    category, confidence, needs_review
        The answer.
    """

    key: str
    bundle: str
    name: str
    description: str
    picture: bytes | None = field(repr=False)
    small: bytes | None = field(repr=False)
    example: str
    category: str
    confidence: float
    needs_review: bool


def remembered(
    entries: tuple[Entry, ...], entry: Entry, *, most: int = MOST, most_bytes: int = MOST_BYTES
) -> tuple[Entry, ...]:
    """Return the list with `entry` at its head; one that is in it already stays where it is.

    The oldest make room: at most `most` entries, whose pictures have at most `most_bytes` together. The
    newest is always kept.
    """
    if any(old.key == entry.key for old in entries):
        return entries
    kept, size = [entry], len(entry.picture or b"")
    for old in entries[: most - 1]:
        size += len(old.picture or b"")
        if size > most_bytes:
            break
        kept.append(old)
    return tuple(kept)
