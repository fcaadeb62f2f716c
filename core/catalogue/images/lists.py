"""Cells that name several images, and the column in which a product's images are kept."""

from __future__ import annotations

import json
from collections.abc import Sequence


def packed(images: Sequence[str]) -> str:
    """Return a product's images as the column ``images`` keeps them: a JSON list, "" for fewer than two."""
    return json.dumps(images, ensure_ascii=False) if len(images) > 1 else ""


def unpacked(image: str, images: str) -> tuple[str, ...]:
    """Return a product's images from the columns ``image`` and ``images``."""
    return tuple(json.loads(images)) if images else (image,) if image else ()
