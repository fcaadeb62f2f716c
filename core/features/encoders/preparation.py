"""The preparation of images for a network: how they are resized, and how pixels become numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from PIL import Image

from core.common.errors import EncoderError

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

LONGEST = 20
"""The aspect ratio from which the ends of a long image are cut off."""

_FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}


@dataclass(frozen=True)
class Preparation:
    """How images are prepared for one network; by default the whole image, pixels from -1 to 1.

    Pillow's filters get wider the more an image is shrunk, so that nothing aliases.

    Attributes
    ----------
    side
        Side in pixels of the square the network takes.
    shorter_edge
        None stretches the whole image to the square. A number keeps its aspect ratio: the shorter edge is
        resized to this many pixels (at least `side`), and the square is cropped from the middle.
    resampling
        ``bicubic`` or ``bilinear``.
    divisor, mean, std
        A value from 0 to 255 becomes ``(value / divisor - mean) / std``, per channel, in the network's order.
    bgr
        Whether the network takes blue first.
    """

    side: int
    shorter_edge: int | None = None
    resampling: str = "bicubic"
    divisor: float = 127.5
    mean: tuple[float, float, float] = (1.0, 1.0, 1.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    bgr: bool = False

    @property
    def edge(self) -> int:
        """Pixels of an image's shorter edge after resizing: decode at least as many."""
        return self.shorter_edge or self.side

    def visible_box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Return the part of an image of this size that `fit` keeps: left, top, right, bottom, 0 to 1."""
        if self.shorter_edge is None:
            return 0.0, 0.0, 1.0, 1.0
        square = min(width, height) * self.side / self.edge
        right, bottom = (0.5 + square / length / 2 for length in (width, height))
        return 1 - right, 1 - bottom, right, bottom

    def fit(self, image: Image.Image) -> np.ndarray:
        """Return the pixels that the network sees: RGB, uint8 (side, side, 3)."""
        if self.shorter_edge is None:
            return np.asarray(fit(image, self.side, self.resampling))
        return np.asarray(_cut(_rgb(image), self.shorter_edge, self.side, self.resampling))

    def scale(self, pixels: Sequence[np.ndarray]) -> np.ndarray:
        """Return the network's input for results of `fit`: float32 (n, 3, side, side)."""
        stacked = np.stack(pixels)
        if self.bgr:
            stacked = stacked[..., ::-1]
        scaled = np.ascontiguousarray(stacked.transpose(0, 3, 1, 2), dtype=np.float32)
        scaled /= self.divisor
        scaled -= np.asarray(self.mean, np.float32)[:, None, None]
        scaled /= np.asarray(self.std, np.float32)[:, None, None]
        return scaled

    def to_json(self) -> str:
        """Return the preparation as text, for an ONNX file's metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Preparation:
        """Read what `to_json` wrote.

        Raises
        ------
        EncoderError
            If `text` is anything else.
        """
        try:
            stored: dict[str, Any] = json.loads(text)
            fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()}
            preparation = cls(**fields)
            is_valid = preparation.edge >= preparation.side > 0 and preparation.resampling in _FILTERS
            is_valid = is_valid and len(preparation.mean) == len(preparation.std) == 3
        except (AttributeError, TypeError, ValueError):
            is_valid = False
        if not is_valid:
            raise EncoderError(
                f"expected the preparation of images as this version writes it, got {text[:200]!r}"
            )
        return preparation


def fit(image: Image.Image, side: int, resampling: str = "bicubic") -> Image.Image:
    """Return the whole image as RGB of `side` x `side` pixels, stretched to a square; nothing is cut off.

    Training and serving both use this.
    """
    image = _rgb(image)
    return image if image.size == (side, side) else image.resize((side, side), _FILTERS[resampling])


def _rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")


def _cut(image: Image.Image, edge: int, side: int, resampling: str) -> Image.Image:
    """Resize the shorter edge of an image to `edge` pixels and return the middle square of `side` pixels.

    As in torchvision and transformers, the longer edge and the margins are rounded down to whole pixels.
    """
    shorter = min(image.size)
    if max(image.size) > LONGEST * shorter:
        # Only the middle is used: without this, an image a few pixels high would become huge.
        image = _middle(image, *(min(length, LONGEST * shorter) for length in image.size))
    width, height = (edge * length // shorter for length in image.size)
    return _middle(image.resize((width, height), _FILTERS[resampling]), side, side)


def _middle(image: Image.Image, width: int, height: int) -> Image.Image:
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
