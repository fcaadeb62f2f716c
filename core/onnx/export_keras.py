"""Export Keras models to ONNX; runs in `core.onnx.export_process`, on Keras's torch backend."""

from __future__ import annotations

import importlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from core.onnx.onnx_graph import fold_constants, fold_padding, trace

if TYPE_CHECKING:
    import keras
    import torch


def export_keras(source: str, target: str) -> None:
    """Export a ``.keras`` file."""
    import keras

    use_torch_layers()
    trace_keras(keras.models.load_model(source, compile=False), target)


def export_network(source: str, target: str, builder: str, *arguments: str) -> None:
    """Export a Keras image network from its weights, with channels first (`load_network`)."""
    trace_keras(load_network(source, builder, *arguments), target)
    fold_constants(target)
    fold_padding(target)


def load_network(source: str, builder: str, *arguments: str) -> keras.Model:
    """Load a Keras image network from its weights, with channels first, on torch's layers.

    ONNX and torch expect channels first, so the graph needs no transposes. The weights are the same in both
    layouts.

    Parameters
    ----------
    source
        Keras weights (HDF5, old or new format).
    builder, arguments
        ``module:function`` that builds the network without weights, in the layout Keras is set to, and its
        arguments as text.
    """
    import keras

    use_torch_layers()
    keras.config.set_image_data_format("channels_first")
    module, _, function = builder.partition(":")
    model = getattr(importlib.import_module(module), function)(*arguments)
    with tempfile.TemporaryDirectory() as folder:
        model.load_weights(named_copy(source, folder))
    return model


def named_copy(source: str, folder: str) -> Path:
    """Copy an HDF5 file of weights under a name by whose ending Keras tells its two formats apart."""
    import h5py

    with h5py.File(source) as file:
        old = "layer_names" in file.attrs
    named = Path(folder, "network.h5" if old else "network.weights.h5")
    shutil.copyfile(source, named)
    return named


def use_torch_layers() -> None:
    """Make Keras's layers call torch's own functions, which have matching ONNX operators.

    Keras implements batch normalisation, padding and capped ReLU with elementary operations and casts, which
    ONNX Runtime cannot fold into the convolutions.
    """
    import keras
    import torch
    from torch.nn import functional

    def normalise(self: keras.layers.BatchNormalization, inputs: torch.Tensor, **_: object) -> torch.Tensor:
        gamma = self.gamma.value if self.scale else None
        beta = self.beta.value if self.center else None
        # torch normalises axis 1; moved as for a convolution, the two moves between them cancel out
        axis = self.axis % inputs.dim()
        result = functional.batch_norm(
            inputs.movedim(axis, 1),
            self.moving_mean.value,
            self.moving_variance.value,
            gamma,
            beta,
            eps=self.epsilon,
        )
        return result.movedim(1, axis)

    def pad(self: keras.layers.ZeroPadding2D, inputs: torch.Tensor) -> torch.Tensor:
        (top, bottom), (left, right) = self.padding
        channels = (0, 0) if self.data_format == "channels_last" else ()
        return functional.pad(inputs, (*channels, left, right, top, bottom))

    keras_layer_norm = keras.layers.LayerNormalization.call

    def normalise_last(self: keras.layers.LayerNormalization, inputs: torch.Tensor) -> torch.Tensor:
        is_last = list(self.axis) in ([-1], [inputs.dim() - 1])
        if not is_last or not self.scale or self.rms_scaling:
            return keras_layer_norm(self, inputs)
        # Keras takes the number of channels from the input, which a trace does not know.
        beta = self.beta.value if self.center else None
        return functional.layer_norm(inputs, tuple(self.gamma.shape), self.gamma.value, beta, self.epsilon)

    keras_relu = keras.layers.ReLU.call

    def rectify(self: keras.layers.ReLU, inputs: torch.Tensor) -> torch.Tensor:
        if self.negative_slope or self.threshold:
            return keras_relu(self, inputs)
        return torch.clamp(inputs, 0, self.max_value)

    keras.layers.BatchNormalization.call = normalise
    keras.layers.LayerNormalization.call = normalise_last
    keras.layers.ZeroPadding2D.call = pad
    keras.layers.ReLU.call = rectify


def trace_keras(model: keras.Model, target: str) -> None:
    """Export a Keras model (torch backend) in inference mode; its input is called ``input``."""
    import torch

    trace(inference(model), (torch.zeros((2, *model.input_shape[1:])),), target, {"input": {0: "batch"}})


def inference(model: keras.Model) -> torch.nn.Module:
    """Return a Keras model (torch backend) as a torch module, in inference mode."""
    import torch

    class Inference(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.model(inputs, training=False)

    return Inference()
