"""EfficientNet-Lite in PyTorch; only processes that export or train import it.

The scaling rules are those of Tan and Le 2019, https://arxiv.org/abs/1905.11946, but the stem, the depth of
the first and last stage, and the head are not scaled. Tensors are named as in the published PyTorch weights.
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from core.common.errors import EncoderError

STEM, HEAD = 32, 1280
EPSILON = 1e-3
SCALES = ((1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260))
"""Width, depth and side in pixels of Lite 0, 1, 2."""
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
"""Blocks, kernel, stride of the first block, expansion, and output channels of each stage, before scaling."""


class SameConv(nn.Conv2d):  # type: ignore[misc]  # torch is not type-checked
    """A convolution padded as TensorFlow's ``same``: what does not divide evenly goes below and right."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the convolution of (n, channels, height, width); a stride of s divides by s, rounded up."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        sides = []
        for length in map(int, (inputs.shape[3], inputs.shape[2])):
            total = max((math.ceil(length / stride) - 1) * stride + kernel - length, 0)
            sides += [total // 2, total - total // 2]
        padded = functional.pad(inputs, sides) if any(sides) else inputs
        return super().forward(padded)


class Block(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """An inverted residual block: expand, filter each channel, project."""

    def __init__(self, before: int, after: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = before * expansion
        if expansion > 1:
            self._expand_conv = SameConv(before, wide, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(wide, EPSILON)
        self._depthwise_conv = SameConv(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = nn.BatchNorm2d(wide, EPSILON)
        self._project_conv = SameConv(wide, after, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(after, EPSILON)
        self.expands, self.adds = expansion > 1, stride == 1 and before == after

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the block's map."""
        x = functional.relu6(self._bn0(self._expand_conv(inputs))) if self.expands else inputs
        x = functional.relu6(self._bn1(self._depthwise_conv(x)))
        x = self._bn2(self._project_conv(x))
        return x + inputs if self.adds else x


class EfficientNetLite(nn.Module):  # type: ignore[misc]  # torch is not type-checked
    """The network without its classifier: the mean over the last map."""

    def __init__(self, number: int) -> None:
        super().__init__()
        width, depth, self.side = SCALES[number]
        self._conv_stem = SameConv(3, STEM, 3, 2, bias=False)
        self._bn0 = nn.BatchNorm2d(STEM, EPSILON)
        blocks, before = [], STEM
        for place, (count, kernel, first_stride, expansion, channels) in enumerate(STAGES):
            is_scaled = 0 < place < len(STAGES) - 1
            after = scaled_channels(channels, width)
            for nth in range(math.ceil(depth * count) if is_scaled else count):
                blocks.append(Block(before, after, kernel, 1 if nth else first_stride, expansion))
                before = after
        self._blocks = nn.Sequential(*blocks)
        self._conv_head = SameConv(before, HEAD, 1, bias=False)
        self._bn1 = nn.BatchNorm2d(HEAD, EPSILON)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return float32 (n, 1280) for pixels from -1 to 1."""
        x = functional.relu6(self._bn0(self._conv_stem(pixels)))
        x = functional.relu6(self._bn1(self._conv_head(self._blocks(x))))
        return x.mean((2, 3))


def scaled_channels(channels: int, width: float) -> int:
    """Return a number of channels times `width`, rounded to a multiple of 8 but by no more than a tenth."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * wanted else rounded + 8


def load_network(source: str, number: int) -> EfficientNetLite:
    """Load Lite `number` from a ``.pth`` file of tensors; its classifier is left out.

    Raises
    ------
    EncoderError
        If the file cannot be read as tensors alone, or holds another model's.
    """
    try:
        stored = torch.load(source, map_location="cpu", weights_only=True)
        shapes = {name: tuple(tensor.shape) for name, tensor in stored.items()}
    except Exception:
        # A damaged file, or one with more than tensors: torch raises what its unpickler and zip reader raise.
        raise EncoderError(f"{source} is damaged or is not a PyTorch file of tensors alone") from None
    network = EfficientNetLite(number)
    for name, tensor in network.state_dict().items():
        if shapes.get(name) != tuple(tensor.shape):
            raise EncoderError(
                f"{source} holds another model's weights: expected {name} {tuple(tensor.shape)} "
                f"(EfficientNet-Lite{number}), got {shapes.get(name, 'none')}"
            )
    if deeper := [name for name in shapes.keys() - network.state_dict().keys() if name.startswith("_blocks")]:
        raise EncoderError(
            f"{source} holds another model's weights: expected {len(network._blocks)} blocks "
            f"(EfficientNet-Lite{number}), got {min(deeper)}"
        )
    network.load_state_dict(stored, strict=False)
    network.eval()
    return network
