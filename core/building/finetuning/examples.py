"""What a network is trained on: tokens or pixels, in a folder for the process that trains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from core.building.finetuning.augmenting import changed, without_words
from core.building.finetuning.settings import FineTuning
from core.features.encoders.preparation import Preparation

LABELS, TOKENS, PIXELS = "labels.npz", "tokens.npz", "pixels.npy"


class Examples(Protocol):
    """Products in the form that a network takes."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def batch(
        self, rows: np.ndarray, settings: FineTuning, rng: np.random.Generator | None
    ) -> tuple[np.ndarray, ...]:
        """Return the network's inputs for some of them; with `rng`, changed as the settings say."""
        ...


@dataclass(frozen=True, eq=False)
class Texts:
    """Tokens of texts one after the other: the ids, which word each belongs to, where each text begins."""

    ids: np.ndarray
    words: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.starts) - 1

    def batch(
        self, rows: np.ndarray, settings: FineTuning, rng: np.random.Generator | None
    ) -> tuple[np.ndarray, ...]:
        """Return ids and mask, int64 (n, tokens) each, padded to the longest."""
        texts = [self._text(row, settings.word_dropout, rng) for row in rows]
        shape = len(texts), max(map(len, texts))
        ids, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, tokens in enumerate(texts):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        return ids, mask

    def _text(self, row: int, dropout: float, rng: np.random.Generator | None) -> np.ndarray:
        own = slice(self.starts[row], self.starts[row + 1])
        return self.ids[own] if rng is None else without_words(self.ids[own], self.words[own], rng, dropout)


@dataclass(frozen=True, eq=False)
class Images:
    """Pixels as the encoder sees them, uint8 (n, side, side, 3), and how they become numbers."""

    pixels: np.ndarray
    preparation: Preparation

    def __len__(self) -> int:
        """Return how many images there are."""
        return len(self.pixels)

    def batch(
        self, rows: np.ndarray, settings: FineTuning, rng: np.random.Generator | None
    ) -> tuple[np.ndarray, ...]:
        """Return the images, float32 (n, 3, side, side)."""
        seen = [np.asarray(self.pixels[row]) for row in rows]
        if rng is not None:
            seen = [changed(each, rng, settings.operations, settings.magnitude) for each in seen]
        return (self.preparation.scale(seen),)


def write_texts(folder: Path, texts: Sequence[str], tokenizer: str, tokens: int) -> None:
    """Write texts as tokens, the first `tokens` of each.

    Parameters
    ----------
    folder
        Takes the file.
    texts
        One or more.
    tokenizer
        As JSON, from the encoder's ONNX file.
    tokens
        The most of a text.
    """
    from tokenizers import Tokenizer

    reads = Tokenizer.from_str(tokenizer)
    reads.enable_truncation(tokens)
    reads.no_padding()
    encoded = reads.encode_batch(list(texts))
    ids = [np.array(each.ids, dtype=np.int64) for each in encoded]
    words = [np.array([-1 if w is None else w for w in each.word_ids], dtype=np.int64) for each in encoded]
    starts = np.cumsum([0, *map(len, ids)])
    np.savez(folder / TOKENS, ids=np.concatenate(ids), words=np.concatenate(words), starts=starts)


def write_images(folder: Path, images: Iterable[np.ndarray], count: int, side: int) -> None:
    """Write images, uint8 (side, side, 3) each, one after the other, so that few are in memory."""
    shape = (count, side, side, 3)
    pixels = np.lib.format.open_memmap(folder / PIXELS, mode="w+", dtype=np.uint8, shape=shape)
    for row, each in enumerate(images):
        pixels[row] = each
    pixels.flush()


def read_texts(folder: Path) -> Texts:
    """Read what `write_texts` wrote."""
    with np.load(folder / TOKENS, allow_pickle=False) as arrays:
        return Texts(arrays["ids"], arrays["words"], arrays["starts"])


def read_images(folder: Path, preparation: Preparation) -> Images:
    """Read what `write_images` wrote, a page at a time as it is needed."""
    return Images(np.load(folder / PIXELS, mmap_mode="r", allow_pickle=False), preparation)


@dataclass(frozen=True, eq=False)
class Labels:
    """The products' categories and parts, and the classification layer to begin with.

    Attributes
    ----------
    labels
        int64 (n,): each product's category.
    train, validation
        int64: rows of the training and of the validation products.
    weight, bias
        float32 (classes, dim) and (classes,): a logistic regression on the frozen encoder's vectors.
    """

    labels: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    weight: np.ndarray
    bias: np.ndarray

    @property
    def told(self) -> tuple[np.ndarray, ...]:
        """What a training depends on besides the products' contents and what follows from these."""
        return self.labels, self.train, self.validation

    def write(self, folder: Path) -> None:
        """Write all of it."""
        np.savez(folder / LABELS, **vars(self))

    @classmethod
    def read(cls, folder: Path) -> Labels:
        """Read what `write` wrote."""
        with np.load(folder / LABELS, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})
