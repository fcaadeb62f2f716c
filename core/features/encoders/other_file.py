"""An encoder whose network is in another file: trained further, or in 8 bits."""

from __future__ import annotations

from pathlib import Path

from core.common.files import file_id
from core.features.encoders.encoder import Encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder


def from_other_file(encoder: Encoder, name: str, file: Path) -> Encoder:
    """Return a text or image encoder like another one, whose network is in `file`."""
    if isinstance(encoder, ImageEncoder):
        return ImageEncoder(name, encoder.dim, encoder.side, file_id(file), file)
    return TextEncoder(name, encoder.dim, file_id(file), file)
