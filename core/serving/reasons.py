"""Why an answer needs review, in the words that pages, files and programs share."""

from __future__ import annotations

from collections.abc import Iterable

LOW_CONFIDENCE = "low confidence"
UNLIKE = "unlike this catalogue"
DISAGREE = "text and image disagree"
NO_USABLE_IMAGE = "no usable image"
UNKNOWN_LANGUAGE = "unknown language"
MEANINGLESS = "meaningless text"
NOTHING = "nothing given"
UNTESTED = "untested category"

REASONS = (
    *(LOW_CONFIDENCE, UNLIKE, DISAGREE, NO_USABLE_IMAGE),
    *(UNKNOWN_LANGUAGE, MEANINGLESS, NOTHING, UNTESTED),
)
"""All reasons, in the order in which they are listed."""


def joined(reasons: Iterable[str]) -> str:
    """Return reasons as a file has them: in their order, separated by ``; ``; "" for none."""
    given = set(reasons)
    return "; ".join(reason for reason in REASONS if reason in given)
