"""Requests under a foreign name are refused: DNS can make any name mean this machine (rebinding)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

from core.common.access import Access

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_OWN = b"http://localhost"


class HostGuard:
    """ASGI middleware: answers only to the names that the server has, and to pages from there.

    Streamlit compares the origin of a connection with the machine's external address, which it asks another
    server for. An origin that was found to be one of the allowed names is therefore handed on as the
    machine's own.
    """

    def __init__(self, app: ASGIApp, rules: Access) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin")
        from_here = origin is None or self._rules.answers_to(_host_of(origin.decode("latin-1")))
        if self._rules.answers_to(host) and from_here:
            own = [(name, _OWN if name == b"origin" else value) for name, value in scope["headers"]]
            await self._app({**scope, "headers": own}, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("This server has another name.", status_code=400)(scope, receive, send)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""
