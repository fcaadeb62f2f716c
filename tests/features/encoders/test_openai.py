import base64
import hashlib
import http.server
import json
import logging
import shutil
import sys
import threading
import time
from dataclasses import replace
from email.utils import formatdate
from types import SimpleNamespace

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.cli.commands import main
from core.common.errors import EncoderError
from core.features.cache import FeatureCache, paid_cache
from core.features.encoders import openai as module
from core.features.encoders import openai_service
from core.features.encoders.bundled import load_bundled_encoder
from core.features.encoders.openai import MODELS, OpenAIEncoder
from core.features.encoders.openai_service import Patience
from core.features.encoders.record import EncoderRecord
from core.features.encoders.registry import describe_encoders, load_encoder
from core.features.texts import encode_texts
from core.serving.predictor import Predictor
from tests import tiny

KEY = "sk-made-up-0123456789"
DIM = MODELS["openai"].dim

pytest.importorskip("openai", reason="the openai client is not here (requirements_openai.txt)")


class Service:
    """What the stand-in does next, and what it was asked."""

    def __init__(self):
        self.asked = []
        self.script = []
        self.address = ""

    @property
    def texts(self):
        return [request["input"] for request in self.asked]


def vector_of(text: str, dim: int = DIM) -> np.ndarray:
    """A vector that depends on the text's words, not of length 1."""
    vector = np.full(dim, 0.01)
    for word in text.lower().split():
        seed = int.from_bytes(hashlib.sha256(word.strip(".,").encode()).digest()[:4])
        vector += np.random.default_rng(seed).normal(size=dim)
    return vector.astype(np.float32)


def answer(request: dict, dim: int = DIM, *, base64_too: bool = True, reverse: bool = True) -> dict:
    """The protocol's answer: each vector with the place of its text, in any order."""
    rows = []
    for index, text in enumerate(request["input"]):
        vector = vector_of(text, dim)
        as_text = base64_too and request.get("encoding_format") == "base64"
        embedding = base64.b64encode(vector.tobytes()).decode() if as_text else vector.tolist()
        rows.append({"object": "embedding", "index": index, "embedding": embedding})
    if reverse:
        rows.reverse()
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "data": rows, "model": request["model"], "usage": usage}


def error(status: int, code: str, message: str = "it does not work", **headers: str) -> tuple:
    return status, {"error": {"message": message, "type": code, "param": None, "code": code}}, headers


@pytest.fixture
def service(monkeypatch, tmp_path):
    """A stand-in for the service on this machine; `script` holds answers to give before it works."""
    said = Service()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said.asked.append(request | {"key": self.headers["Authorization"], "path": self.path})
            step = said.script.pop(0) if said.script else answer
            status, content, headers = step if isinstance(step, tuple) else (200, step(request), {})
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", headers.pop("type", "application/json"))
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    said.address = f"http://127.0.0.1:{server.server_port}/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", said.address)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield said
    server.shutdown()
    server.server_close()


@pytest.fixture
def waits(monkeypatch):
    """How long the client wanted to wait before it asked again; it does not."""
    waited = []
    monkeypatch.setattr("openai._base_client.time", SimpleNamespace(sleep=waited.append, time=time.time))
    return waited


@pytest.fixture
def encoder(service):
    return load_encoder("openai", modality="text")


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


# --- vectors


def test_texts_become_the_services_vectors_of_length_one_in_order(service, encoder):
    texts = ["blue mug", "red lamp", "mug", "Größe 38 🙂"]
    got = encoder.encode(texts)
    assert (got.shape, got.dtype) == ((4, 1536), np.float32)
    np.testing.assert_allclose(got, unit(np.stack([vector_of(text) for text in texts])), atol=1e-6)
    (request,) = service.asked
    assert request["path"] == "/v1/embeddings"
    assert request["model"] == "text-embedding-3-small"
    assert request["encoding_format"] == "base64"
    assert request["key"] == f"Bearer {KEY}"


def test_a_server_that_answers_in_plain_numbers_gives_the_same(service, encoder):
    expected = encoder.encode(["blue mug", "lamp"])
    service.script = [lambda request: answer(request, base64_too=False, reverse=False)]
    np.testing.assert_allclose(encoder.encode(["blue mug", "lamp"]), expected, atol=1e-6)


def test_empty_texts_are_zeros_and_not_sent(service, encoder):
    got = encoder.encode(["", "mug", "  \n", "lamp"])
    assert (np.linalg.norm(got, axis=1) > 0.5).tolist() == [False, True, False, True]
    assert service.texts == [["mug", "lamp"]]
    assert encoder.encode([]).shape == (0, 1536)
    assert encoder.encode(["", ""]).shape == (2, 1536)
    assert len(service.asked) == 1


def test_long_texts_are_cut_and_what_cannot_be_sent_is_replaced(service, encoder):
    encoder.encode(["mug " * 4000, "尺" * 5000, "half a \ud83d character"])
    long, chinese, half = service.texts[0]
    assert len(long.encode()) == 8191
    assert chinese == "尺" * 2730
    assert half == "half a ? character"


def test_the_larger_model(service):
    service.script = [lambda request: answer(request, 3072)]
    large = load_encoder("openai-large")
    assert large.encode(["mug"]).shape == (1, 3072)
    assert service.asked[0]["model"] == "text-embedding-3-large"
    assert large.weights_id != OpenAIEncoder("openai").weights_id


# --- batches


def test_requests_are_cut_by_number_and_by_size(service, encoder, monkeypatch):
    assert encoder.batches(["mug"] * 5000) == [slice(0, 2048), slice(2048, 4096), slice(4096, 5000)]
    assert encoder.batches(["x" * 2000] * 120) == [slice(0, 50), slice(50, 100), slice(100, 120)]
    assert encoder.batches(["尺" * 600] * 60) == [slice(0, 55), slice(55, 60)]
    assert encoder.batches([]) == []
    monkeypatch.setattr(module, "REQUEST_TEXTS", 3)
    texts = [f"mug {n}" for n in range(8)]
    np.testing.assert_allclose(
        encoder.encode(texts), unit(np.stack([vector_of(t) for t in texts])), atol=1e-6
    )
    assert service.texts == [texts[:3], texts[3:6], texts[6:]]


def test_no_request_goes_beyond_the_services_limits(encoder):
    random = np.random.default_rng(0)
    texts = ["".join(random.choice(["a", "é", "尺", "🙂"], random.integers(1, 9000))) for _ in range(200)]
    parts = encoder.batches(texts)
    assert [row for part in parts for row in range(len(texts))[part]] == list(range(len(texts)))
    for part in parts:
        # At least one byte per token: at most as many tokens as bytes.
        sizes = [min(len(text.encode()), module.TEXT_BYTES) for text in texts[part]]
        assert len(sizes) <= 2048 and max(sizes) <= 8191 and sum(sizes) <= 300_000


# --- the cache, and what it costs


def test_nothing_is_paid_twice(service, encoder, tmp_path):
    texts = ["blue mug", "red lamp", "blue mug", "", "chair"]
    first = encode_texts(texts, encoder, FeatureCache.open(tmp_path / "features", encoder))
    assert sorted(service.texts[0]) == ["blue mug", "chair", "red lamp"]
    again = load_encoder("openai")
    second = encode_texts([*texts, "new"], again, FeatureCache.open(tmp_path / "features", again))
    assert service.texts[1:] == [["new"]]
    np.testing.assert_array_equal(second.vectors[:5], first.vectors)
    assert first.present.tolist() == [True, True, True, False, True]


def test_what_was_paid_for_before_a_failure_is_kept(service, encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "REQUEST_TEXTS", 2)
    service.script = [answer, answer, error(400, "bad")]
    texts = [f"mug {n}" for n in range(8)]
    with pytest.raises(EncoderError, match="refuses the request"):
        encode_texts(texts, encoder, FeatureCache.open(tmp_path, encoder))
    service.asked.clear()
    encode_texts(texts, encoder, FeatureCache.open(tmp_path, encoder))
    assert service.texts == [texts[4:6], texts[6:]]


def test_the_cost_is_said_before_anything_is_asked(service, encoder, tmp_path, caplog):
    texts = ["x" * 2000 for _ in range(3)] + [f"{n:04}" * 500 for n in range(998)] + [""]
    asked_when_said = []

    class Listener(logging.Handler):
        def emit(self, record):
            asked_when_said.append(len(service.asked))

    listener = Listener()
    logging.getLogger("core.features.texts").addHandler(listener)
    try:
        encode_texts(texts, encoder, FeatureCache.open(tmp_path, encoder))
        encode_texts(texts, encoder, FeatureCache.open(tmp_path, encoder))
    finally:
        logging.getLogger("core.features.texts").removeHandler(listener)
    # 999 distinct texts of 2,000 bytes, four bytes a token, two cents a million.
    assert caplog.messages == [
        "openai: sending 999 texts, about 499,500 tokens, to 127.0.0.1: less than $0.01 "
        "($0.02 per million tokens)"
    ]
    assert asked_when_said == [0]


def test_the_estimate_grows_with_the_price():
    texts = ["x" * 4000] * 1000
    assert "about 1,000,000 tokens" in OpenAIEncoder("openai").cost_notice(texts)
    assert "about $0.02 ($0.02 per million" in OpenAIEncoder("openai").cost_notice(texts)
    assert "about $0.13 ($0.13 per million" in OpenAIEncoder("openai-large").cost_notice(texts)
    assert OpenAIEncoder("openai").cost_notice(["mug"]) == OpenAIEncoder("openai").cost_notice([]) == ""


# --- a service that is busy, fails, or hangs


def test_a_busy_service_is_asked_again_after_the_time_it_names(service, encoder, waits):
    later = formatdate(time.time() + 60, usegmt=True)
    service.script = [
        error(429, "rate_limit_exceeded", Retry_After="7"),
        error(429, "rate_limit_exceeded", Retry_After_Ms="250"),
        error(503, "overloaded", Retry_After=later),
    ]
    got = encoder.encode(["mug", "lamp"])
    np.testing.assert_allclose(got, unit(np.stack([vector_of("mug"), vector_of("lamp")])), atol=1e-6)
    assert len(service.asked) == 4
    assert waits[:2] == [7, 0.25]
    assert 50 < waits[2] <= 60


def test_a_failing_service_is_asked_again_ever_later(service, encoder, waits):
    service.script = [error(500, "server_error")] * 6
    encoder.encode(["mug", "lamp"])
    assert len(service.asked) == 7
    assert all(0.75 * wait <= got <= wait for wait, got in zip((0.5, 1, 2, 4, 8, 8), waits, strict=True))


def test_a_rate_limit_that_does_not_end_is_one_line(service, encoder, waits):
    service.script = [error(429, "rate_limit_exceeded")] * 20
    with pytest.raises(EncoderError, match=r"127\.0\.0\.1 accepts no more requests for now \(429\)"):
        encoder.encode(["mug", "lamp"])
    assert len(service.asked) == 7


def test_a_wait_of_hours_is_not_waited_for(service, encoder, waits):
    service.script = [error(429, "rate_limit_exceeded", Retry_After="7200")] * 20
    with pytest.raises(EncoderError, match="accepts no more requests"):
        encoder.encode(["mug", "lamp"])
    assert (len(service.asked), waits) == (1, [])


def test_for_a_single_text_nobody_waits_long(service, encoder, waits):
    service.script = [error(500, "server_error")] * 20
    with pytest.raises(EncoderError, match="refuses the request"):
        encoder.encode(["mug"])
    assert len(service.asked) == 3


def test_a_service_that_hangs_is_given_up(service, encoder, waits, monkeypatch):
    woken = threading.Event()

    def hang(request):
        woken.wait(30)
        return answer(request)

    monkeypatch.setattr(openai_service, "CATALOGUE", Patience(0.5, 2))
    service.script = [hang] * 3
    start = time.monotonic()
    with pytest.raises(EncoderError, match=r"no answer from 127\.0\.0\.1 within 0\.5 seconds, after 3 tries"):
        encoder.encode(["mug", "lamp"])
    assert time.monotonic() - start < 15
    woken.set()
    assert len(service.asked) == 3


def test_without_a_network_one_line_says_so(service, encoder, waits, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    with pytest.raises(
        EncoderError, match=r"127\.0\.0\.1 cannot be reached, after 3 tries \(.*refused"
    ) as raised:
        encoder.encode(["mug"])
    assert "\n" not in str(raised.value)


# --- keys, quotas, refusals


def test_a_bad_key_is_one_line_that_does_not_repeat_it(service, encoder, waits, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    service.script = [error(401, "invalid_api_key", f"Incorrect API key provided: {KEY}.")]
    with pytest.raises(
        EncoderError, match=r"127\.0\.0\.1 does not accept the key in OPENAI_API_KEY"
    ) as raised:
        encoder.encode(["mug", "lamp"])
    assert len(service.asked) == 1
    service.script = [error(400, "bad", f"bad request\nwith key {KEY}")]
    with pytest.raises(EncoderError, match=r"refuses the request: .*with key \*\*\*") as second:
        encoder.encode(["mug", "lamp"])
    for text in (
        str(raised.value),
        str(second.value),
        caplog.text,
        *capsys.readouterr(),
        repr(vars(encoder)),
    ):
        assert KEY not in text
    assert "\n" not in str(second.value)


def test_an_account_without_quota_is_told_at_once(service, encoder, waits):
    service.script = [error(429, "insufficient_quota", "You exceeded your current quota")] * 20
    with pytest.raises(EncoderError, match="has no quota left; see its plan and billing"):
        encoder.encode(["mug", "lamp"])
    assert (len(service.asked), waits) == (1, [])


def test_a_key_that_may_not_use_the_model(service, encoder, waits):
    service.script = [error(403, "model_not_found")]
    with pytest.raises(
        EncoderError, match=r"does not let this key use text-embedding-3-small \(403, model_not"
    ):
        encoder.encode(["mug"])


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("", "it needs the service's key in the environment variable OPENAI_API_KEY"),
        ("  ", "it needs the service's key"),
        ("sk-two words", "the key in OPENAI_API_KEY has spaces"),
        ("sk-…dots", "the key in OPENAI_API_KEY"),
    ],
)
def test_a_missing_or_mangled_key_is_said_before_anything_is_done(service, monkeypatch, key, expected):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(EncoderError, match=f"encoder 'openai': {expected}") as raised:
        load_encoder("openai")
    assert "dots" not in str(raised.value) and "two words" not in str(raised.value)
    assert not service.asked


def test_a_key_with_a_line_end_is_taken_without_it(service, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\n")
    load_encoder("openai").encode(["mug"])
    assert service.asked[0]["key"] == f"Bearer {KEY}"


@pytest.mark.parametrize("address", ["localhost:8000/v1", "http://", "https://[", "ftp://example.org"])
def test_an_address_that_is_none_is_refused(service, monkeypatch, address):
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(EncoderError, match=r"OPENAI_BASE_URL must be an address like https://"):
        load_encoder("openai")
    assert isinstance(OpenAIEncoder("openai").cost_notice(["mug", "lamp"]), str)


def test_without_an_address_it_is_openais(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", " ")
    assert openai_service.host() == "api.openai.com"


def test_without_the_client_one_line_names_the_command(service, monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.setattr(openai_service.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        EncoderError, match=r"not installed; install it with: pip install -r requirements_openai"
    ):
        load_encoder("openai")
    with pytest.raises(EncoderError, match="not installed"):
        OpenAIEncoder("openai").encode(["mug"])
    assert not {info.name: info for info in describe_encoders()}["openai"].here


def test_weights_are_refused(service, tmp_path):
    (tmp_path / "weights").write_text("x")
    with pytest.raises(EncoderError, match="the service keeps its weights"):
        load_encoder("openai", tmp_path / "weights")


# --- answers that are none


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            lambda request: answer(request, 768),
            r"expected 2 vectors of 1536 numbers .*, got 2 of 768 numbers",
        ),
        (lambda request: answer({**request, "input": ["mug"]}), "expected 2 vectors .* got 1 of 1536"),
        (lambda request: {"data": []}, "expected 2 vectors .* got 0 of no numbers"),
        (lambda request: {"object": "list"}, "expected embeddings from 127.0.0.1, got another answer"),
        (lambda request: ["mug"], "got another answer"),
        (lambda request: {"data": [{"index": 0, "embedding": "no base64!"}]}, "got another answer"),
        (lambda request: {"data": [{"index": 0, "embedding": {"a": 1}}]}, "got another answer"),
        ((200, b"<html>Sign in to the network</html>", {"type": "text/html"}), "got another answer"),
        ((200, b"", {}), "got another answer"),
    ],
)
def test_another_answer_is_one_line_with_expected_and_got(service, encoder, waits, step, expected):
    service.script = [step]
    with pytest.raises(EncoderError, match=expected) as raised:
        encoder.encode(["mug", "lamp"])
    assert "\n" not in str(raised.value)


def test_numbers_that_are_none_are_refused(service, encoder):
    def broken(request):
        rows = answer(request, base64_too=False)
        rows["data"][0]["embedding"][3] = float("nan")
        return rows

    service.script = [broken]
    with pytest.raises(EncoderError, match="expected finite numbers"):
        encoder.encode(["mug", "lamp"])


def test_two_vectors_for_one_text_are_refused(service, encoder):
    def twice(request):
        rows = answer(request)
        rows["data"][0]["index"] = rows["data"][1]["index"]
        return rows

    service.script = [twice]
    with pytest.raises(EncoderError, match=r"expected 2 vectors .* got 1"):
        encoder.encode(["mug", "lamp"])


# --- the registry, bundles, the command line


def test_it_is_listed_as_here_with_client_and_key(service, monkeypatch):
    info = {info.name: info for info in describe_encoders()}["openai"]
    assert (info.here, info.size_mb, info.dim, info.modality) == (True, 0, 1536, "text")
    monkeypatch.delenv("OPENAI_API_KEY")
    assert not {info.name: info for info in describe_encoders()}["openai"].here
    assert not service.asked


def test_loading_asks_nothing_and_the_cache_knows_the_model(encoder, service):
    assert not service.asked
    assert encoder.weights_id == hashlib.sha256(b"text-embedding-3-small 1536").hexdigest()[:16]
    record = EncoderRecord.of(encoder)
    assert (record.file, record.bundled, record.name) == (None, False, "openai")
    assert EncoderRecord.of(load_bundled_encoder(record, None)) == record
    for change, expected in [
        ({"name": "minilm"}, "expected a service, one of openai, openai-large"),
        ({"weights_id": "other"}, "built with weights other"),
        ({"preprocessing": 0}, "built with preprocessing 0"),
    ]:
        with pytest.raises(EncoderError, match=expected):
            load_bundled_encoder(replace(record, **change), None)


def test_only_services_have_a_cache_of_their_own(encoder, service):
    assert paid_cache(tiny.TinyText()) is None
    assert isinstance(paid_cache(encoder), FeatureCache)


class Offline(OpenAIEncoder):
    """Gives the service's vectors without asking it."""

    def encode(self, items):
        return np.stack([unit(vector_of(text)) for text in items]).astype(np.float32)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with a bundle made with the service's vectors, and the cache that the build filled."""
    root = tmp_path_factory.mktemp("openai")
    tiny.register_tiny_encoders()
    catalogue = read_catalogue(tiny.write_catalogue(root / "data"), "csv", minimum=5)
    options = BuildOptions(
        heads=("logistic_regression",), methods=("pca",), cache=root / "cache" / "features"
    )
    encoders = {"text": Offline("openai"), "image": tiny.TinyImage()}
    build_bundle(catalogue, encoders, root / "bundle", options)
    return root


@pytest.fixture
def bundle(service, built, tmp_path):
    shutil.copytree(built / "cache", tmp_path / "cache", dirs_exist_ok=True)
    return built / "bundle"


def test_a_bundle_names_the_model_and_asks_the_service_when_a_product_is_classified(service, bundle):
    opened = Bundle.open(bundle)
    assert opened.encoders["text"].name == "openai"
    assert opened.encoders["text"].file is None
    assert not list(bundle.glob("encoders/text*"))
    assert opened.report("text").accuracy > 0.8
    assert KEY.encode() not in b"".join(file.read_bytes() for file in bundle.rglob("*") if file.is_file())

    predictor = Predictor.load(bundle)
    assert not service.asked
    assert predictor.classify("shade glow bulb").ranked[0].category == "Lamps"
    assert service.texts == [["shade glow bulb"]]
    predictor.classify("shade glow bulb")
    assert len(service.asked) == 1


def test_a_products_live_vector_is_the_stored_one(service, bundle):
    from core.catalogue.text import product_texts

    opened = Bundle.open(bundle)
    row = int(np.flatnonzero(opened.present("text"))[0])
    vector = Predictor.load(bundle).classify(product_texts(opened.table)[row]).vectors["text"]
    np.testing.assert_array_equal(vector, opened.features("text")[row])
    assert not service.asked


def test_without_a_key_texts_are_one_line_and_images_work(bundle, monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("OPENAI_API_KEY")
    assert main(["classify", "--bundle", str(bundle), "--text", "a new lamp"]) == 2
    said = capsys.readouterr()
    assert said.err == (
        "error: encoder 'openai': it needs the service's key in the environment variable OPENAI_API_KEY\n"
    )
    image = tmp_path / "lamp.png"
    tiny.draw_image("Lamps", 5).save(image)
    assert main(["classify", "--bundle", str(bundle), "--image", str(image)]) == 0
    assert "Lamps" in capsys.readouterr().out


def test_whole_catalogues_are_paid_for_once(service, bundle, tmp_path, caplog):
    data = tiny.write_catalogue(tmp_path / "new", per_class=6, seed=1)
    commands = [
        ["embed", "--data", str(data), "--encoder", "openai", "--out", str(tmp_path / "vectors.npy")],
        ["predict", "--bundle", str(bundle), "--data", str(data), "--out", str(tmp_path / "out.csv")],
        ["evaluate", "--bundle", str(bundle), "--data", str(data)],
    ]
    for command in commands:
        assert main(command) == 0
    assert len(service.asked) == 1
    assert [message for message in caplog.messages if "sending" in message] == [
        OpenAIEncoder("openai").cost_notice(service.texts[0])
    ]


def test_the_list_of_encoders_and_a_build_without_a_key(service, monkeypatch, capsys, tmp_path):
    assert main(["encoders"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("openai ")]
    assert line.split()[1:6] == ["text", "1536", "0", "proprietary", "yes"]
    monkeypatch.delenv("OPENAI_API_KEY")
    data = tiny.write_catalogue(tmp_path / "data", per_class=12)
    arguments = ["build", "--text", "openai", "--image", "none"]
    out = tmp_path / "out"
    assert main([*arguments, "--data", str(data), "--out", str(out)]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("error: encoder 'openai': it needs the service's key")
    assert not out.exists()
