"""How much a request may bring, and all of them together: what is too much is refused while it comes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from core.catalogue.upload import UPLOAD_MB
from core.common.limits import Limits
from core.serving.api.problems import TYPE, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PRODUCT_MB = 28
"""Megabytes of a request about one product: an image of 20 in base64, and its text."""
_MB = 1 << 20
_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class BodyGuard:
    """ASGI middleware: bounds the bodies of requests, by request and in all.

    Parameters
    ----------
    app
        What is guarded.
    limits
        ``uploads`` bounds what all requests under way have brought.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._most = limits.uploads * _MB
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = (UPLOAD_MB if scope["path"].endswith("/batch") else PRODUCT_MB) * _MB
        said = Headers(scope=scope).get("content-length", "")
        if said.isascii() and said.isdecimal() and int(said) > most:
            refusal = JSONResponse(problem(_TOO_LARGE, _too_large(most)), 413, None, TYPE)
            await refusal(scope, receive, send)
            return
        brought = 0

        async def counted() -> Message:
            nonlocal brought
            message = await receive()
            size = len(message.get("body", b""))
            brought += size
            self._held += size
            if brought > most:
                raise HTTPException(_TOO_LARGE, _too_large(most))
            if self._held > self._most:
                raise HTTPException(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    "requests under way have brought as much as this server takes; try again in a moment",
                    {"Retry-After": "1"},
                )
            return message

        try:
            await self._app(scope, counted, send)
        finally:
            self._held -= brought


def _too_large(most: int) -> str:
    return f"the request is too large: {most // _MB} MB is the most here"
