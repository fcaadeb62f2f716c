"""MobileNet with Keras's ImageNet weights, of width 1 (1024 numbers) and 0.75 (768).

Howard et al. 2017, https://arxiv.org/abs/1704.04861; https://keras.io/api/applications/mobilenet/
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import EncoderError
from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import weights
from core.features.encoders.encoder import EncoderEntry, Weights
from core.features.encoders.image import ImageEncoder
from core.features.encoders.trainable import Trainable
from core.onnx.export import cached_export

if TYPE_CHECKING:
    import keras

SIDE = 224
URL = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/"
NAMES = {1.0: "mobilenet", 0.75: "mobilenet-0.75"}
FILES = {1.0: "mobilenet_1_0_224_tf_no_top.h5", 0.75: "mobilenet_7_5_224_tf_no_top.h5"}
WIDTHS = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
"""Output channels of the 13 depthwise-separable blocks at width 1; the first convolution has 32."""


def find(alpha: float, named: Path | None) -> Weights | None:
    """Look for weights: the file the user named, ``artifacts/encoder/``, Keras's cache."""
    if named is not None:
        return Weights(weights.named(NAMES[alpha], named))
    own = weights.ARTIFACTS / FILES[alpha]
    if own.is_file():
        return Weights(own, bundled=True)
    cached = weights.keras_cache() / FILES[alpha]
    return Weights(cached) if cached.is_file() else None


def load(alpha: float, named: Path | None, progress: Progress) -> ImageEncoder:
    """Load MobileNet; weights that are not on this machine are downloaded into Keras's cache.

    Weights that the user names determine the width: ``mobilenet`` with weights of width 0.75 loads the
    encoder ``mobilenet-0.75`` with 768 numbers.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or cannot be found or downloaded.
    """
    source = find(alpha, named)
    if source is None:
        target = weights.keras_cache() / FILES[alpha]
        source = Weights(weights.fetch_file(NAMES[alpha], URL + FILES[alpha], target, progress))
    accepted = tuple(NAMES) if alpha == 1.0 and named is not None else (alpha,)
    alpha = width_of(source.path, accepted)
    name = NAMES[alpha]
    weights_id = file_id(source.path)
    builder = f"{__name__}:build"
    onnx_path = cached_export(
        name, weights_id, "network", source.path, builder, str(alpha), progress=progress
    )
    trainable = Trainable.of("keras_network", source.path, builder, str(alpha))
    return ImageEncoder(
        name, int(1024 * alpha), SIDE, weights_id, onnx_path, bundled=source.bundled, trainable=trainable
    )


def build(alpha: str) -> keras.Model:
    """Build MobileNet of width `alpha`, untrained and average-pooled, in the data format Keras is set to."""
    import keras

    first = keras.config.image_data_format() == "channels_first"
    return keras.applications.MobileNet(
        alpha=float(alpha),
        include_top=False,
        pooling="avg",
        input_shape=(3, SIDE, SIDE) if first else (SIDE, SIDE, 3),
        weights=None,
    )


def width_of(file: Path, accepted: tuple[float, ...]) -> float:
    """Return which of the `accepted` widths the weights in an HDF5 file have.

    Raises
    ------
    EncoderError
        If none of them; the error names the expected and the actual arrays.
    """
    got = weights.hdf5_shapes(NAMES[accepted[0]], file)
    for alpha in accepted:
        if got == shapes(alpha):
            return alpha
    wanted = " or ".join(_kernels(shapes(alpha)) for alpha in accepted)
    raise EncoderError(
        f"encoder '{NAMES[accepted[0]]}': {file} holds another model's weights: "
        f"expected {wanted} (MobileNet without its top), got {_kernels(got)}"
    )


def shapes(alpha: float) -> Counter[tuple[int, ...]]:
    """Return how often each array shape occurs in MobileNet of width `alpha` without its top."""
    channels = [int(width * alpha) for width in (32, *WIDTHS)]
    counts = Counter({(3, 3, 3, channels[0]): 1, (channels[0],): 4})
    for before, after in pairwise(channels):
        # Depthwise and pointwise kernels, each followed by the four arrays of a batch normalisation.
        counts.update([(3, 3, before, 1), (1, 1, before, after)] + [(before,)] * 4 + [(after,)] * 4)
    return counts


def _kernels(counts: Counter[tuple[int, ...]]) -> str:
    """Describe arrays by their number, the first kernel and the largest one."""
    kernels = [shape for shape in counts if len(shape) > 1]
    if not kernels:
        return f"{counts.total()} arrays without kernels"
    first = min(kernels, key=lambda shape: shape[-2])
    return (
        f"{counts.total()} arrays, kernels {first} to {max(kernels, key=lambda shape: shape[-2] * shape[-1])}"
    )


ENTRIES = tuple(
    EncoderEntry(
        name=NAMES[alpha],
        modality="image",
        dim=int(1024 * alpha),
        licence="Apache-2.0",
        size_mb=size_mb,
        origin=f"{FILES[alpha]} from keras.applications",
        find=partial(find, alpha),
        factory=partial(load, alpha),
    )
    for alpha, size_mb in ((1.0, 17), (0.75, 8))
)
