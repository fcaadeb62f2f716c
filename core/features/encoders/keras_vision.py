"""Export a network of ``keras.applications``, with its preparation, checked against Keras itself.

Runs in the process of `core.onnx.export_process`, on Keras's torch backend. Size and preparation come from
the network's own module: its default input shape and its ``preprocess_input``. The vector is what it gives
without its top and with ``pooling="avg"``. Images are stretched to a square, as for the networks of
`core.features.encoders.keras_applications`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from core.common.errors import EncoderError
from core.features.encoders.hub_vision import first_line, three
from core.features.encoders.keras_by_name import PREFIX, applications
from core.features.encoders.preparation import Preparation, fit
from core.features.encoders.vision_export import export_checked
from core.onnx.export_keras import named_copy, use_torch_layers

if TYPE_CHECKING:
    import keras
    import torch
    from PIL import Image

USUAL_SIDE = 224
"""Of networks whose default input has any size."""
INSIDE = ("Rescaling", "Normalization")
"""Layers by which a network prepares pixels itself."""
CHANGED, DECIMALS = 1e-5, 4
"""Largest share of another channel in a prepared one that is rounding; decimals of means that are not."""
Preprocess = Callable[[np.ndarray], np.ndarray]


class _AskedFor(Exception):
    """Raised in place of a download."""


def write_address(source: str, target: str) -> None:
    """Write file name and address of the weights that Keras would download for a network."""

    def ask(fname: str, origin: str, **_: object) -> Path:
        raise _AskedFor(fname, origin)

    try:
        _trained(source, ask)
    except _AskedFor as asked:
        Path(target).write_text(json.dumps(dict(zip(("file", "url"), asked.args, strict=True))), "utf-8")


def export(source: str, target: str, name: str) -> None:
    """Export a network of ``keras.applications`` with the weights in an HDF5 file.

    Raises
    ------
    EncoderError
        The weights are another network's, or its preparation is not one that `Preparation` has.
    """
    builder = name.removeprefix(f"{PREFIX}/")
    with TemporaryDirectory() as folder:
        try:
            model = _trained(builder, lambda *_, **__: named_copy(source, folder))
        except Exception as error:
            # Each format raises its own; what they say is what the user needs to know.
            raise EncoderError(f"{name}: {source} does not hold its weights: {first_line(error)}") from None
    _export(name, model, applications()[builder], target)


def export_saved(source: str, target: str, name: str) -> None:
    """Export a network of ``keras.applications`` that was saved whole.

    Raises
    ------
    EncoderError
        It cannot be loaded without code of its own, is none of ``keras.applications``, or has its top.
    """
    import keras

    try:
        model = keras.models.load_model(source, compile=False)
    except Exception as error:
        raise EncoderError(f"{name}: Keras cannot load it: {first_line(error)}") from None
    module = module_of(name, model.name)
    inside = any(_prepares(layer) for layer in model.layers)
    if _is_identity(_preprocess(module)) and not inside:
        raise EncoderError(
            f"{name}: expected a network that prepares pixels itself, as {module} does, got one without "
            f"{' or '.join(INSIDE)}"
        )
    _export(name, _vectors_of(name, model), module, target)


def module_of(name: str, own_name: str) -> str:
    """Return which module of ``keras.applications`` a network is from, by the name Keras gave it.

    Raises
    ------
    EncoderError
        It is from none of them.
    """
    known = {_letters(module): module for module in applications().values()}
    known |= {_letters(builder): module for builder, module in applications().items()}
    fitting = [prefix for prefix in known if _letters(own_name).startswith(prefix)]
    if not fitting:
        families = ", ".join(sorted(set(applications().values())))
        raise EncoderError(f"{name}: expected a network called as in {families}; got {own_name!r}")
    return known[max(fitting, key=len)]


def preparation_of(name: str, preprocess: Preprocess, side: int) -> Preparation:
    """Return what a ``preprocess_input`` does to pixels, found by trying it on black and on pure colours.

    Raises
    ------
    EncoderError
        It mixes channels.
    """
    black = preprocess(np.zeros((1, 1, 3), np.float32)).ravel().astype(np.float64)
    pure = [preprocess(255 * row.reshape(1, 1, 3)).ravel() - black for row in np.eye(3, dtype=np.float32)]
    effect = np.stack(pure) / 255
    bgr = bool(abs(effect[0, 2]) > abs(effect[0, 0]))
    own = effect[::-1] if bgr else effect
    scale = np.diag(own)
    if not (scale > 0).all() or np.abs(own - np.diag(scale)).max() > CHANGED * scale.max():
        raise EncoderError(f"{name}: its preparation of images is not one that Product Lens has: it mixes")
    mean, std = (three(np.round(each, DECIMALS).tolist()) for each in (0.0 - black / scale, 1 / scale))
    return Preparation(side, divisor=1, mean=mean, std=std, bgr=bgr)


def _trained(builder: str, get_file: Callable[..., Path]) -> keras.Model:
    """Build a network as Keras does for its ImageNet weights; `get_file` takes the place of a download.

    Some networks differ with these weights: EfficientNet rescales once more.
    """
    import keras
    from keras.src.utils import file_utils

    build = getattr(keras.applications, builder)
    side = int(build(weights=None).input_shape[1] or USUAL_SIDE)
    file_utils.get_file = get_file
    return build(include_top=False, pooling="avg", input_shape=(side, side, 3), weights="imagenet")


def _export(name: str, model: keras.Model, module: str, target: str) -> None:
    import torch

    shape = model.input_shape
    if len(shape) != 4 or shape[1] is None or shape[1] != shape[2] or shape[3] != 3:
        raise EncoderError(f"{name}: expected square RGB images of a fixed size, got {shape[1:]}")
    side, preprocess = int(shape[1]), _preprocess(module)

    def prepare(image: Image.Image) -> torch.Tensor:
        pixels = preprocess(np.array(fit(image, side), np.float32))
        return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32))

    use_torch_layers()
    export_checked(name, _channels_first(model), preparation_of(name, preprocess, side), prepare, target)


def _channels_first(model: keras.Model) -> torch.nn.Module:
    """Return a network that takes images channels first, as ONNX does, whatever its own layers take."""
    import torch

    class ChannelsFirst(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return self.model(pixels.permute(0, 2, 3, 1), training=False)

    return ChannelsFirst()


def _vectors_of(name: str, model: keras.Model) -> keras.Model:
    """Return a saved network with the mean over its last map, if it does not give that itself."""
    import keras

    last = type(model.layers[-1]).__name__
    if len(model.output_shape) == 4:
        return keras.Model(model.inputs, keras.layers.GlobalAveragePooling2D()(model.output))
    if len(model.output_shape) != 2 or last in ("Dense", "Activation", "Reshape", "Softmax"):
        raise EncoderError(
            f"{name}: expected a network saved with include_top=False, got one that ends in {last}"
        )
    return model


def _preprocess(module: str) -> Preprocess:
    return lambda pixels: _module(module).preprocess_input(pixels.copy(), data_format="channels_last")


def _module(module: str) -> Any:
    return import_module(f"keras.applications.{module}")


def _is_identity(preprocess: Preprocess) -> bool:
    pixels = np.array([[[10.0, 100.0, 200.0]]], np.float32)
    return bool(np.array_equal(preprocess(pixels), pixels))


def _prepares(layer: Any) -> bool:
    return type(layer).__name__ in INSIDE or any(map(_prepares, getattr(layer, "layers", ())))


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
