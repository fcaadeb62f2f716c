import http.server
import threading
import time
from functools import partial

import pytest

from core.common.errors import EncoderError
from core.features.encoders import (
    minilm,
    weights,
)
from core.features.encoders.registry import load_encoder
from tests.features.encoders.models import write_safetensors


@pytest.fixture
def nothing_here(monkeypatch, tmp_path):
    """A machine without any weights."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(weights, "ARTIFACTS", tmp_path / "artifacts")
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    monkeypatch.setattr(weights, "find_on_hub_cache", lambda *_: None)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)


@pytest.mark.parametrize("name", ["minilm", "mobilenet"])
@pytest.mark.parametrize(
    "content", [b"", b"just a text", bytes(range(256)) * 40], ids=["empty", "text", "bytes"]
)
def test_what_is_no_weights_file_is_refused_in_one_line(tmp_path, name, content):
    folder = write_safetensors(tmp_path / "model", {})
    file = folder / "model.safetensors"
    file.write_bytes(content)
    with pytest.raises(EncoderError, match=f"encoder '{name}': .*model.safetensors") as error:
        load_encoder(name, file)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["minilm", "mobilenet", "mobilenet-0.75"])
def test_without_weights_and_network_one_line_says_what_to_do(name, nothing_here, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    expected = f"encoder '{name}': its weights are not on this machine.*HF_HUB_OFFLINE is set.*--weights"
    with pytest.raises(EncoderError, match=expected) as error:
        load_encoder(name)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["minilm", "mobilenet"])
def test_a_network_that_refuses_or_hangs_is_given_up_soon(name, nothing_here, monkeypatch):
    def refuse(*_, **__):
        raise OSError("Name or service not known")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    with pytest.raises(EncoderError, match=r"Name or service not known.*connect to the network"):
        load_encoder(name)

    woken = threading.Event()

    def hang(*_, **__):
        woken.wait(30)
        raise OSError("timed out")

    monkeypatch.setattr("urllib.request.urlopen", hang)
    monkeypatch.setattr(weights, "CONNECT_SECONDS", 0.1)
    start = time.monotonic()
    with pytest.raises(EncoderError, match="no answer"):
        load_encoder(name)
    assert time.monotonic() - start < 15
    woken.set()


def test_the_hub_is_asked_last_and_its_errors_take_one_line(nothing_here, monkeypatch, tmp_path):
    import huggingface_hub

    class ReadTimeout(Exception):
        """As an HTTP library may raise."""

    asked = []

    def download(repository, file, **_):
        asked.append(file)
        if len(asked) > 3:
            raise ReadTimeout("timed out\nafter a while")
        return str(tmp_path / "snapshot" / file)

    monkeypatch.setattr(weights, "require_network", lambda *_: None)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    calls = []
    folder = weights.fetch_from_hub("minilm", "org/model", minilm.FILES, lambda *call: calls.append(call))
    assert folder == tmp_path / "snapshot"
    assert asked == list(minilm.FILES)
    assert calls[-1] == ("Downloading minilm", 3, 3)
    with pytest.raises(EncoderError, match=r"cannot be downloaded from org/model on .*timed out\)") as error:
        weights.fetch_from_hub("minilm", "org/model", ("x",), lambda *_: None)
    assert "\n" not in str(error.value)


def test_the_hubs_cache_is_searched(monkeypatch, tmp_path):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "models--org--model"
    snapshot = repository / "snapshots" / "1234"
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("1234")
    (snapshot / "config.json").write_text("{}")
    assert weights.find_on_hub_cache("org/model", ("config.json",)) == snapshot
    assert weights.find_on_hub_cache("org/model", ("config.json", "model.safetensors")) is None
    assert weights.find_on_hub_cache("org/other", ("config.json",)) is None


class Server(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def send_header(self, keyword, value):
        if keyword == "Content-Length" and "broken" in self.path:
            value = "4000000"
        super().send_header(keyword, value)


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "whole.h5").write_bytes(b"w" * 3_000_000)
    (folder / "broken.h5").write_bytes(b"w" * 1000)
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, directory=folder))
    threading.Thread(target=partial(serving.serve_forever, 0.02), daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}/"
    serving.shutdown()


def test_a_download_arrives_whole_and_tells_how_far_it_is(server, tmp_path, nothing_here):
    calls = []
    target = tmp_path / "keras" / "models" / "whole.h5"
    weights.fetch_file("tiny", server + "whole.h5", target, lambda *call: calls.append(call))
    assert target.stat().st_size == 3_000_000
    assert calls[-1] == ("Downloading tiny", 2929, 2929)
    assert len(calls) == 3


@pytest.mark.parametrize("file", ["broken.h5", "none.h5"])
def test_a_broken_download_leaves_nothing(server, tmp_path, nothing_here, file):
    target = tmp_path / "models" / file
    with pytest.raises(EncoderError, match="cannot be downloaded"):
        weights.fetch_file("tiny", server + file, target, lambda *_: None)
    assert not target.exists()
    assert not list(tmp_path.glob("models/*"))
