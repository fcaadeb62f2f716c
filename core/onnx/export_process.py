"""What runs in the process that `core.onnx.export` starts: frameworks in, ONNX files out.

Keras models are traced on Keras's torch backend, which reads the files of every backend. All are traced the
same way, by torch's TorchScript exporter, and come out with float32 inputs and outputs of any batch size.
"""

from __future__ import annotations

import importlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import CoreError
from core.onnx.export import REFUSED
from core.onnx.tracing import add_metadata, fold_constants, fold_padding, trace
from core.onnx.transformers_models import export_clip_image, export_clip_text, export_vision, load

if TYPE_CHECKING:
    import keras
    import torch


def export_keras(source: str, target: str) -> None:
    """Write a ``.keras`` file."""
    import keras

    make_keras_layers_plain()
    trace_keras(keras.models.load_model(source, compile=False), target)


def export_network(source: str, target: str, builder: str, *arguments: str) -> None:
    """Write a Keras network for images from its weights, channels first.

    ONNX and torch lay images out channels first: so no transposes are left in the graph. The weights are
    the same.

    Parameters
    ----------
    source, target
        Keras weights (HDF5, old format or new), and the ONNX file to write.
    builder, arguments
        ``module:function`` that builds the network without weights, in the layout Keras is set to, and what
        it is called with, as text.
    """
    import h5py
    import keras

    make_keras_layers_plain()
    keras.config.set_image_data_format("channels_first")
    module, _, function = builder.partition(":")
    model = getattr(importlib.import_module(module), function)(*arguments)
    with h5py.File(source) as file:
        old = "layer_names" in file.attrs
    with tempfile.TemporaryDirectory() as folder:
        # Keras tells its two formats apart by the file's ending, which may be anything here.
        named = Path(folder, "network.h5" if old else "network.weights.h5")
        shutil.copyfile(source, named)
        model.load_weights(named)
    trace_keras(model, target)
    fold_constants(target)
    fold_padding(target)


def export_sentence_encoder(source: str, target: str) -> None:
    """Write a BERT-like folder with mean pooling, not normalised, its tokenizer in the metadata."""
    import torch

    # BERT's pooler reads the first token alone: it is not used, and some checkpoints have none.
    model = load("AutoModel", str(Path(source, "model.safetensors")), add_pooling_layer=False)

    class MeanPooled(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
            return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)

    ids = torch.ones((2, 8), dtype=torch.int64)
    free = {0: "batch", 1: "tokens"}
    trace(MeanPooled(), (ids, ids), target, {"input_ids": free, "attention_mask": free})
    add_metadata(target, {"tokenizer": Path(source, "tokenizer.json").read_text(encoding="utf-8")})


def export_int8(source: str, target: str) -> None:
    """Write an ONNX file with the weights of its matrix products in 8 bits, a scale for each column."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Without shape inference, which asks for a folder of its own and is not needed for matrix products.
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def make_keras_layers_plain() -> None:
    """Let Keras's layers call torch's own functions, for which ONNX has operators.

    Keras spells batch normalisation, padding and capped ReLU out in elementary operations with casts between
    them; ONNX Runtime cannot fold those into the convolutions.
    """
    import keras
    import torch
    from torch.nn import functional

    def normalise(self: keras.layers.BatchNormalization, inputs: torch.Tensor, **_: object) -> torch.Tensor:
        gamma = self.gamma.value if self.scale else None
        beta = self.beta.value if self.center else None
        # torch normalises axis 1
        axis = self.axis % inputs.dim()
        result = functional.batch_norm(
            inputs.transpose(1, axis) if axis != 1 else inputs,
            self.moving_mean.value,
            self.moving_variance.value,
            gamma,
            beta,
            eps=self.epsilon,
        )
        return result.transpose(1, axis) if axis != 1 else result

    def pad(self: keras.layers.ZeroPadding2D, inputs: torch.Tensor) -> torch.Tensor:
        (top, bottom), (left, right) = self.padding
        channels = (0, 0) if self.data_format == "channels_last" else ()
        return functional.pad(inputs, (*channels, left, right, top, bottom))

    spelled_out = keras.layers.ReLU.call

    def rectify(self: keras.layers.ReLU, inputs: torch.Tensor) -> torch.Tensor:
        if self.negative_slope or self.threshold:
            return spelled_out(self, inputs)
        return torch.clamp(inputs, 0, self.max_value)

    keras.layers.BatchNormalization.call = normalise
    keras.layers.ZeroPadding2D.call = pad
    keras.layers.ReLU.call = rectify


def trace_keras(model: keras.Model, target: str) -> None:
    """Write a Keras model (torch backend) as it infers; its input is called ``input``."""
    import torch

    class Inference(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.model(inputs, training=False)

    trace(Inference(), (torch.zeros((2, *model.input_shape[1:])),), target, {"input": {0: "batch"}})


EXPORTERS: dict[str, Callable[..., None]] = {
    "clip_image": export_clip_image,
    "clip_text": export_clip_text,
    "int8": export_int8,
    "keras": export_keras,
    "network": export_network,
    "sentence_encoder": export_sentence_encoder,
    "vision": export_vision,
}
"""Kind -> function of source, target and whatever further arguments it takes."""


def main(metadata: str, kind: str, source: str, target: str, *arguments: str) -> None:
    """Write an ONNX file with `metadata` (a JSON object of texts) besides the exporter's own."""
    try:
        EXPORTERS[kind](source, target, *arguments)
    except CoreError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    if added := json.loads(metadata):
        add_metadata(target, added)


if __name__ == "__main__":
    main(*sys.argv[1:])
