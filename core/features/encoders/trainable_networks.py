"""Builders of trainable networks; only the process that trains imports torch through them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from core.features.encoders.trainable import TrainableNetwork

if TYPE_CHECKING:
    import keras
    import torch


def sentence_network(source: str) -> TrainableNetwork:
    """Make a BERT-like sentence encoder with mean pooling from its folder."""
    from core.onnx.export_transformers import mean_pooled

    return network_of(mean_pooled(source))


def vision_network(source: str, pooling: str) -> TrainableNetwork:
    """Make an image network of transformers (`core.onnx.export_transformers.pooled_vision`)."""
    from core.onnx.export_transformers import pooled_vision

    return network_of(pooled_vision(source, pooling))


def efficientnet_lite(source: str, number: str) -> TrainableNetwork:
    """Make EfficientNet-Lite 0, 1 or 2."""
    from core.onnx.efficientnet_lite import load_network

    return network_of(load_network(source, int(number)))


def keras_network(source: str, builder: str, *arguments: str) -> TrainableNetwork:
    """Make a Keras image network on Keras's torch backend (`core.onnx.export_keras.load_network`)."""
    from core.onnx.export_keras import inference, load_network

    model = load_network(source, builder, *arguments)
    return TrainableNetwork(inference(model), _keras_blocks(model))


def network_of(module: torch.nn.Module) -> TrainableNetwork:
    """Find the blocks of a torch module: members of its lists of like modules, such as transformer layers.

    Raises
    ------
    ValueError
        It has no such list.
    """
    parameters = list(module.parameters())
    place = {id(parameter): number for number, parameter in enumerate(parameters)}
    starts = sorted({min(place[id(p)] for p in block.parameters()) for block in _repeated(module)})
    if not starts:
        raise ValueError(f"expected a network of repeated blocks, got {type(module).__name__}")
    ends = [*sorted({0, *starts}), len(parameters)]
    return TrainableNetwork(module, tuple(tuple(parameters[start:end]) for start, end in pairwise(ends)))


def _repeated(module: torch.nn.Module) -> list[torch.nn.Module]:
    """Return the members of the innermost lists whose members are alike and made of several modules."""
    from torch import nn

    found: list[nn.Module] = []
    for each in module.modules():
        members = list(each) if isinstance(each, nn.ModuleList | nn.Sequential) else []
        is_block = members and len({type(member) for member in members}) == 1 and any(members[0].children())
        if is_block and not any(_repeated(member) for member in members):
            found += members
    return found


def _keras_blocks(model: keras.Model) -> tuple[tuple[torch.nn.Parameter, ...], ...]:
    """Divide the trainable parameters of a convolutional network: a block begins with each convolution.

    A depthwise convolution and the pointwise one after it are one block.
    """
    import keras

    blocks: list[list[torch.nn.Parameter]] = [[]]
    before: type | None = None
    for layer in model.layers:
        is_convolution = isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D)
        if is_convolution and before is not keras.layers.DepthwiseConv2D and blocks[-1]:
            blocks.append([])
        before = type(layer) if is_convolution else before
        blocks[-1] += [variable.value for variable in layer.trainable_variables]
    return tuple(map(tuple, blocks))
