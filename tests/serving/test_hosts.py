"""Requests under foreign names, and pages from elsewhere that open connections."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from core.common.access import access
from core.serving.hosts import HostGuard


async def page(request):
    return PlainTextResponse(request.headers.get("origin", "none"))


async def talk(socket):
    await socket.accept()
    await socket.send_text(socket.headers.get("origin", "none"))
    await socket.close()


@pytest.fixture
def client():
    rules = access({"PRODUCT_LENS_HOSTS": "lens.example.com"})
    routes = [Route("/", page), WebSocketRoute("/talk", talk)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(HostGuard, rules=rules)]))


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "lens.example.com:443"])
def test_own_names_are_answered(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200
    with client.websocket_connect("/talk", headers={"host": host, "origin": f"http://{host}"}) as socket:
        assert socket.receive_text() == "http://localhost"  # Streamlit asks nobody whose address this is


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "evil.example:8501", "origin": "http://evil.example:8501"},
        {"host": "localhost", "origin": "http://evil.example"},
        {"host": "localhost", "origin": "null"},
        {"host": "localhost", "origin": "http://[broken"},
    ],
)
def test_foreign_names_are_not(client, headers):
    assert client.get("/", headers=headers).status_code == 400
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/talk", headers=headers):
        pass
