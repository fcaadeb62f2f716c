"""The app as ``server.py`` serves it: behind its guards, or not at all."""

import json
import os
import runpy
import subprocess
import sys

import pytest

from tests.paths import ROOT

ASK = """
import json, runpy
from starlette.testclient import TestClient
size = (1 << 20) + 1
asked = {
    "own": ("GET", "/_stcore/health", "lens.example.com", 0),
    "api": ("GET", "/healthz", "lens.example.com", 0),
    "api, nothing there": ("GET", "/v1/nothing", "localhost", 0),
    "foreign": ("GET", "/_stcore/health", "evil.example", 0),
    "foreign to the api": ("GET", "/v1/catalogues", "evil.example", 0),
    "foreign page": ("GET", "/", "evil.example", 0),
    "foreign upload": ("PUT", "/_stcore/upload_file/a/b", "evil.example", 1),
    "upload too much": ("PUT", "/_stcore/upload_file/a/b", "localhost", size),
}
with TestClient(runpy.run_path("server.py")["app"]) as client:
    answers = {
        name: client.request(method, path, headers={"host": host}, content=b"x" * size)
        for name, (method, path, host, size) in asked.items()
    }
print(json.dumps({name: (answer.status_code, answer.text) for name, answer in answers.items()}))
"""


@pytest.fixture(scope="module")
def answers():
    """What the app answers; in a process of its own, because a process has one runtime of Streamlit."""
    settings = {"PRODUCT_LENS_HOSTS": "lens.example.com", "PRODUCT_LENS_LIMITS": "session_uploads=1"}
    command = [sys.executable, "-c", ASK]
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT), "PRODUCT_LENS_MODE": "local"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_its_own_name_is_answered(answers):
    assert answers["own"] == [200, "ok"]


def test_the_api_answers_beside_the_pages(answers):
    assert answers["api"] == [200, '{"status":"ok"}']
    status, problem = answers["api, nothing there"]
    assert status == 404 and json.loads(problem)["detail"] == "there is nothing at /v1/nothing"


@pytest.mark.parametrize("asked", ["foreign", "foreign to the api", "foreign page", "foreign upload"])
def test_requests_under_a_foreign_name_are_refused(answers, asked):
    assert answers[asked] == [400, "This server has another name."]


def test_uploads_that_are_too_much_are_dropped(answers):
    assert answers["upload too much"] == [204, ""]


@pytest.mark.parametrize(
    ("setting", "value"), [("MODE", "opne"), ("LIMITS", "uploads=many"), ("LIMITS", "upload=3")]
)
def test_a_wrong_setting_serves_nothing(monkeypatch, capsys, setting, value):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(f"PRODUCT_LENS_{setting}", value)
    with pytest.raises(SystemExit) as end:
        runpy.run_path("server.py")
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1
