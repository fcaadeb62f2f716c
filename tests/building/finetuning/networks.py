"""Tiny networks for tests of training, and encoders that are made from them."""

from pathlib import Path

import numpy as np

from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder
from core.features.encoders.trainable import Trainable
from core.features.encoders.trainable_networks import network_of
from tests.features.encoders.models import WORDS

DIM, SIDE = 8, 16


def words_network(_: str = "", words: str = "200"):
    """The mean of word vectors through two residual blocks: ids and mask in."""
    import torch
    from torch import nn

    torch.manual_seed(0)

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(DIM, DIM)

        def forward(self, x):
            return x + torch.tanh(self.inner(x))

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(int(words), DIM)
            self.blocks = nn.Sequential(Block(), Block())

        def forward(self, ids, mask):
            weight = mask.unsqueeze(-1).to(torch.float32)
            return self.blocks((self.table(ids) * weight).sum(1) / weight.sum(1).clamp(min=1))

    return network_of(Network())


def pixels_network(_: str = ""):
    """Two convolutional blocks with batch normalisation, and the mean over the map: pixels in."""
    import torch
    from torch import nn

    torch.manual_seed(0)

    def block(before):
        return nn.Sequential(nn.Conv2d(before, DIM, 3, 2, 1), nn.BatchNorm2d(DIM), nn.Tanh())

    class Block(nn.Module):
        def __init__(self, before):
            super().__init__()
            self.inner = block(before)

        def forward(self, x):
            return self.inner(x)

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(Block(3), Block(DIM))

        def forward(self, pixels):
            return self.blocks(pixels).mean((2, 3))

    return network_of(Network())


def residual_network(_: str = ""):
    """A convolution and two blocks of EfficientNet-Lite, and the mean over the map: pixels in."""
    import torch
    from torch import nn

    from core.onnx.efficientnet_lite import Block

    torch.manual_seed(0)

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, DIM, 3, 2, 1)
            self.blocks = nn.Sequential(*(Block(DIM, DIM, 3, 1, 6) for _ in range(2)))

        def forward(self, pixels):
            return self.blocks(self.stem(pixels)).mean((2, 3))

    return network_of(Network())


def vocabulary(words) -> str:
    """A tokenizer for some words, as JSON."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    ids = {word: place for place, word in enumerate(["[PAD]", "[UNK]", *dict.fromkeys(words)])}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer.to_str()


def text_encoder(path: Path, words=WORDS) -> TextEncoder:
    """An encoder that runs `words_network`."""
    from core.building.finetuning.export import export

    ids = np.ones((2, 3), np.int64)
    export(words_network().module, (ids, ids), {"tokenizer": vocabulary(words)}, path)
    trainable = Trainable(f"{__name__}:words_network", ("",))
    return TextEncoder("tiny-words", DIM, "a" * 16, path, trainable=trainable)


def image_encoder(path: Path, builder=pixels_network) -> ImageEncoder:
    """An encoder that runs one of the networks of images."""
    from core.building.finetuning.export import export

    pixels = np.random.default_rng(0).normal(size=(2, 3, SIDE, SIDE)).astype(np.float32)
    export(builder().module, (pixels,), {}, path)
    trainable = Trainable(f"{__name__}:{builder.__name__}", ("",))
    return ImageEncoder("tiny-pixels", DIM, SIDE, "b" * 16, path, trainable=trainable)


def encoders(folder: Path, words) -> dict[str, TextEncoder | ImageEncoder]:
    """One of each, their files in a folder."""
    return {
        "text": text_encoder(folder / "text.onnx", words),
        "image": image_encoder(folder / "image.onnx"),
    }
