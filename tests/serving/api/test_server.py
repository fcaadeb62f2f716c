"""The API without the pages, as a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from core.common.errors import AccessError, CoreError
from core.serving.api.server import run
from tests.paths import ROOT


def test_a_server_for_one_person_listens_to_nobody_else(monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_MODE", "local")
    with pytest.raises(AccessError, match=r"listens to 127\.0\.0\.1 only"):
        run("0.0.0.0", 8599)


def test_a_port_that_is_taken_is_said(monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_MODE", "local")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CoreError, match=f"cannot listen to 127.0.0.1, port {port}: "):
            run("127.0.0.1", port)


@pytest.mark.slow
@pytest.mark.parametrize("options", [["--api-only"], ["--headless"]])
def test_a_server_that_is_told_to_end_answers_what_is_under_way(options):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PRODUCT_LENS_MODE": "local",
        "PRODUCT_LENS_ARTIFACTS": str(ROOT / "artifacts"),
    }
    command = [sys.executable, "-m", "core", "serve", "--port", str(port), *options]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 120
            while True:
                try:
                    urllib.request.urlopen(f"{address}/readyz", timeout=10)
                    break
                except OSError:
                    assert server.poll() is None and time.monotonic() < deadline
                    time.sleep(0.3)
            lines = "".join(
                json.dumps({"sku": str(n), "name": f"ceramic mug {n}"}) + "\n" for n in range(200)
            )
            request = urllib.request.Request(
                f"{address}/v1/catalogues/demo/classify/batch",
                lines.encode(),
                {"Content-Type": "application/jsonl"},
            )
            with urllib.request.urlopen(request, timeout=120) as answer:
                first = answer.readline()
                server.terminate()
                answered = [first, *answer]
            assert [json.loads(line)["sku"] for line in answered] == [str(n) for n in range(200)]
            server.wait(30)
        finally:
            server.kill()
