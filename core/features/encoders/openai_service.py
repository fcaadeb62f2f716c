"""Ask OpenAI's embedding service, or another of the same protocol, and say what went wrong.

The client (https://github.com/openai/openai-python) waits and asks again where the service is busy, fails, or
does not answer, as long as the service's ``Retry-After`` says, up to two minutes.
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
    """How long an answer is waited for, and how often a request is made again."""

    seconds: float
    retries: int


# The client waits 0.5, 1, 2, 4, 8 and 8 seconds before it asks again, unless the service says how long.
CATALOGUE = Patience(30.0, 6)
ONE_TEXT = Patience(10.0, 2)  # somebody is looking at the screen


class Service:
    """Asks one model; nothing is asked before `embed`.

    Parameters
    ----------
    name
        The encoder's, for messages.
    model
        The service's name of the model.
    dim
        Numbers per text.
    """

    def __init__(self, name: str, model: str, dim: int) -> None:
        self.name = name
        self.model = model
        self.dim = dim

    def embed(self, texts: Sequence[str], patience: Patience) -> np.ndarray:
        """Return float32 (n, dim) of at least one text, none empty, by one request.

        Raises
        ------
        EncoderError
            If there is no client, key or network, or the service refuses, or answers something else.
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
        """Read the service's answer; each of `count` vectors comes with the place of its text."""
        try:
            rows = {item["index"]: _decoded(item["embedding"]) for item in json.loads(content)["data"]}
        except (ValueError, KeyError, TypeError):
            raise EncoderError(
                f"encoder '{self.name}': expected embeddings from {host()}, got another answer; "
                f"is it the address you want in {ADDRESS}?"
            ) from None
        got = sorted({len(row) for row in rows.values()})
        if set(rows) != set(range(count)) or got != [self.dim]:
            raise EncoderError(
                f"encoder '{self.name}': expected {count} vectors of {self.dim} numbers from {host()}, "
                f"got {len(rows)} of {' or '.join(map(str, got)) or 'no'} numbers"
            )
        vectors = np.stack([rows[place] for place in range(count)])
        if not np.isfinite(vectors).all():
            raise EncoderError(f"encoder '{self.name}': expected finite numbers from {host()}, got others")
        return vectors

    def _explained(self, error: openai.OpenAIError, patience: Patience) -> str:
        """Say what is wrong, without what the service says of a key: it may quote it."""
        import openai

        tries = f"after {patience.retries + 1} tries"
        if isinstance(error, openai.AuthenticationError):
            return f"{host()} does not accept the key in {KEY} (401)"
        if isinstance(error, openai.PermissionDeniedError):
            return f"{host()} does not let this key use {self.model} (403, {error.code or 'no reason given'})"
        if isinstance(error, openai.RateLimitError):
            if error.code == "insufficient_quota":
                return f"the account of the key in {KEY} has no quota left; see its plan and billing"
            return f"{host()} takes no more requests for now (429); try again later, what is done is kept"
        if isinstance(error, openai.APITimeoutError):
            return f"no answer from {host()} within {patience.seconds:g} seconds, {tries}"
        if isinstance(error, openai.APIConnectionError):
            reason = str(error.__cause__) or type(error.__cause__).__name__
            return f"{host()} cannot be reached, {tries} ({reason}); this encoder needs a network"
        if isinstance(error, openai.APIStatusError):
            said = error.message.replace(_key(), "***")
            return f"{host()} refuses the request: {' '.join(said.split())[:300]}"
        return f"the client failed with {type(error).__name__}"


def client_folder() -> Path | None:
    """Return where the client is installed, None where it is not."""
    found = importlib.util.find_spec("openai")
    return Path(found.origin).parent if found and found.origin else None


def has_key() -> bool:
    """Whether a key is set."""
    return bool(_key())


def host() -> str:
    """Return the name of the machine that is asked."""
    try:
        return urlsplit(_address()).hostname or ""
    except ValueError:
        return ""


def require_access(name: str) -> None:
    """Check that there are a client, a key and an address that a request can be made with.

    Raises
    ------
    EncoderError
        If one is missing: with what to do. Neither key nor address is repeated, an address may hold a secret.
    """
    key = _key()
    if client_folder() is None:
        problem = f"its client is not installed; install it with: {INSTALL}"
    elif not key:
        problem = f"it needs a key of the service in the environment variable {KEY}"
    elif not (key.isascii() and key.isprintable()) or " " in key:
        problem = f"expected a key in {KEY}, got something with spaces or other characters no key has"
    elif not (_address().startswith(("http://", "https://")) and host()):
        problem = f"expected an address like {DEFAULT_ADDRESS} in {ADDRESS}, got something else"
    else:
        return
    raise EncoderError(f"encoder '{name}': {problem}")


def _key() -> str:
    return os.environ.get(KEY, "").strip()


def _address() -> str:
    return os.environ.get(ADDRESS, "").strip() or DEFAULT_ADDRESS


def _decoded(embedding: str | list[float]) -> np.ndarray:
    """Return a vector sent as base64 of little-endian float32 or, by some servers, as a list."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4")
    return np.array(embedding, dtype=np.float32).reshape(-1)


def _give_up_without_quota(response: Any) -> None:
    """Keep the client from asking again where no waiting helps."""
    if response.status_code == 429 and b"insufficient_quota" in response.read():
        response.headers["x-should-retry"] = "false"
