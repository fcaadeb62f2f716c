"""ResNet, DenseNet and Inception with Keras's ImageNet weights: no top, the mean over the last map.

- ResNet50 and ResNet101, 2048 numbers: He et al. 2015, https://arxiv.org/abs/1512.03385
- DenseNet121 and DenseNet169, 1024 and 1664 numbers: Huang et al. 2017, https://arxiv.org/abs/1608.06993
- Inception v3, 2048 numbers from 299 x 299 pixels: Szegedy et al. 2015, https://arxiv.org/abs/1512.00567

Files and pixel ranges are those of https://keras.io/api/applications/; licences are those of the original
weights, as named in Keras's documentation. The whole image is stretched to a square.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import EncoderError
from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import weights
from core.features.encoders.encoder import EncoderEntry, Weights
from core.features.encoders.image import ImageEncoder
from core.features.encoders.preparation import IMAGENET_MEAN, IMAGENET_STD, Preparation
from core.features.encoders.trainable import Trainable
from core.onnx.export import cached_export

if TYPE_CHECKING:
    import keras

URL = "https://storage.googleapis.com/tensorflow/keras-applications/"
ENDING = "_weights_tf_dim_ordering_tf_kernels_notop.h5"

# The three modes of Keras's preprocess_input; the means of the first are those of Caffe's ImageNet networks.
CAFFE = Preparation(224, divisor=1, mean=(103.939, 116.779, 123.68), bgr=True)
TORCH = Preparation(224, divisor=255, mean=IMAGENET_MEAN, std=IMAGENET_STD)
TF = Preparation(299)

BSD = "BSD-3-Clause"


@dataclass(frozen=True)
class Application:
    """A network of ``keras.applications``.

    Attributes
    ----------
    name
        The encoder's.
    builder
        Its name in Keras.
    dim
        Numbers per image.
    parameters
        How many numbers its weights hold, without the top: enough to tell it from any other.
    preparation
        How images are prepared.
    place
        The part of its weights' address between `URL` and `ENDING`.
    licence
        Of its weights.
    size_mb
        Of the file.
    """

    name: str
    builder: str
    dim: int
    parameters: int
    preparation: Preparation
    place: str
    licence: str
    size_mb: float

    @property
    def url(self) -> str:
        """Where the weights can be downloaded."""
        return f"{URL}{self.place}{ENDING}"

    @property
    def file(self) -> str:
        """Name of the file in Keras's cache."""
        return self.url.rpartition("/")[2]


APPLICATIONS = {
    one.name: one
    for one in (
        Application("resnet50", "ResNet50", 2048, 23_587_712, CAFFE, "resnet/resnet50", "MIT", 95),
        Application("resnet101", "ResNet101", 2048, 42_658_176, CAFFE, "resnet/resnet101", "MIT", 171),
        Application("densenet121", "DenseNet121", 1024, 7_037_504, TORCH, "densenet/densenet121", BSD, 29),
        Application("densenet169", "DenseNet169", 1664, 12_642_880, TORCH, "densenet/densenet169", BSD, 52),
        Application(
            "inceptionv3", "InceptionV3", 2048, 21_802_784, TF, "inception_v3/inception_v3", "Apache-2.0", 88
        ),
    )
}
"""Name of the encoder -> network."""


def find(application: Application, named: Path | None) -> Weights | None:
    """Look for weights: the file the user named, ``artifacts/encoder/``, Keras's cache."""
    if named is not None:
        return Weights(weights.named(application.name, named))
    own = weights.ARTIFACTS / application.file
    if own.is_file():
        return Weights(own, bundled=True)
    cached = weights.keras_cache() / application.file
    return Weights(cached) if cached.is_file() else None


def load(application: Application, named: Path | None, progress: Progress) -> ImageEncoder:
    """Load a network; weights that are not on this machine are downloaded into Keras's cache.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or cannot be found or downloaded.
    """
    name = application.name
    source = find(application, named)
    if source is None:
        target = weights.keras_cache() / application.file
        source = Weights(weights.fetch_file(name, application.url, target, progress))
    check(application, source.path)
    weights_id = file_id(source.path)
    metadata = {"preparation": application.preparation.to_json()}
    onnx_path = cached_export(
        name,
        weights_id,
        "network",
        source.path,
        f"{__name__}:build",
        name,
        metadata=metadata,
        progress=progress,
    )
    return ImageEncoder(
        name,
        application.dim,
        application.preparation.edge,
        weights_id,
        onnx_path,
        bundled=source.bundled,
        trainable=Trainable.of("keras_network", source.path, f"{__name__}:build", name),
    )


def check(application: Application, file: Path) -> None:
    """Check that an HDF5 file holds as many numbers as a network has.

    Raises
    ------
    EncoderError
        If not; the error names the expected and the actual count.
    """
    shapes = weights.hdf5_shapes(application.name, file)
    got = sum(count * prod(shape) for shape, count in shapes.items())
    if got != application.parameters:
        raise EncoderError(
            f"encoder '{application.name}': {file} holds another model's weights: "
            f"expected {application.parameters:,} numbers ({application.builder} without its top), "
            f"got {got:,} in {shapes.total()} arrays"
        )


def build(name: str) -> keras.Model:
    """Build a network, untrained and average-pooled, in the data format Keras is set to."""
    import keras

    application = APPLICATIONS[name]
    side = application.preparation.side
    layout = keras.config.image_data_format()
    # Keras cannot build DenseNet channels first, so it is built channels last and copied.
    is_copied = layout == "channels_first" and application.builder.startswith("DenseNet")
    if is_copied:
        keras.config.set_image_data_format("channels_last")
    last = keras.config.image_data_format() == "channels_last"
    network = getattr(keras.applications, application.builder)(
        include_top=False,
        pooling="avg",
        input_shape=(side, side, 3) if last else (3, side, side),
        weights=None,
    )
    keras.config.set_image_data_format(layout)
    return channels_first(network) if is_copied else network


def channels_first(network: keras.Model) -> keras.Model:
    """Return an untrained copy of a network that takes images channels first.

    The shapes and the order of the weights stay the same.
    """
    import keras

    def copied(layer: keras.Layer) -> keras.Layer:
        config = layer.get_config()
        if "data_format" in config:
            config["data_format"] = "channels_first"
        if isinstance(layer, keras.layers.BatchNormalization | keras.layers.Concatenate):
            config["axis"] = 1
        return type(layer).from_config(config)

    height, width, channels = network.input_shape[1:]
    images = keras.Input((channels, height, width))
    return keras.models.clone_model(network, input_tensors=images, clone_function=copied)


ENTRIES = tuple(
    EncoderEntry(
        name=one.name,
        modality="image",
        dim=one.dim,
        licence=one.licence,
        size_mb=one.size_mb,
        origin=f"{one.file} from keras.applications",
        find=partial(find, one),
        factory=partial(load, one),
    )
    for one in APPLICATIONS.values()
)
