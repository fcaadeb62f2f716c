"""`compact`, our own image encoder: its weights come with the code, so images work offline.

A MobileNet v1 body (Howard et al. 2017, https://arxiv.org/abs/1704.04861) of width 0.75 that reads 120 x 120
pixels instead of 224 x 224: a quarter of the multiplications for the same 1.8 million weights. Unlike
MobileNet's, the pooled features are centred and scaled per dimension, so that cosines tell images apart and
linear heads need no scaler. How it was trained: artifacts/encoder/MODEL_CARD.md.
"""

from __future__ import annotations

from collections import Counter
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

NAME = "compact"
SIDE = 120  # 112 to 126 pixels give the same 7 x 7 and 3 x 3 maps in the later, more expensive half
DIM = 768
WEIGHTS = Path(__file__).resolve().parents[3] / "artifacts" / "encoder" / "compact.weights.h5"

STEM = 24
BLOCKS = (
    (48, 1),
    (96, 2),
    (96, 1),
    (192, 2),
    (192, 1),
    (384, 2),
    (384, 1),
    (384, 1),
    (384, 1),
    (384, 1),
    (384, 1),
    (768, 2),
    (768, 1),
)
"""Output channels and stride of each depthwise-separable block."""


def find(named: Path | None) -> Weights | None:
    """Look for weights: the file the user named, then the one that comes with the code."""
    if named is not None:
        return Weights(weights.named(NAME, named))
    return Weights(WEIGHTS, bundled=True) if WEIGHTS.is_file() else None


def load(named: Path | None, progress: Progress) -> ImageEncoder:
    """Load `compact`; nothing is ever downloaded, so `progress` is not used.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or are missing from the installation.
    """
    source = find(named)
    if source is None:
        raise EncoderError(
            f"encoder '{NAME}': {WEIGHTS} is missing; it comes with the code, restore it from there"
        )
    _check(source.path)
    weights_id = file_id(source.path)
    builder = f"{__name__}:build_compact"
    onnx_path = cached_export(NAME, weights_id, "network", source.path, builder)
    trainable = Trainable.of("keras_network", source.path, builder)
    return ImageEncoder(NAME, DIM, SIDE, weights_id, onnx_path, bundled=source.bundled, trainable=trainable)


def shapes() -> Counter[tuple[int, ...]]:
    """Return how often each array shape occurs in the weights."""
    counts = Counter({(3, 3, 3, STEM): 1, (STEM,): 4, (DIM,): 4})
    before = STEM
    for after, _ in BLOCKS:
        # Depthwise and pointwise kernels, each followed by the four arrays of a batch normalisation.
        counts.update([(3, 3, before, 1), (1, 1, before, after)] + [(before,)] * 4 + [(after,)] * 4)
        before = after
    return counts


def _check(file: Path) -> None:
    import h5py

    got: Counter[tuple[int, ...]] = Counter()

    def count(_: str, item: object) -> None:
        # The file may also hold the optimizer's state; only the layers belong to the network.
        if isinstance(item, h5py.Dataset) and item.name.startswith("/layers/"):
            got[item.shape] += 1

    try:
        with h5py.File(file) as content:
            content.visititems(count)
    except OSError:
        raise EncoderError(
            f"encoder '{NAME}': expected Keras weights in an HDF5 file (.weights.h5), but {file} is not one"
        ) from None
    wanted = shapes()
    if got != wanted:
        different = sorted((wanted - got) + (got - wanted))[:3]
        raise EncoderError(
            f"encoder '{NAME}': {file} holds another model's weights: expected {wanted.total()} arrays, "
            f"got {got.total()}; shapes with another count: {', '.join(map(str, different))}"
        )


def build_compact() -> keras.Model:
    """Build the network, untrained.

    Returns
    -------
    keras.Model
        float32 images (n, 120, 120, 3), or (n, 3, 120, 120) where Keras is set to channels first,
        RGB scaled to [-1, 1], to float32 features (n, 768), centred, not yet of unit length.
    """
    import keras
    from keras import layers

    first = keras.config.image_data_format() == "channels_first"
    axis = 1 if first else -1

    def normalised(x: keras.KerasTensor) -> keras.KerasTensor:
        return layers.ReLU(6.0)(layers.BatchNormalization(axis=axis)(x))

    def padded(x: keras.KerasTensor, stride: int) -> keras.KerasTensor:
        # A stride of two pads below and right only, as the warm-start weights were trained.
        return layers.ZeroPadding2D(((0, 1), (0, 1)))(x) if stride == 2 else x

    images = keras.Input((3, SIDE, SIDE) if first else (SIDE, SIDE, 3), name="images")
    x = normalised(layers.Conv2D(STEM, 3, strides=2, use_bias=False)(padded(images, 2)))
    for channels, stride in BLOCKS:
        same = "same" if stride == 1 else "valid"
        x = layers.DepthwiseConv2D(3, strides=stride, padding=same, use_bias=False)(padded(x, stride))
        x = normalised(layers.Conv2D(channels, 1, use_bias=False)(normalised(x)))
    x = layers.GlobalAveragePooling2D()(x)
    features = layers.BatchNormalization(name="features")(x)
    return keras.Model(images, features, name="compact")


ENTRIES = (
    EncoderEntry(
        name=NAME,
        modality="image",
        dim=DIM,
        licence="Apache-2.0",
        size_mb=7.6,
        origin="comes with the code: artifacts/encoder/compact.weights.h5",
        find=find,
        factory=load,
        learned=WEIGHTS.with_name("learned_pictures.npy"),
    ),
)
