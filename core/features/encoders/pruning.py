"""Remove whole channels from a network that is about to be trained further: structured pruning.

A block of an inverted residual network loses the channels between expansion and projection, a layer of a
transformer neurons of its feed-forward part: those that add least to the block's output, by the size of their
weights (Li et al. 2017, https://arxiv.org/abs/1608.08710; Liu et al. 2017, https://arxiv.org/abs/1708.06519).
What goes in and out of blocks keeps its size, and no part of the network is left with zeros to multiply by.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from core.common.errors import EncoderError
from core.features.encoders.trainable import TrainableNetwork
from core.features.encoders.trainable_networks import network_of

if TYPE_CHECKING:
    import torch

MULTIPLE = 8
"""Channels are kept in such numbers, which processors compute together."""


def pruned(network: TrainableNetwork, blocks: int, share: float) -> TrainableNetwork:
    """Return a network without a share of the channels inside its last blocks; the module changes in place.

    Parameters
    ----------
    network
        As `core.features.encoders.trainable.Trainable.build` returns it.
    blocks
        How many of its last blocks lose channels.
    share
        Of the channels inside each block, 0 to below 1; rounded so that a multiple of `MULTIPLE` is left.

    Raises
    ------
    EncoderError
        None of these blocks can lose channels.
    """
    import torch

    own = {id(parameter) for block in network.blocks[-blocks:] for parameter in block}
    found = 0
    with torch.no_grad():
        for module in network.module.modules():
            if id(next(module.parameters(), None)) not in own:
                continue
            if _is_residual(module):
                found += 1
                _narrow_residual(module, share)
            elif _is_layer(module):
                found += 1
                _narrow_layer(module, share)
    if not found:
        raise EncoderError(
            "this encoder cannot be pruned: expected blocks of EfficientNet-Lite or of a transformer"
        )
    return network_of(network.module)


def _is_residual(module: torch.nn.Module) -> bool:
    from core.onnx.efficientnet_lite import Block

    return isinstance(module, Block) and module.expands


def _is_layer(module: torch.nn.Module) -> bool:
    """Whether a module is a layer of BERT or ViT as transformers has them."""
    parts = [getattr(module, name, None) for name in ("attention", "intermediate", "output")]
    return None not in parts and all(hasattr(part, "dense") for part in parts[1:])


def _narrow_residual(block: torch.nn.Module, share: float) -> None:
    """Keep the channels of the largest scale after filtering times the weights that read them."""
    project = block._project_conv.weight
    kept = _largest(block._bn1.weight.abs() * project.flatten(2).norm(dim=(0, 2)), share)
    for convolution in (block._expand_conv, block._depthwise_conv):
        convolution.weight = _parameter(convolution.weight[kept])
        convolution.out_channels = len(kept)
    block._depthwise_conv.in_channels = block._depthwise_conv.groups = len(kept)
    block._project_conv.weight = _parameter(project[:, kept])
    block._project_conv.in_channels = len(kept)
    for norm in (block._bn0, block._bn1):
        norm.weight, norm.bias = _parameter(norm.weight[kept]), _parameter(norm.bias[kept])
        norm.running_mean, norm.running_var = norm.running_mean[kept], norm.running_var[kept]
        norm.num_features = len(kept)


def _narrow_layer(layer: torch.nn.Module, share: float) -> None:
    """Keep the neurons of the largest weights in, times weights out."""
    reads, writes = layer.intermediate.dense, layer.output.dense
    kept = _largest(reads.weight.norm(dim=1) * writes.weight.norm(dim=0), share)
    reads.weight, reads.bias = _parameter(reads.weight[kept]), _parameter(reads.bias[kept])
    writes.weight = _parameter(writes.weight[:, kept])
    reads.out_features = writes.in_features = len(kept)


def _largest(scores: torch.Tensor, share: float) -> torch.Tensor:
    """Return the positions of the largest scores, ascending."""
    wanted = math.ceil((1 - share) * len(scores) / MULTIPLE) * MULTIPLE
    return scores.topk(min(wanted, len(scores))).indices.sort().values


def _parameter(tensor: torch.Tensor) -> torch.nn.Parameter:
    import torch

    return torch.nn.Parameter(tensor.clone())
