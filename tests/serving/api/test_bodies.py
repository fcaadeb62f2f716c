"""Bodies of requests are bounded, one by one and in all."""

import asyncio
import io
import json

import pytest
from starlette.testclient import TestClient

from core.common.access import access
from core.common.limits import Limits
from core.serving.api.app import make_api
from core.serving.api.bodies import PRODUCT_MB

CLASSIFY = "/v1/catalogues/tiny/classify"
MB = 1 << 20


def pieces(megabytes):
    for _ in range(megabytes):
        yield b" " * MB


def test_what_is_too_large_is_refused_whether_it_says_so_or_not(client):
    for content in (b" " * (PRODUCT_MB + 1) * MB, pieces(PRODUCT_MB + 1)):
        answer = client.post(CLASSIFY, content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["detail"] == "the request is too large: 28 MB is the most here"


def test_all_requests_together_bring_no_more_than_the_limit(artifacts):
    with TestClient(make_api(artifacts, access({}), Limits(uploads=2))) as client:
        headers = {"content-type": "application/json"}
        answer = client.post(CLASSIFY, content=pieces(4), headers=headers)
        assert answer.status_code == 503 and answer.headers["retry-after"] == "1"
        assert "in a moment" in answer.json()["detail"]
        assert client.post(CLASSIFY, json={"name": "mug"}).status_code == 200  # nothing is held any more


def test_a_line_of_a_batch_that_is_too_long_ends_it(client):
    long = json.dumps({"name": "mug", "image": "A" * (PRODUCT_MB * MB)})
    lines = '{"sku": "first"}\n' + long + '\n{"sku": "never"}\n'
    answer = client.post(f"{CLASSIFY}/batch", content=lines, headers={"content-type": "application/jsonl"})
    first, refused = map(json.loads, answer.text.splitlines())
    assert first["sku"] == "first" and refused["detail"] == "line 2: a product of more than 28 MB"


def test_a_client_that_goes_away_leaves_nothing(artifacts):
    app = make_api(artifacts, access({}), Limits(uploads=2))
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"{CLASSIFY}/batch",
        "raw_path": b"",
        "query_string": b"",
        "headers": [(b"content-type", b"application/jsonl")],
        "app": app,
    }

    async def gone():
        messages = iter([{"type": "http.request", "body": b" " * MB, "more_body": True}])

        async def receive():
            return next(messages, {"type": "http.disconnect"})

        async def send(message):
            pass

        await app(scope, receive, send)

    for _ in range(5):  # two of them would be too much for the third
        with pytest.raises(Exception, match=r"^$"):
            asyncio.run(gone())
    with TestClient(app) as client:
        assert (
            client.post(
                CLASSIFY, content=io.BytesIO(b'{"name": "mug"}'), headers={"content-type": "application/json"}
            ).status_code
            == 200
        )
