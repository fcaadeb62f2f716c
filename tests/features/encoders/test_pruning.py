"""Channels that add nothing can go without a trace; the others keep their places."""

import pytest
import torch

from core.common.errors import EncoderError
from core.features.encoders.pruning import pruned
from core.features.encoders.trainable_networks import network_of
from core.onnx.efficientnet_lite import Block
from tests.building.finetuning import networks


class Residual(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.blocks = torch.nn.Sequential(*(Block(16, 16, 3, 1, 6) for _ in range(3)))
        for module in self.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
                module.weight.data.uniform_(0.5, 2)
                module.bias.data.normal_()

    def forward(self, pixels):
        return self.blocks(pixels).mean((2, 3))


def bert():
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=64
    )
    return BertModel(config, add_pooling_layer=False).eval()


def numbers(module):
    return sum(parameter.numel() for parameter in module.parameters())


def test_channels_that_add_nothing_go_without_a_trace():
    module = Residual().eval()
    for block, silent in zip(module.blocks, (range(8), range(8, 40), range(60, 92)), strict=True):
        block._bn1.weight.data[list(silent)] = 0
        block._bn1.bias.data[list(silent)] = 0
    pixels = torch.randn(2, 16, 9, 9)
    with torch.no_grad():
        before, size = module(pixels), numbers(module)
        network = pruned(network_of(module), 2, 1 / 3)
        torch.testing.assert_close(module(pixels), before)
    assert [block._depthwise_conv.out_channels for block in module.blocks] == [96, 64, 64]
    # Of a channel: 16 weights in, 9 that filter, 16 out, and two numbers of each of two normalisations.
    assert numbers(module) == size - 2 * 32 * (16 + 9 + 16 + 4)
    own = {id(parameter) for block in network.blocks for parameter in block}
    assert own == {id(parameter) for parameter in module.parameters()}
    assert len(network.blocks) == 3


def test_neurons_that_add_nothing_go_without_a_trace():
    module = bert()
    for layer in module.encoder.layer:
        layer.output.dense.weight.data[:, 5:21] = 0
    ids = torch.arange(12).reshape(2, 6)
    with torch.no_grad():
        before = module(ids).last_hidden_state
        pruned(network_of(module), 1, 0.25)
        torch.testing.assert_close(module(ids).last_hidden_state, before)
    assert [layer.intermediate.dense.out_features for layer in module.encoder.layer] == [64, 64, 48]


def test_what_adds_most_stays_and_a_multiple_of_eight_is_left():
    module = Residual().eval()
    loud = [3, 50, 95]
    module.blocks[2]._bn1.weight.data[loud] = 100.0
    kept = module.blocks[2]._expand_conv.weight.detach()[loud].clone()
    pruned(network_of(module), 1, 0.99)
    left = module.blocks[2]._expand_conv.weight
    assert len(left) == 8
    assert all((left == each).flatten(1).all(1).any() for each in kept)


def test_a_network_without_such_blocks_is_refused():
    with pytest.raises(EncoderError, match="cannot be pruned"):
        pruned(networks.pixels_network(), 2, 0.5)
