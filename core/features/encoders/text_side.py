"""The text encoder that shares an image encoder's space, such as the text side of CLIP."""

from __future__ import annotations

from core.common.errors import EncoderError
from core.common.kept_files import is_whole
from core.features.encoders.encoder import Encoder
from core.features.encoders.registry import ENCODERS, get_encoder, load_encoder
from core.features.encoders.text import TextEncoder
from core.onnx.export import cached_path


def load_text_side(encoder: Encoder) -> Encoder | None:
    """Load the text encoder whose vectors share a space with an image encoder's; None if there is none.

    Raises
    ------
    EncoderError
        If its weights cannot be found, or differ from those the image encoder was made from.
    """
    entry = ENCODERS.get(encoder.name)
    if entry is None or entry.text_side is None:
        return None
    side = get_encoder(entry.text_side, "text")
    # Both sides are exported together, so the weights themselves may be gone by now.
    exported = cached_path(side.name, encoder.weights_id)
    if is_whole(exported):
        return TextEncoder(side.name, side.dim, encoder.weights_id, exported, bundled=encoder.bundled)
    text_encoder = load_encoder(side.name)
    if text_encoder.weights_id != encoder.weights_id:
        raise EncoderError(
            f"encoder '{side.name}': expected weights {encoder.weights_id} like '{encoder.name}', "
            f"got {text_encoder.weights_id}"
        )
    return text_encoder
