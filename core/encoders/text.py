"""Text encoders: tokenizer and transformer in one ONNX file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core import runtime
from core.encoders.base import normalised
from core.errors import EncoderError

MAX_TOKENS = 256
BATCH = 8


class TextEncoder:
    """A transformer for texts, such as a BERT-like sentence encoder with mean pooling.

    Parameters
    ----------
    name, dim, weights_id, bundled
        As `core.encoders.base.Encoder` describes them.
    onnx_path
        As `core.export` writes it: ids and mask in, pooled vectors out; in its metadata the ``tokenizer``
        and, where they are not 256, ``max_tokens``.

    Attributes
    ----------
    max_tokens
        How many tokens of a text count, with those that mark its ends.
    logit_scale
        For an encoder that shares its space with one for pictures: the cosine of a picture and a text, times
        this, is the logit it was trained with. Else None.
    """

    modality = "text"
    side = None
    preprocessing = 1

    def __init__(
        self, name: str, dim: int, weights_id: str, onnx_path: Path, *, bundled: bool = False
    ) -> None:
        from tokenizers import Tokenizer

        self.name = name
        self.dim = dim
        self.weights_id = weights_id
        self.onnx_path = Path(onnx_path)
        self.bundled = bundled
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
        self.logit_scale = float(stored["logit_scale"]) if "logit_scale" in stored else None
        self._tokenizer = Tokenizer.from_str(tokenizer)
        # MiniLM's file fixes 128 tokens of both truncation and padding; sentence-transformers cuts at 256,
        # and short names run many times faster without padding to a fixed length.
        self._tokenizer.enable_truncation(self.max_tokens)
        self._tokenizer.enable_padding()

    def encode(self, items: Sequence[str]) -> np.ndarray:
        """Return float32 (n, dim), rows of length 1; only the first `max_tokens` tokens of a text count."""
        parts = [self._encode_batch(list(items[at : at + BATCH])) for at in range(0, len(items), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dim), np.float32)

    def _encode_batch(self, texts: list[str]) -> np.ndarray:
        tokens = self._tokenizer.encode_batch(texts)
        feed = {
            "input_ids": np.array([row.ids for row in tokens], dtype=np.int64),
            "attention_mask": np.array([row.attention_mask for row in tokens], dtype=np.int64),
        }
        return normalised(self._session.run(None, feed)[0])
