"""Image encoders: a network and the preparation of its images in one ONNX file."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from PIL import Image

from core.common.errors import EncoderError
from core.features.encoders.encoder import Encoder, normalised
from core.features.encoders.preparation import Preparation
from core.features.encoders.trainable import Trainable
from core.onnx import sessions as runtime
from core.onnx.lanes import Feed, Lanes, onnx_lanes, session_lane

BATCH = 8


class ImageEncoder(Encoder):
    """A network that reads images.

    Parameters
    ----------
    name, dim, side, weights_id, bundled, trainable
        As `core.features.encoders.encoder.Encoder` describes them; `side` None takes what the file says.
    onnx_path
        Takes ``input`` float32 (n, 3, side, side), gives float32 (n, dim). ``preparation`` in its metadata
        describes the preparation of images (`core.features.encoders.preparation`); without it, the whole
        image is stretched and pixels go from -1 to 1.

    Attributes
    ----------
    preparation
        How images are prepared.
    """

    modality = "image"
    preprocessing = 1
    precision = "fp32"

    onnx_path: Path

    def __init__(
        self,
        name: str,
        dim: int,
        side: int | None,
        weights_id: str,
        onnx_path: Path,
        *,
        bundled: bool = False,
        trainable: Trainable | None = None,
    ) -> None:
        self.name = name
        self.dim = dim
        self.weights_id = weights_id
        self.onnx_path = Path(onnx_path)
        self.bundled = bundled
        self.trainable = trainable
        self._session = runtime.session(onnx_path, gpu=True)
        stored = self._session.get_modelmeta().custom_metadata_map
        self.preparation = (
            Preparation.from_json(stored["preparation"])
            if "preparation" in stored
            else Preparation(side or 0)
        )
        self.side = self.preparation.edge if side is None else side
        self.revision = stored.get("revision") or None
        self.logit_scale = float(stored["logit_scale"]) if "logit_scale" in stored else None
        square = self.preparation.side
        expected = [[3, square, square], [dim]]
        got = [list(end[0].shape[1:]) for end in (self._session.get_inputs(), self._session.get_outputs())]
        if got != expected:
            raise EncoderError(
                f"encoder '{name}': {onnx_path} is another model: "
                f"expected shapes {expected} in and out, got {got}"
            )
        if self.preparation.edge != self.side:
            raise EncoderError(
                f"encoder '{name}': {onnx_path} is another model: "
                f"expected images of {self.side} pixels, got {self.preparation.edge}"
            )

        self._open_lanes: Callable[[Path], Lanes] | None = None

    def on(self, open_lanes: Callable[[Path], Lanes], precision: str) -> Self:
        """Return this encoder with its ONNX file run by another backend, in `precision`."""
        other = copy.copy(self)
        other._open_lanes, other.precision = open_lanes, precision
        return other

    def prepare(self, image: Image.Image) -> np.ndarray:
        """Return what the model sees of an image: RGB, uint8 (n, n, 3); `encode` takes that as well."""
        return self.preparation.fit(image)

    def visible_box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Return the part of an image of this size that the model sees: left, top, right, bottom, 0 to 1."""
        return self.preparation.visible_box(width, height)

    def encode(self, items: Sequence[Image.Image | np.ndarray]) -> np.ndarray:
        """Return float32 (n, dim), rows of length 1, of images or of what `prepare` returned for them."""
        batches = [items[at : at + BATCH] for at in range(0, len(items), BATCH)]
        parts = [normalised(output) for output in self._lanes(len(batches)).map(self._feed, batches)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dim), np.float32)

    def _feed(self, items: Sequence[Image.Image | np.ndarray]) -> Feed:
        seen = [item if isinstance(item, np.ndarray) else self.prepare(item) for item in items]
        return {"input": self.preparation.scale(seen)}

    def _lanes(self, batches: int) -> Lanes:
        if self._open_lanes is not None:
            return self._open_lanes(self.onnx_path)
        return onnx_lanes(self.onnx_path) if batches > 1 else session_lane(self._session)
