"""OpenAI's embedding models, asked over the network: texts leave the machine, and each request costs money.

https://developers.openai.com/api/docs/guides/embeddings. An optional extra: the client of
``requirements_openai.txt``, a key in ``OPENAI_API_KEY``, another address of the same protocol in
``OPENAI_BASE_URL``. The same text asked twice may differ in its last digits; the feature cache keeps what was
paid for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.common.errors import EncoderError
from core.common.progress import Progress
from core.features.encoders import openai_service, weights
from core.features.encoders.encoder import Encoder, EncoderEntry, Weights, normalised

# A token of these models' byte-pair encoding is at least one byte, so bytes bound tokens without a tokenizer.
# The service takes 8,191 tokens a text, 2,048 texts and 300,000 tokens a request. A new account may send
# 40,000 tokens a minute, and a larger request is always refused: here one has about 25,000.
TEXT_BYTES = 8191
REQUEST_TEXTS = 2048
REQUEST_BYTES = 100_000
# Of English text: https://help.openai.com/en/articles/4936856-what-are-tokens-and-how-to-count-them
BYTES_PER_TOKEN = 4


@dataclass(frozen=True)
class Model:
    """A model of the service.

    Attributes
    ----------
    name
        The service's name of it.
    dim
        Numbers per text.
    price
        US dollars per million tokens on 3 July 2026, from https://developers.openai.com/api/docs/models/
        as https://tokenprice.fyi recorded it.
    """

    name: str
    dim: int
    price: float


MODELS = {
    "openai": Model("text-embedding-3-small", 1536, 0.02),
    "openai-large": Model("text-embedding-3-large", 3072, 0.13),
}


class OpenAIEncoder(Encoder):
    """Texts to vectors by a model that runs elsewhere; nothing is asked before a text is to be encoded.

    Parameters
    ----------
    name
        One of `MODELS`.
    """

    modality = "text"
    preprocessing = 1
    side = None
    onnx_path = None
    bundled = False

    def __init__(self, name: str) -> None:
        if name not in MODELS:
            raise EncoderError(f"encoder '{name}': expected a service, one of {', '.join(MODELS)}")
        self.name = name
        self.model = MODELS[name]
        self.dim = self.model.dim
        self.weights_id = hashlib.sha256(f"{self.model.name} {self.dim}".encode()).hexdigest()[:16]
        self._service = openai_service.Service(name, self.model.name, self.dim)

    def encode(self, items: Sequence[str]) -> np.ndarray:
        """Return float32 (n, dim), rows of length 1, zeros for an empty text.

        Only the first 8,191 bytes (UTF-8) of a text count.

        Raises
        ------
        EncoderError
            If there is no client, key or network, or the service refuses, or answers something else.
        """
        vectors = np.zeros((len(items), self.dim), np.float32)
        rows = np.array([row for row, text in enumerate(items) if text.strip()], dtype=np.int64)
        texts = [_sendable(items[row]) for row in rows]
        patience = openai_service.CATALOGUE if len(texts) > 1 else openai_service.ONE_TEXT
        for part in self.batches(texts):
            vectors[rows[part]] = self._service.embed(texts[part], patience)
        return normalised(vectors)

    def batches(self, texts: Sequence[str]) -> list[slice]:
        """Return where to cut `texts`, in their order, so that each part takes one request."""
        starts: list[int] = []
        size = 0
        for at, text in enumerate(texts):
            length = len(_sendable(text).encode())
            if not starts or size + length > REQUEST_BYTES or at - starts[-1] == REQUEST_TEXTS:
                starts.append(at)
                size = 0
            size += length
        return [slice(*ends) for ends in pairwise([*starts, len(texts)])]

    def cost_notice(self, texts: Sequence[str]) -> str:
        """Return what encoding `texts` sends where, and about what it costs; "" for a single text."""
        if len(texts) < 2:
            return ""
        tokens = sum(len(_sendable(text).encode()) for text in texts) / BYTES_PER_TOKEN
        dollars = tokens * self.model.price / 1e6
        cost = f"about ${dollars:.2f}" if dollars >= 0.01 else "less than $0.01"
        return (
            f"{self.name}: sending {len(texts):,} texts, about {tokens:,.0f} tokens, "
            f"to {openai_service.host()}: {cost} (${self.model.price} per million tokens)"
        )


def find(name: str, named: Path | None) -> Weights | None:
    """Say where the service's client lies, if a key is set; there are no weights to be found."""
    if named is not None:
        path = weights.named(name, named)
        raise EncoderError(f"encoder '{name}': expected no weights, they stay with the service; got {path}")
    client = openai_service.client_folder()
    return Weights(client) if client and openai_service.has_key() else None


def load(name: str, named: Path | None, progress: Progress) -> OpenAIEncoder:
    """Make the encoder; nothing is asked yet, so `progress` hears nothing.

    Raises
    ------
    EncoderError
        If the client or the key is missing.
    """
    find(name, named)
    openai_service.require_access(name)
    return OpenAIEncoder(name)


def _sendable(text: str) -> str:
    """Return what fits of a text; halves of characters, which cannot be sent, are left out."""
    return text.encode("utf-8", "replace")[:TEXT_BYTES].decode("utf-8", "ignore")


ENTRIES = tuple(
    EncoderEntry(
        name=name,
        modality="text",
        dim=model.dim,
        licence="proprietary",
        size_mb=0,
        origin=f"{model.name}, asked over the network: {openai_service.INSTALL}, key in {openai_service.KEY}",
        find=partial(find, name),
        factory=partial(load, name),
    )
    for name, model in MODELS.items()
)
