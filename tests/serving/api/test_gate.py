"""Who may ask what: modes, keys, scopes, rates."""

import pytest
from fastapi import HTTPException
from starlette.testclient import TestClient

from core.common.access import access
from core.common.limits import limits
from core.serving.api.app import make_api
from core.serving.api.gate import Bucket, Gate
from core.serving.api.keys import KeyFile


def rules(mode):
    return access({"PRODUCT_LENS_MODE": mode})


def status(gate, secret, scope, amount=1):
    try:
        gate.admit(secret, scope, amount)
    except HTTPException as error:
        return error.status_code
    return 200


@pytest.fixture
def keys(tmp_path):
    return KeyFile(tmp_path / "keys.json")


def test_on_ones_own_machine_nobody_needs_a_key():
    assert status(Gate(rules("local"), None), "", "write") == 200


def test_in_public_everybody_reads_and_nobody_writes(keys):
    secret = keys.add("writer", "write")
    gate = Gate(rules("public"), keys)
    assert [status(gate, each, "read") for each in ("", "wrong", secret)] == [200] * 3
    assert [status(gate, each, "write") for each in ("", "wrong", secret)] == [403] * 3


def test_a_team_needs_a_key_that_may_do_it(keys):
    reader, writer = keys.add("reader"), keys.add("writer", "write")
    gate = Gate(rules("team"), keys)
    assert [status(gate, each, "read") for each in ("", "wrong", reader, writer)] == [401, 401, 200, 200]
    assert [status(gate, each, "write") for each in (reader, writer)] == [403, 200]
    assert status(Gate(rules("team"), None), reader, "read") == 401


def test_a_key_that_was_removed_is_refused_at_once(keys):
    secret = keys.add("shop")
    gate = Gate(rules("team"), keys)
    assert status(gate, secret, "read") == 200
    keys.remove("shop")
    assert status(gate, secret, "read") == 401


def test_a_key_has_its_rate(keys):
    secret = keys.add("slow", rate=3)
    gate = Gate(rules("team"), keys)
    assert [status(gate, secret, "read") for _ in range(4)] == [200, 200, 200, 429]
    with pytest.raises(HTTPException) as refused:
        gate.admit(secret, "read")
    assert 0 < int(refused.value.headers["Retry-After"]) <= 21  # three a minute


def test_a_bucket_fills_with_time():
    now = 0.0
    bucket = Bucket(60, lambda: now)
    assert bucket.take(60) == 0
    assert bucket.take(30) == pytest.approx(30)
    now = 29.0
    assert bucket.take(30) == pytest.approx(1)
    now = 30.0
    assert bucket.take(30) == 0
    now = 1e6
    assert bucket.take(1000) == 0  # more than there can be is all there can be
    assert bucket.take(1) == pytest.approx(1)


def test_figures_are_nobodys_business_but_of_who_has_a_key(artifacts, keys):
    secret = keys.add("prometheus")
    for mode, wanted in {"local": 200, "team": 401, "public": 401}.items():
        with TestClient(make_api(artifacts, rules(mode), limits({}), keys)) as client:
            assert client.get("/metrics").status_code == wanted
            assert client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_a_team_s_server_asks_for_a_key_on_every_path_but_its_health(artifacts, keys):
    secret = keys.add("shop")
    with TestClient(make_api(artifacts, rules("team"), limits({}), keys)) as client:
        paths = client.get("/v1/openapi.json").json()["paths"]
        for path, methods in paths.items():
            for method in methods:
                answer = client.request(method, path.format(name="tiny", sku="x"), json={})
                assert answer.status_code == (200 if path in ("/healthz", "/readyz") else 401), path
        refused = client.get("/v1/catalogues")
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.headers["content-type"] == "application/problem+json"
        headers = {"Authorization": f"Bearer {secret}"}
        assert client.get("/v1/catalogues", headers=headers).status_code == 200
