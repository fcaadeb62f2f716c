"""OpenAI's embedding models, a service: texts leave the machine, and each request costs money.

https://developers.openai.com/api/docs/guides/embeddings. An optional extra: it needs the client in
``requirements_openai.txt`` and a key in ``OPENAI_API_KEY``; ``OPENAI_BASE_URL`` is the address of another
service with the same protocol. The vectors of two requests for the same text may differ in the last digits;
the feature cache keeps what was paid for.
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

# A token of these models' byte-pair encoding is at least one byte, so bytes limit tokens without a tokenizer.
# The service accepts 8,191 tokens per text, and 2,048 texts and 300,000 tokens per request. A new account may
# send 40,000 tokens a minute, and larger requests are always refused: here a request has about 25,000.
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
        Its name in the service.
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
    """Texts to vectors by a remote model; the service is first contacted when a text is encoded.

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

        Only the first 8,191 bytes (UTF-8) of a text are sent.

        Raises
        ------
        EncoderError
            If there is no client, key or network, or the service refuses or gives an invalid answer.
        """
        vectors = np.zeros((len(items), self.dim), np.float32)
        rows = np.array([row for row, text in enumerate(items) if text.strip()], dtype=np.int64)
        texts = [_sendable(items[row]) for row in rows]
        patience = openai_service.CATALOGUE if len(texts) > 1 else openai_service.ONE_TEXT
        for part in self.batches(texts):
            vectors[rows[part]] = self._service.embed(texts[part], patience)
        return normalised(vectors)

    def batches(self, texts: Sequence[str]) -> list[slice]:
        """Return slices of `texts`, in their order, each small enough for one request."""
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
        """Return what encoding `texts` sends where, and its approximate cost; "" for a single text."""
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
    """Return where the service's client is installed, if a key is set: there are no weights to find."""
    if named is not None:
        path = weights.named(name, named)
        raise EncoderError(
            f"encoder '{name}': the service keeps its weights; leave --weights out (got {path})"
        )
    client = openai_service.client_folder()
    return Weights(client) if client and openai_service.has_key() else None


def load(name: str, named: Path | None, progress: Progress) -> OpenAIEncoder:
    """Create the encoder; the service is not contacted yet, so `progress` is not used.

    Raises
    ------
    EncoderError
        If the client or the key is missing.
    """
    find(name, named)
    openai_service.require_access(name)
    return OpenAIEncoder(name)


def _sendable(text: str) -> str:
    """Return what may be sent of a text, without lone surrogates, which cannot be encoded."""
    return text.encode("utf-8", "replace")[:TEXT_BYTES].decode("utf-8", "ignore")


ENTRIES = tuple(
    EncoderEntry(
        name=name,
        modality="text",
        dim=model.dim,
        licence="proprietary",
        size_mb=0,
        origin=f"{model.name}, a service: {openai_service.INSTALL}, key in {openai_service.KEY}",
        find=partial(find, name),
        factory=partial(load, name),
    )
    for name, model in MODELS.items()
)
