"""Uploads that a server keeps in memory are bounded, by session and in all.

Streamlit bounds one file only. It keeps what a session has uploaded until the session ends or the field is
emptied, whether or not a page has a field for it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from core.catalogue.upload import UPLOAD_MB
from core.common.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+/?$")
_MB = 1 << 20


def held_by_session() -> Mapping[str, int]:
    """Return session -> bytes of its uploads that Streamlit keeps."""
    if not Runtime.exists():
        return {}
    manager = Runtime.instance().uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        raise TypeError(f"expected uploads in memory, got {type(manager).__name__}")
    stored = list(manager.file_storage.items())
    return {session: sum(len(file.data) for file in list(files.values())) for session, files in stored}


class UploadGuard:
    """ASGI middleware: refuses an upload that would be too much for its session or for all.

    Parameters
    ----------
    app
        What is guarded.
    limits
        What is too much.
    held
        Returns session -> bytes that are kept already.
    """

    def __init__(
        self, app: ASGIApp, limits: Limits, held: Callable[[], Mapping[str, int]] = held_by_session
    ) -> None:
        self._app = app
        self._limits = limits
        self._held = held
        self._coming: Counter[str] = Counter()  # session -> bytes that are on their way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        path = _PATH.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if path is None:
            await self._app(scope, receive, send)
            return
        session, size = path[1], _size(Headers(scope=scope))
        held = Counter(self._held()) + self._coming
        own, all_ = (held[session] + size) / _MB, (held.total() + size) / _MB
        if own > self._limits.session_uploads or all_ > self._limits.uploads:
            refusal = "This server keeps no more uploads at once. Remove a file, or try again later."
            await PlainTextResponse(refusal, status_code=413)(scope, receive, send)
            return
        self._coming[session] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[session] -= size
            self._coming += Counter()  # sessions with nothing on its way go


def _size(headers: Headers) -> int:
    """Return how large an upload can be: what is said counts only where it is the less."""
    most = (UPLOAD_MB + 1) * _MB
    said = headers.get("content-length", "")
    return min(int(said), most) if said.isascii() and said.isdecimal() else most
