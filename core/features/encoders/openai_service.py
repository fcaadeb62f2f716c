"""Requests to OpenAI's embedding service, or another with the same protocol, with clear errors.

The client (https://github.com/openai/openai-python) waits and tries again if the service is busy, fails, or
does not answer, for as long as the service's ``Retry-After`` says, up to two minutes.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from core.common.errors import EncoderError

if TYPE_CHECKING:
    import openai

KEY = "OPENAI_API_KEY"
ADDRESS = "OPENAI_BASE_URL"
DEFAULT_ADDRESS = "https://api.openai.com/v1"
INSTALL = "pip install -r requirements_openai.txt"
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Patience:
    """How long to wait for an answer, and how often to repeat a request."""

    seconds: float
    retries: int


# The client waits 0.5, 1, 2, 4, 8 and 8 seconds between tries, unless the service says how long.
CATALOGUE = Patience(30.0, 6)
ONE_TEXT = Patience(10.0, 2)  # a person is waiting


class Service:
    """One model of the service; `embed` contacts it.

    Parameters
    ----------
    name
        The encoder's name, for messages.
    model
        The model's name in the service.
    dim
        Numbers per text.
    """

    def __init__(self, name: str, model: str, dim: int) -> None:
        self.name = name
        self.model = model
        self.dim = dim

    def embed(self, texts: Sequence[str], patience: Patience) -> np.ndarray:
        """Return float32 (n, dim) for at least one text, none empty, with one request.

        Raises
        ------
        EncoderError
            If there is no client, key or network, or the service refuses or gives an invalid answer.
        """
        client = self._client
        import openai

        timeout = openai.Timeout(patience.seconds, connect=CONNECT_SECONDS)
        patient = client.with_options(timeout=timeout, max_retries=patience.retries)
        try:
            answer = patient.embeddings.with_raw_response.create(
                model=self.model, input=list(texts), encoding_format="base64"
            )
        except openai.OpenAIError as error:
            raise EncoderError(f"encoder '{self.name}': {self._explained(error, patience)}") from None
        return self._vectors(answer.content, len(texts))

    @cached_property
    def _client(self) -> openai.OpenAI:
        require_access(self.name)
        import openai

        http_client = openai.DefaultHttpxClient(event_hooks={"response": [_give_up_without_quota]})
        return openai.OpenAI(api_key=_key(), base_url=_address(), http_client=http_client)

    def _vectors(self, content: bytes, count: int) -> np.ndarray:
        """Read the service's answer: `count` vectors, each with the index of its text."""
        try:
            rows = {item["index"]: _decoded(item["embedding"]) for item in json.loads(content)["data"]}
        except (ValueError, KeyError, TypeError):
            raise EncoderError(
                f"encoder '{self.name}': expected embeddings from {host()}, got another answer; "
                f"check the address in {ADDRESS}"
            ) from None
        got = sorted({len(row) for row in rows.values()})
        if set(rows) != set(range(count)) or got != [self.dim]:
            raise EncoderError(
                f"encoder '{self.name}': expected {count} vectors of {self.dim} numbers from {host()}, "
                f"got {len(rows)} of {' or '.join(map(str, got)) or 'no'} numbers"
            )
        vectors = np.stack([rows[index] for index in range(count)])
        if not np.isfinite(vectors).all():
            raise EncoderError(
                f"encoder '{self.name}': expected finite numbers from {host()}, got NaN or infinity"
            )
        return vectors

    def _explained(self, error: openai.OpenAIError, patience: Patience) -> str:
        """Say what is wrong, without quoting the service where its message may contain the key."""
        import openai

        tries = f"after {patience.retries + 1} tries"
        if isinstance(error, openai.AuthenticationError):
            return f"{host()} does not accept the key in {KEY} (401)"
        if isinstance(error, openai.PermissionDeniedError):
            return f"{host()} does not let this key use {self.model} (403, {error.code or 'no reason given'})"
        if isinstance(error, openai.RateLimitError):
            if error.code == "insufficient_quota":
                return f"the account of the key in {KEY} has no quota left; see its plan and billing"
            return (
                f"{host()} accepts no more requests for now (429); try again later: finished texts are kept"
            )
        if isinstance(error, openai.APITimeoutError):
            return f"no answer from {host()} within {patience.seconds:g} seconds, {tries}"
        if isinstance(error, openai.APIConnectionError):
            reason = str(error.__cause__) or type(error.__cause__).__name__
            return f"{host()} cannot be reached, {tries} ({reason}); this encoder needs a network"
        if isinstance(error, openai.APIStatusError):
            message = error.message.replace(_key(), "***")
            return f"{host()} refuses the request: {' '.join(message.split())[:300]}"
        return f"the client failed with {type(error).__name__}"


def client_folder() -> Path | None:
    """Return where the client is installed; None if it is not."""
    spec = importlib.util.find_spec("openai")
    return Path(spec.origin).parent if spec and spec.origin else None


def has_key() -> bool:
    """Whether a key is set."""
    return bool(_key())


def host() -> str:
    """Return the host name of the service."""
    try:
        return urlsplit(_address()).hostname or ""
    except ValueError:
        return ""


def require_access(name: str) -> None:
    """Check that there are a client, a key and an address to make requests with.

    Raises
    ------
    EncoderError
        If one is missing, with what to do. The error quotes neither key nor address, which may hold a secret.
    """
    key = _key()
    if client_folder() is None:
        problem = f"its client is not installed; install it with: {INSTALL}"
    elif not key:
        problem = f"it needs the service's key in the environment variable {KEY}"
    elif not (key.isascii() and key.isprintable()) or " " in key:
        problem = f"the key in {KEY} has spaces or other characters that no key has"
    elif not (_address().startswith(("http://", "https://")) and host()):
        problem = f"{ADDRESS} must be an address like {DEFAULT_ADDRESS}"
    else:
        return
    raise EncoderError(f"encoder '{name}': {problem}")


def _key() -> str:
    return os.environ.get(KEY, "").strip()


def _address() -> str:
    return os.environ.get(ADDRESS, "").strip() or DEFAULT_ADDRESS


def _decoded(embedding: str | list[float]) -> np.ndarray:
    """Return a vector sent as base64 of little-endian float32 or, by some services, as a list."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4")
    return np.array(embedding, dtype=np.float32).reshape(-1)


def _give_up_without_quota(response: Any) -> None:
    """Keep the client from trying again when waiting does not help."""
    if response.status_code == 429 and b"insufficient_quota" in response.read():
        response.headers["x-should-retry"] = "false"
