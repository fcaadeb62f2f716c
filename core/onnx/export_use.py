"""Export the Universal Sentence Encoder to ONNX; runs in the process of `core.onnx.export_process`.

Yang et al. 2019, https://arxiv.org/abs/1907.04307: three convolutions over 2, 3 and 5 tokens beside the
tokens' own vectors, their sum over the square root of the text's length, and four layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import EncoderError
from core.onnx.onnx_graph import add_metadata, trace
from core.onnx.sentencepiece import read_pieces, unigram_tokenizer

if TYPE_CHECKING:
    import numpy as np
    import torch

WINDOWS = ((2, 0), (3, 1), (5, 2))
"""Tokens that each convolution sees, and how many of them are before its own."""
PARTS = 17
"""Parts of the table of tokens' vectors, each in steps of its own: token i is in part i % 17."""
MAX_TOKENS = 4096
"""The model has no limit; its time and memory grow with the text."""


def export_use(source: str, target: str) -> None:
    """Export the weights in folder `source` (``weights.npz``, ``sp.model``); the table keeps its 8 bits.

    Raises
    ------
    EncoderError
        The folder holds another model.
    """
    import torch

    weights = _read(Path(source, "weights.npz"))
    pieces = read_pieces(Path(source, "sp.model"))
    ids = torch.ones((2, 8), dtype=torch.int64)
    free = {0: "batch", 1: "tokens"}
    trace(network(weights), (ids, ids), target, {"input_ids": free, "attention_mask": free})
    tokenizer = unigram_tokenizer(pieces).to_str()
    add_metadata(target, {"tokenizer": tokenizer, "max_tokens": str(MAX_TOKENS)})


def network(weights: Mapping[str, np.ndarray]) -> torch.nn.Module:
    """Return the network: token ids and mask, int64 (n, tokens), in; float32 (n, dim), of any length, out."""
    import numpy as np
    import torch
    from torch.nn import functional

    rows = sum(len(weights[f"q{part + 1}"]) for part in range(PARTS))
    table = np.empty((rows, weights["q1"].shape[1]), np.uint8)
    for part in range(PARTS):
        table[part::PARTS] = weights[f"q{part + 1}"]
    epsilon = float(weights["eps"])

    def joint(name: str) -> torch.Tensor:
        return torch.from_numpy(
            np.concatenate([weights[f"{name}{tokens}"] for tokens, _ in WINDOWS], axis=-1)
        )

    def normalised(hidden: torch.Tensor, gain: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
        """Normalise each token's numbers; written out, since a traced shape cannot be exported."""
        centred = hidden - hidden.mean(-1, keepdim=True)
        return centred / (centred.square().mean(-1, keepdim=True) + epsilon).sqrt() * gain + shift

    def windows(hidden: torch.Tensor, tokens: int, before: int) -> torch.Tensor:
        """Put the vectors of neighbouring tokens side by side; beyond the text's ends are zeros."""
        length = hidden.shape[1]
        padded = functional.pad(hidden, (0, 0, before, tokens - 1 - before))
        return torch.cat([padded[:, at : at + length] for at in range(tokens)], dim=-1)

    class Network(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            for name, array in weights.items():
                if name[0] != "q" and array.dtype == np.float32:
                    self.register_buffer(name, torch.from_numpy(array))
            self.table = torch.from_numpy(table)
            self.projection, self.shift = joint("proj"), joint("proj_b")
            self.gains, self.offsets = joint("ln_g"), joint("ln_b")

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            mask = attention_mask.unsqueeze(-1).to(torch.float32)
            part = input_ids % PARTS
            words = self.table[input_ids].to(torch.float32)
            words = words * self.scale[part].unsqueeze(-1) + self.lo[part].unsqueeze(-1)
            # As in the package, the three branches are normalised together.
            projected = normalised(words @ self.projection + self.shift, self.gains, self.offsets) * mask
            branches = zip(WINDOWS, projected.chunk(len(WINDOWS), dim=-1), strict=True)
            hidden = [words, *(self.convolved(each, mask, *window) for window, each in branches)]
            joined = normalised(torch.cat(hidden, dim=-1), self.ln_g, self.ln_b)
            length = mask.sum(1)
            mean = ((joined * mask).sum(1) @ self.cnn_W + length * self.cnn_b) / length.sqrt()
            first = torch.relu(mean @ self.d0)
            second = torch.relu(mean @ self.p1 + first @ self.d1)
            return torch.tanh(second @ self.p3 + torch.relu(second @ self.d2) @ self.d3)

        def convolved(
            self, hidden: torch.Tensor, mask: torch.Tensor, tokens: int, before: int
        ) -> torch.Tensor:
            for layer in ("1", "2"):
                weight, shift = (getattr(self, f"{name}{layer}_{tokens}") for name in ("w", "b"))
                hidden = (torch.relu(windows(hidden, tokens, before) @ weight + shift) + hidden) * mask
            return hidden

    return Network()


def _read(file: Path) -> dict[str, np.ndarray]:
    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as arrays:
            weights = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError):
        weights = {}
    expected = {
        "scale": (PARTS,),
        "lo": (PARTS,),
        "w2_5": (1280, 256),
        "cnn_W": (1280, 512),
        "d3": (512, 512),
    }
    for name, shape in expected.items():
        got = weights[name].shape if name in weights else "none"
        if got != shape:
            raise EncoderError(f"{file} holds another model's weights: expected {name} {shape}, got {got}")
    return weights
