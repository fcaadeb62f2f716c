"""Uploads that are too much for a session or for the server."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from core.common.limits import Limits
from core.ui import uploads
from core.ui.uploads import UploadGuard

MB = 1 << 20
KEPT, DROPPED = 200, 204
FEW = Limits(session_uploads=2, uploads=3)


@pytest.fixture(autouse=True)
def dropped(monkeypatch):
    monkeypatch.setattr(uploads, "_dropped", {})


@pytest.fixture
def kept():
    """Session -> bytes that the server keeps."""
    return {}


@pytest.fixture
def client(kept):
    async def put(request):
        session = request.path_params["session"]
        kept[session] = kept.get(session, 0) + len(await request.body())
        return PlainTextResponse("kept")

    route = Route("/_stcore/upload_file/{session}/{file}", put, methods=["PUT"])
    guard = Middleware(UploadGuard, limits=FEW, held=lambda: kept)
    return TestClient(Starlette(routes=[route], middleware=[guard]))


def upload(client, session, size, file="f"):
    return client.put(f"/_stcore/upload_file/{session}/{file}", content=b"x" * size)


def test_a_session_keeps_so_much(client, kept):
    assert [upload(client, "a", MB, str(n)).status_code for n in range(3)] == [KEPT, KEPT, DROPPED]
    assert kept == {"a": 2 * MB} and "a" in uploads._dropped
    del kept["a"]  # the visitor has removed the files
    assert upload(client, "a", MB).status_code == KEPT
    assert "a" not in uploads._dropped


def test_all_sessions_together_keep_so_much(client):
    assert [upload(client, session, MB).status_code for session in "abcd"] == [KEPT, KEPT, KEPT, DROPPED]


def test_few_sessions_are_remembered(client, monkeypatch):
    monkeypatch.setattr(uploads, "_MOST_KNOWN", 2)
    for session in "abcd":
        upload(client, session, 3 * MB)
    assert list(uploads._dropped) == ["c", "d"]


def test_what_hides_its_size_counts_as_the_largest_file(client, kept):
    def pieces():
        yield b"x"

    assert client.put("/_stcore/upload_file/a/f", content=pieces()).status_code == DROPPED
    for said in ("-1", "1e3", "²"):
        headers = {"content-length": said.encode()}
        assert client.put("/_stcore/upload_file/a/f", content=b"x", headers=headers).status_code == DROPPED
    assert not kept


def test_uploads_on_their_way_count_and_are_forgotten_if_they_fail():
    entered, leave = asyncio.Event(), asyncio.Event()
    answers = []

    async def slow(scope, receive, send):
        entered.set()
        await leave.wait()
        raise ConnectionError

    async def send(message):
        answers.append(message.get("status"))

    async def nothing():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def main():
        guard = UploadGuard(slow, FEW, held=dict)
        path, length = "/_stcore/upload_file/a/f", [(b"content-length", str(2 * MB).encode())]
        scope = {"type": "http", "method": "PUT", "path": path, "headers": length}
        first = asyncio.create_task(guard(scope, None, send))
        await entered.wait()
        await guard(scope, nothing, send)
        assert answers[0] == DROPPED
        leave.set()
        with pytest.raises(ConnectionError):
            await first
        answers.clear()
        with pytest.raises(ConnectionError):
            await guard(scope, None, send)
        assert not answers

    asyncio.run(main())
