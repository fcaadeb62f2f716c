"""`compact` in torch, for training: the layers, order and weights of `core.features.encoders.compact`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import torch
from torch import nn

from core.features.encoders.compact import BLOCKS, DIM, STEM, build_compact

LATE = 43
"""Layers from the first depthwise convolution that reads 384 maps on."""
EPSILON = 1e-3  # Keras's in batch normalisation


class Student(nn.Module):
    """`compact`: images float32 (n, 3, side, side) in [-1, 1] to features float32 (n, 768)."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(*_layers())
        self.features = nn.BatchNorm1d(DIM, eps=EPSILON, momentum=0.05)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the features, centred and scaled, not of unit length."""
        return self.features(self.body(images).float().mean((2, 3)))

    def early(self, images: torch.Tensor) -> torch.Tensor:
        """Return the 9 x 9 maps that the later part reads."""
        return self.body[:-LATE](images)

    def late(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the features of maps that `early` returned; the convolutions run in bfloat16."""
        with torch.autocast("cpu", torch.bfloat16):
            maps = self.body[-LATE:](maps)
        return self.features(maps.float().mean((2, 3)))

    def train_late(self) -> None:
        """Set the later part to train, and the earlier one to stay as it is."""
        self.train()
        self.body[:-LATE].eval().requires_grad_(False)

    @torch.no_grad()
    def encode(self, maps: torch.Tensor) -> np.ndarray:
        """Return float32 (n, 768) of what `early` returned."""
        self.eval()
        parts = [self.late(part.contiguous(memory_format=torch.channels_last)) for part in maps.split(128)]
        return torch.cat(parts).numpy()

    def arrays(self) -> list[np.ndarray]:
        """Return the weights as Keras has them: by layer, channels last."""
        arrays = []
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                axes = (2, 3, 0, 1) if layer.groups > 1 else (2, 3, 1, 0)
                arrays.append(layer.weight.detach().permute(axes).numpy())
            elif isinstance(layer, (nn.BatchNorm2d, nn.BatchNorm1d)):
                four = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
                arrays += [each.detach().numpy() for each in four]
        return arrays

    def set_arrays(self, arrays: list[np.ndarray]) -> None:
        """Take weights as `arrays` gives them."""
        waiting = iter(arrays)
        with torch.no_grad():
            for layer in self.modules():
                if isinstance(layer, nn.Conv2d):
                    axes = (2, 3, 0, 1) if layer.groups > 1 else (3, 2, 0, 1)
                    layer.weight.copy_(torch.from_numpy(next(waiting)).permute(axes))
                elif isinstance(layer, (nn.BatchNorm2d, nn.BatchNorm1d)):
                    for each in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                        each.copy_(torch.from_numpy(next(waiting)))


def _layers() -> list[nn.Module]:
    def after(channels: int) -> list[nn.Module]:
        return [nn.BatchNorm2d(channels, eps=EPSILON, momentum=0.05), nn.ReLU6()]

    # A stride of two pads below and right only, as in Keras's MobileNet.
    layers = [nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(3, STEM, 3, 2, bias=False), *after(STEM)]
    before = STEM
    for channels, stride in BLOCKS:
        if stride == 2:
            layers.append(nn.ZeroPad2d((0, 1, 0, 1)))
        padding = 1 if stride == 1 else 0
        layers += [nn.Conv2d(before, before, 3, stride, padding, groups=before, bias=False), *after(before)]
        layers += [nn.Conv2d(before, channels, 1, bias=False), *after(channels)]
        before = channels
    return layers


def read_student(weights: Path) -> Student:
    """Load `compact` from its Keras weights."""
    model = build_compact()
    model.load_weights(weights)
    student = Student()
    student.set_arrays([np.array(array) for array in model.get_weights()])
    return student


def write_student(student: Student, weights: Path) -> None:
    """Write a file of Keras weights (``.weights.h5``)."""
    model = build_compact()
    model.set_weights(student.arrays())
    model.save_weights(weights)
