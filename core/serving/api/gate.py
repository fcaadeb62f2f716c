"""Who may ask what, and how much: by the mode of the server and the key of the program."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

from fastapi import HTTPException

from core.common.access import Access
from core.serving.api.keys import READ, WRITE, ApiKey, KeyFile, hashed


class Bucket:
    """How much of a rate is left: it fills with time, up to a minute's worth.

    Parameters
    ----------
    rate
        How much a minute.
    clock
        Returns seconds.
    """

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(max(rate, 1))
        self._left = self._most
        self._clock = clock
        self._filled = clock()

    def take(self, amount: int) -> float:
        """Take an amount and return 0, or return the seconds until there is enough.

        An amount above a minute's worth counts as that.
        """
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._filled) * self._most / 60)
        self._filled = now
        wanted = min(float(amount), self._most)
        if self._left < wanted:
            return (wanted - self._left) * 60 / self._most
        self._left -= wanted
        return 0.0


class Gate:
    """Lets programs in: anybody on one's own machine, readers in public, those with a key in a team.

    Parameters
    ----------
    rules
        The mode of the server.
    keys
        The file of keys; None for none.
    """

    def __init__(self, rules: Access, keys: KeyFile | None) -> None:
        self._rules = rules
        self._keys = keys
        self._buckets: dict[str, Bucket] = {}

    def admit(self, secret: str, scope: str, amount: int = 1) -> Bucket | None:
        """Let a request in; return what its rate is taken from, None where there is no rate.

        Parameters
        ----------
        secret
            The key that it came with, "" for none.
        scope
            What it needs: ``read`` or ``write``.
        amount
            How much of the rate it takes.

        Raises
        ------
        HTTPException
            401 without a key that is known, 403 where it may not do that, 429 above its rate.
        """
        if self._rules.is_local:
            return None
        if self._rules.mode == "public":
            if scope == WRITE:
                raise HTTPException(HTTPStatus.FORBIDDEN, "this server only shows and classifies")
            return None
        return self._with_key(secret, scope, amount)

    def admit_to_metrics(self, secret: str) -> None:
        """Let a request for the server's figures in: in public, too, only with a key.

        Raises
        ------
        HTTPException
            As :meth:`admit`.
        """
        if not self._rules.is_local:
            self._with_key(secret, READ, 0)

    def _with_key(self, secret: str, scope: str, amount: int) -> Bucket:
        key = self._known(secret)
        if key is None:
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                "this server needs a key: send it as 'Authorization: Bearer KEY'",
                {"WWW-Authenticate": "Bearer"},
            )
        if not key.allows(scope):
            raise HTTPException(HTTPStatus.FORBIDDEN, f"the key '{key.name}' may not write")
        bucket = self._buckets.setdefault(key.sha256, Bucket(key.rate))
        if seconds := bucket.take(amount):
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"the key '{key.name}' has had its {key.rate} products a minute; try again later",
                {"Retry-After": str(int(seconds) + 1)},
            )
        return bucket

    def _known(self, secret: str) -> ApiKey | None:
        if not secret or self._keys is None:
            return None
        return self._keys.read().get(hashed(secret))
