"""The command that starts a server."""

import pytest

from core.cli.commands import main
from core.serving.api import server as api
from core.ui import server as pages


@pytest.fixture
def started(monkeypatch):
    calls = []
    monkeypatch.setattr(api, "run", lambda *given: calls.append(("api", *given)))
    monkeypatch.setattr(pages, "run", lambda *given, headless: calls.append(("pages", *given, headless)))
    return calls


def test_pages_and_api_or_the_api_alone_are_started(started, tmp_path):
    assert main(["serve"]) == 0
    assert main(["serve", "--host", "0.0.0.0", "--port", "8600", "--headless", "--data", str(tmp_path)]) == 0
    assert main(["serve", "--api-only", "--port", "8600"]) == 0
    assert started == [
        ("pages", "127.0.0.1", 8501, None, False),
        ("pages", "0.0.0.0", 8600, tmp_path, True),
        ("api", "127.0.0.1", 8600),
    ]


def test_a_catalogue_s_folder_is_for_pages(started, capsys, tmp_path):
    assert main(["serve", "--api-only", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "error: --data is for pages; leave --api-only out\n"
