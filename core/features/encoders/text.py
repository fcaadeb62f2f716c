"""Text encoders: a tokenizer and a transformer in one ONNX file."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np

from core.common.errors import EncoderError
from core.features.encoders.encoder import Encoder, EncoderOutput, normalised
from core.features.encoders.trainable import Trainable
from core.features.parts import TOKENS
from core.onnx import sessions as runtime
from core.onnx.lanes import Feed, Lanes, onnx_lanes, session_lane

MAX_TOKENS = 256
BATCH_TOKENS = 256
"""Most tokens in a batch, unless a single text has more: the size that is fastest on one core."""


class TextEncoder(Encoder):
    """A network that reads texts, such as a BERT-like sentence encoder with mean pooling.

    Parameters
    ----------
    name, dim, weights_id, bundled, trainable
        As `core.features.encoders.encoder.Encoder` describes them.
    onnx_path
        As `core.onnx.export` writes it: token ids and mask in, pooled vectors out; its metadata hold the
        ``tokenizer`` and, where they apply, ``max_tokens`` (else 256) and ``prefix``.

    Attributes
    ----------
    max_tokens
        How many tokens of a text are read, including those that mark its ends.
    prefix
        What the network expects before each text.
    """

    modality = "text"
    side = None
    preprocessing = 1
    precision = "fp32"

    onnx_path: Path

    def __init__(
        self,
        name: str,
        dim: int,
        weights_id: str,
        onnx_path: Path,
        *,
        bundled: bool = False,
        trainable: Trainable | None = None,
    ) -> None:
        from tokenizers import Tokenizer

        self.name = name
        self.dim = dim
        self.weights_id = weights_id
        self.onnx_path = Path(onnx_path)
        self.bundled = bundled
        self.trainable = trainable
        self._session = runtime.session(onnx_path, gpu=True)
        stored = self._session.get_modelmeta().custom_metadata_map
        tokenizer = stored.get("tokenizer")
        got = self._session.get_outputs()[0].shape[-1]
        if tokenizer is None or got != dim:
            raise EncoderError(
                f"encoder '{name}': {onnx_path} is another model: "
                f"expected {dim} numbers per text and a tokenizer, "
                f"got {got} numbers{' and no tokenizer' if tokenizer is None else ''}"
            )
        self.max_tokens = int(stored.get("max_tokens", MAX_TOKENS))
        self.prefix = stored.get("prefix", "")
        self.revision = stored.get("revision") or None
        self.logit_scale = float(stored["logit_scale"]) if "logit_scale" in stored else None
        self._tokenizer = Tokenizer.from_str(tokenizer)
        # MiniLM's tokenizer truncates and pads to 128 tokens. sentence-transformers truncates at 256, and
        # short names are many times faster without padding to a fixed length.
        self._tokenizer.enable_truncation(self.max_tokens)
        self._tokenizer.no_padding()
        self._open_lanes: Callable[[Path], Lanes] | None = None

    def on(self, open_lanes: Callable[[Path], Lanes], precision: str) -> Self:
        """Return this encoder with its ONNX file run by another backend, in `precision`."""
        other = copy.copy(self)
        other._open_lanes, other.precision = open_lanes, precision
        return other

    def encode(self, items: Sequence[str]) -> np.ndarray:
        """Return float32 (n, dim), rows of length 1; the first `max_tokens` tokens of a text are read."""
        ids = self._ids(items)
        batches = token_batches([len(row) for row in ids])
        outputs = self._lanes(len(batches)).map(lambda rows: _feed([ids[row] for row in rows]), batches)
        vectors = np.zeros((len(ids), self.dim), np.float32)
        for rows, output in zip(batches, outputs, strict=True):
            vectors[rows] = normalised(output)
        return vectors

    @property
    def parts_shape(self) -> tuple[int, int] | None:
        """The first tokens of a text, of so many numbers, where the file gives them."""
        return (TOKENS, self.dim) if len(self._session.get_outputs()) > 1 else None

    def outputs(self, items: Sequence[str]) -> Iterator[EncoderOutput]:
        """Yield vectors and tokens."""
        ids = self._ids(items)
        batches = token_batches([len(row) for row in ids])
        made = self._lanes(len(batches)).map_all(lambda rows: _feed([ids[row] for row in rows]), batches)
        for rows, (vectors, tokens) in zip(batches, made, strict=True):
            lengths = np.array([len(ids[row]) for row in rows])
            first = tokens[:, :TOKENS]
            there = np.arange(first.shape[1]) < lengths[:, None]
            yield EncoderOutput(rows, normalised(vectors), np.where(there[:, :, None], first, 0))

    def as_read(self, text: str) -> str:
        """Return what the tokenizer gets: prefix and text, without lone surrogates, which none takes."""
        whole: str = self.prefix + text
        return whole.encode("utf-8", "replace").decode("utf-8")

    def lengths(self, items: Sequence[str]) -> list[int]:
        """Return how many tokens of each text are read."""
        return [len(row) for row in self._ids(items)]

    def _ids(self, items: Sequence[str]) -> list[list[int]]:
        return [row.ids for row in self._tokenizer.encode_batch_fast([self.as_read(text) for text in items])]

    def _lanes(self, batches: int) -> Lanes:
        if self._open_lanes is not None:
            return self._open_lanes(self.onnx_path)
        return onnx_lanes(self.onnx_path) if batches > 1 else session_lane(self._session)


def token_batches(lengths: Sequence[int]) -> list[list[int]]:
    """Divide rows into batches of similar length, the shortest first: padding costs as much as text."""
    batches: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or (len(batches[-1]) + 1) * lengths[row] > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(row)
    return batches


def _feed(ids: Sequence[Sequence[int]]) -> Feed:
    """Return the network's input for rows of token ids, the shortest row first."""
    shape = len(ids), len(ids[-1])
    padded, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for row, tokens in enumerate(ids):
        padded[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return {"input_ids": padded, "attention_mask": mask}
