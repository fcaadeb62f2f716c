"""Image encoders: the picture fitted to the square the model sees, and the network in one ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from core import runtime
from core.encoders.base import normalised
from core.errors import EncoderError

BATCH = 8


def fit(picture: Image.Image, side: int) -> Image.Image:
    """Return the whole picture as RGB of `side` x `side` pixels: its shape is stretched, nothing is cut off.

    Bicubic, with a filter as wide as the picture is shrunk (Pillow's way), so that nothing aliases. Training
    and serving both come here.
    """
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    return picture if picture.size == (side, side) else picture.resize((side, side), Image.Resampling.BICUBIC)


class ImageEncoder:
    """A network for pictures with pixels from -1 to 1, as Keras's MobileNet takes them.

    Parameters
    ----------
    name, dim, side, weights_id, bundled
        As `core.encoders.base.Encoder` describes them.
    onnx_path
        Takes ``input`` float32 (n, 3, side, side), gives float32 (n, dim).
    """

    modality = "image"
    preprocessing = 1

    def __init__(
        self, name: str, dim: int, side: int, weights_id: str, onnx_path: Path, *, bundled: bool = False
    ) -> None:
        self.name = name
        self.dim = dim
        self.side = side
        self.weights_id = weights_id
        self.onnx_path = Path(onnx_path)
        self.bundled = bundled
        self._session = runtime.session(onnx_path)
        expected = [[3, side, side], [dim]]
        got = [list(end[0].shape[1:]) for end in (self._session.get_inputs(), self._session.get_outputs())]
        if got != expected:
            raise EncoderError(
                f"encoder '{name}': {onnx_path} is another model: "
                f"expected shapes {expected} in and out, got {got}"
            )

    def prepare(self, picture: Image.Image) -> Image.Image:
        """Return what the model sees of a picture; `encode` does so too, unless it is done already."""
        return fit(picture, self.side)

    def encode(self, items: Sequence[Image.Image]) -> np.ndarray:
        """Return float32 (n, dim), rows of length 1."""
        parts = [self._encode_batch(items[at : at + BATCH]) for at in range(0, len(items), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dim), np.float32)

    def _encode_batch(self, pictures: Sequence[Image.Image]) -> np.ndarray:
        pixels = np.stack([np.asarray(self.prepare(picture)) for picture in pictures])
        # As keras.applications.mobilenet.preprocess_input does, here channels first.
        scaled = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2), dtype=np.float32)
        scaled /= 127.5
        scaled -= 1.0
        return normalised(self._session.run(None, {"input": scaled})[0])
