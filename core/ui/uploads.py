"""Uploads that a server keeps in memory are bounded, by session and in all.

Streamlit bounds one file only. It keeps what a session has uploaded until the session ends or the field is
emptied, whether or not a page has a field for it. A browser shows the status of a refused upload and no more,
so an upload that is too much is received and dropped, and the page, which then finds no file, says why.

Fields name no endings: Streamlit raises an error at a file of another one, which a program can send, and a
shop's export may have any. What a file holds is found out when it is read.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import Response
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.catalogue.upload import UPLOAD_MB
from core.common.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+/?$")
_MB = 1 << 20
_MOST_KNOWN = 1000
_dropped: dict[str, None] = {}  # sessions whose last upload was too much, the latest last


def say_if_dropped(*files: UploadedFile | None) -> None:
    """Say that an upload was too much for this server, below the fields that hold `files`."""
    context = get_script_run_ctx()
    if None in files and context is not None and context.session_id in _dropped:
        st.error(
            "This server keeps no more uploads at the moment. Remove a file, or try again later.",
            icon=":material/error:",
        )


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
            await _receive_all(receive)
            _dropped[session] = None
            while len(_dropped) > _MOST_KNOWN:
                del _dropped[next(iter(_dropped))]
            await Response(status_code=204)(scope, receive, send)
            return
        _dropped.pop(session, None)
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


async def _receive_all(receive: Receive) -> None:
    """Take in a body that nobody wants: a browser is told the answer only after it has sent everything."""
    done = 0
    while done <= (UPLOAD_MB + 1) * _MB:
        message = await receive()
        done += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return
