"""One request to a server that misbehaves."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from email.utils import formatdate

import pytest

from core.catalogue.images.decoding import image_ending
from core.downloads.addresses import parse_url
from core.downloads.connection import USER_AGENT, Caller
from core.downloads.download import Fetched, Moved, download, is_whole
from core.downloads.failures import FetchError, Stopped
from tests.servers import image, redirect, serving

LIMIT = 100_000
JPEG = image(side=200)
PATIENT = 30.0  # seconds: what a machine may stand still while nothing is wrong
SOON = 15.0  # seconds: far less than what is not to be waited for


@pytest.fixture(scope="module")
def site():
    with serving() as site:
        yield site


def get(site, folder, answer, silence=PATIENT, limit=LIMIT, stop=None):
    """Download a page that gives this answer."""
    site.pages["/x"] = answer
    caller = Caller(silence, allow_private=True, stop=stop or threading.Event())
    return download(parse_url(site.url("/x")), folder, caller, limit)


def refusal(site, folder, answer, **options) -> FetchError:
    """Return the error of a download, and check that it leaves no file."""
    with pytest.raises(FetchError) as caught:
        get(site, folder, answer, **options)
    assert not list(folder.iterdir())
    return caught.value


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
def test_an_image_of_any_kind(site, tmp_path, kind):
    content = image(kind=kind)
    got = get(site, tmp_path, content)
    assert isinstance(got, Fetched) and got.file.read_bytes() == content
    assert got.ending == image_ending(content)
    assert list(tmp_path.iterdir()) == [got.file]
    headers = site.headers["/x"]
    assert headers["User-Agent"] == USER_AGENT and headers["Host"] == f"127.0.0.1:{site.port}"


@pytest.mark.parametrize(
    ("status", "again", "silent"),
    [
        *((status, False, False) for status in (204, 206, 304, 403, 404, 410, 418)),
        *((status, True, False) for status in (408, 500, 502, 504)),
        *((status, True, True) for status in (429, 503)),
    ],
)
def test_statuses(site, tmp_path, status, again, silent):
    error = refusal(site, tmp_path, lambda h: h.send(b"" if status in (204, 304) else JPEG, status))
    assert error.reason.startswith(f"status {status}")
    assert (error.again, error.silent_host, error.wait) == (again, silent, None)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("7", 7),
        (" 120 ", 120),
        ("soon", None),
        ("-3", None),
        ("1.5", None),
        ("", None),
        ("9" * 400, 999_999_999),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0),
        ("Mon, 99 Foo 2001", None),
    ],
)
def test_retry_after(site, tmp_path, text, wait):
    assert refusal(site, tmp_path, lambda h: h.send(b"", 429, Retry_After=text)).wait == wait
    assert refusal(site, tmp_path, lambda h: h.send(b"", 404, Retry_After=text)).wait is None


def test_retry_after_a_date_to_come(site, tmp_path):
    error = refusal(
        site, tmp_path, lambda h: h.send(b"", 503, Retry_After=formatdate(time.time() + 60, usegmt=True))
    )
    assert 55 < error.wait <= 60


def test_a_web_page_served_as_an_image_is_rejected(site, tmp_path):
    error = refusal(site, tmp_path, b"<html><body>Log in first</body></html>")
    assert error.reason == "not an image" and "image/jpeg" in error.detail and not error.again
    assert refusal(site, tmp_path, b"").reason == "not an image"
    assert refusal(site, tmp_path, lambda h: h.send(b"<svg/>", kind="image/svg+xml")).reason == "not an image"


def test_an_image_served_as_a_web_page_is_accepted(site, tmp_path):
    assert get(site, tmp_path, lambda h: h.send(JPEG, kind="text/html")).file.read_bytes() == JPEG


def test_a_damaged_image_is_rejected(site, tmp_path):
    error = refusal(site, tmp_path, JPEG[: len(JPEG) // 2])
    assert error.reason == "broken image" and not error.again


def head(**headers) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode()


def test_a_body_shorter_than_promised(site, tmp_path):
    answer = head(Content_Length=len(JPEG) + 7) + JPEG
    error = refusal(site, tmp_path, lambda h: h.send_raw(answer))
    assert (error.reason, error.detail, error.again) == ("incomplete download", "7 bytes are missing", True)
    assert not error.silent_host


def test_a_body_longer_than_promised_is_read_as_promised(site, tmp_path):
    got = get(site, tmp_path, lambda h: h.send_raw(head(Content_Length=len(JPEG)) + JPEG + b"more"))
    assert got.file.read_bytes() == JPEG
    got.file.unlink()
    error = refusal(site, tmp_path, lambda h: h.send_raw(head(Content_Length=len(JPEG) // 2) + JPEG))
    assert error.reason == "broken image"


@pytest.mark.parametrize("length", ["", "many", "-5"])
def test_invalid_lengths_are_ignored(site, tmp_path, length):
    assert get(site, tmp_path, lambda h: h.send_raw(head(Content_Length=length) + JPEG)).ending == ".jpg"


def test_a_truncated_body_without_a_length(site, tmp_path):
    got = get(site, tmp_path, lambda h: h.send_raw(head() + JPEG))
    assert got.file.read_bytes() == JPEG
    got.file.unlink()
    assert refusal(site, tmp_path, lambda h: h.send_raw(head() + JPEG[:-50])).reason == "broken image"


def chunked(*parts: bytes) -> bytes:
    return head(Transfer_Encoding="chunked") + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts)


def test_chunks(site, tmp_path):
    parts = [JPEG[:100], JPEG[100:], b""]
    assert get(site, tmp_path, lambda h: h.send_raw(chunked(*parts))).file.read_bytes() == JPEG


@pytest.mark.parametrize("answer", [chunked(JPEG[:100]), chunked(JPEG)[:-30], chunked() + b"zz\r\n"])
def test_truncated_chunks(site, tmp_path, answer):
    error = refusal(site, tmp_path, lambda h: h.send_raw(answer))
    assert error.reason in ("incomplete download", "invalid response") and error.again


def test_a_body_announced_as_too_large(site, tmp_path):
    answer = head(Content_Length=LIMIT + 1)
    began = time.perf_counter()
    error = refusal(site, tmp_path, lambda h: h.send_raw(answer, b"", pause=PATIENT))
    assert (error.reason, error.again) == ("too large", False) and time.perf_counter() - began < SOON


@pytest.mark.parametrize("answer", [head(), head(Transfer_Encoding="chunked")])
def test_an_endless_body_is_too_large(site, tmp_path, answer):
    sent = []

    def endless(handler):
        handler.wfile.write(answer)
        piece = b"\xff" * 10_000
        while not handler.server.site.over.is_set():
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if b"chunked" in answer else piece)
            sent.append(len(piece))

    assert refusal(site, tmp_path, endless).reason == "too large"
    assert sum(sent) < 100 * LIMIT


@pytest.mark.parametrize(
    ("packed", "name"),
    [
        (gzip.compress(JPEG), "gzip"),
        (gzip.compress(JPEG), "X-GZIP"),
        (zlib.compress(JPEG), "deflate"),
        (gzip.compress(JPEG) + b"tail", "gzip"),
    ],
)
def test_an_unrequested_compressed_body_is_decompressed(site, tmp_path, packed, name):
    got = get(site, tmp_path, lambda h: h.send(packed, Content_Encoding=name))
    assert got.file.read_bytes() == JPEG
    assert site.headers["/x"]["Accept-Encoding"] == "identity"


def test_a_gzip_bomb(site, tmp_path, monkeypatch):
    packed = gzip.compress(bytes(LIMIT * 80))
    assert len(packed) < LIMIT
    unpacked = []
    real = zlib.decompressobj

    class Counting:
        def __init__(self, bits):
            self.inner = real(bits)

        def decompress(self, block, most):
            piece = self.inner.decompress(block, most)
            unpacked.append(len(piece))
            return piece

        def __getattr__(self, name):
            return getattr(self.inner, name)

    monkeypatch.setattr("core.downloads.download.zlib.decompressobj", Counting)
    assert refusal(site, tmp_path, lambda h: h.send(packed, Content_Encoding="gzip")).reason == "too large"
    assert sum(unpacked) < 2 * LIMIT


@pytest.mark.parametrize(
    ("packed", "name", "reason"),
    [
        (JPEG, "br", "cannot decompress"),
        (JPEG, "gzip", "cannot decompress"),
        (gzip.compress(JPEG)[:-30], "gzip", "incomplete download"),
        (b"", "gzip", "incomplete download"),
    ],
)
def test_bodies_that_cannot_be_decompressed(site, tmp_path, packed, name, reason):
    error = refusal(site, tmp_path, lambda h: h.send(packed, Content_Encoding=name))
    assert error.reason == reason


def seconds(site, tmp_path, answer, silence=PATIENT) -> tuple[float, FetchError]:
    began = time.perf_counter()
    error = refusal(site, tmp_path, answer, silence=silence)
    return time.perf_counter() - began, error


def test_a_silent_server_times_out(site, tmp_path):
    took, error = seconds(site, tmp_path, lambda h: h.server.site.over.wait(PATIENT), silence=0.3)
    assert error.reason == "timed out" and error.again and error.silent_host and 0.25 < took < SOON


def test_a_server_that_stalls_times_out(site, tmp_path):
    answer = head(Content_Length=len(JPEG)) + JPEG[:500]
    took, error = seconds(site, tmp_path, lambda h: h.send_raw(answer, b"", pause=PATIENT), silence=1.5)
    assert error.reason == "timed out" and error.again and not error.silent_host and took < SOON


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        head(Content_Length=5000),
        head(),
        head(Transfer_Encoding="chunked") + b"f",
    ],
)
def test_a_slow_drip_times_out(site, tmp_path, first, monkeypatch):
    monkeypatch.setattr("core.downloads.connection._WHOLE", 0.7 / PATIENT)
    drops = [b"1"] * 600
    took, error = seconds(site, tmp_path, lambda h: h.send_raw(first, *drops, pause=0.05))
    assert error.reason == "timed out" and 0.65 < took < SOON


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-hello\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", head()[:-2] + b"a" * 70_000]
)
def test_invalid_responses(site, tmp_path, answer):
    error = refusal(site, tmp_path, lambda h: h.send_raw(answer))
    assert error.again and error.silent_host and error.reason in ("invalid response", "connection failed")


def test_a_closed_port(tmp_path):
    with serving() as site:
        gone = site.url("/x")
    caller = Caller(PATIENT, allow_private=True)
    with pytest.raises(FetchError, match="connection failed") as caught:
        download(parse_url(gone), tmp_path, caller, LIMIT)
    assert caught.value.again and caught.value.silent_host


def test_redirects_are_returned(site, tmp_path):
    for status in (301, 302, 303, 307, 308):
        assert get(site, tmp_path, redirect("/y?z=1", status)) == Moved(parse_url(site.url("/y?z=1")))
    moved = get(site, tmp_path, redirect("http://example.com/é".encode().decode("latin-1")))
    assert moved.url.text == "http://example.com/%C3%A9"
    assert refusal(site, tmp_path, redirect("file:///etc/passwd")).reason == "not http or https"
    assert refusal(site, tmp_path, lambda h: h.send(b"", 302)).reason == "status 302 Found"
    assert not list(tmp_path.iterdir()) and site.asked["/y?z=1"] == 0


def test_private_addresses_need_permission(site, tmp_path):
    before = sum(site.asked.values())
    with pytest.raises(FetchError, match="not a public address"):
        download(parse_url(site.url("/x")), tmp_path, Caller(), LIMIT)
    assert sum(site.asked.values()) == before


def test_a_stopped_request_ends_soon(site, tmp_path):
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    began = time.perf_counter()
    with pytest.raises(Stopped):
        get(site, tmp_path, lambda h: h.send_raw(head() + JPEG[:99], b"", pause=PATIENT), stop=stop)
    assert time.perf_counter() - began < SOON and not list(tmp_path.iterdir())


def test_file_errors_are_not_fetch_errors(site, tmp_path):
    with pytest.raises(OSError, match="No such file"):
        get(site, tmp_path / "nowhere", JPEG)


# --- the connection goes to the address that was checked


def pinned(monkeypatch, site) -> list[str]:
    """Lead connections to the public address 93.184.216.34 to the local server; return where they went."""
    real, called = socket.create_connection, []

    def connect(address, timeout):
        called.append(address[0])
        return real(("127.0.0.1", site.port), timeout)

    monkeypatch.setattr("core.downloads.connection.socket.create_connection", connect)
    return called


def test_the_name_is_resolved_once_and_the_checked_address_called(site, tmp_path, monkeypatch):
    called, lookups = pinned(monkeypatch, site), []

    def rebinding(host, port):
        lookups.append((host, port))
        return ["93.184.216.34"] if len(lookups) == 1 else ["127.0.0.1"]

    site.pages["/x"] = JPEG
    caller = Caller(PATIENT, resolver=rebinding)
    assert download(parse_url("http://shop.example/x"), tmp_path, caller, LIMIT).ending == ".jpg"
    assert (lookups, called) == ([("shop.example", 80)], ["93.184.216.34"])
    assert site.headers["/x"]["Host"] == "shop.example"
    with pytest.raises(FetchError, match="not a public address"):
        download(parse_url("http://shop.example/x"), tmp_path, caller, LIMIT)
    assert called == ["93.184.216.34"]


def test_the_next_address_is_tried_if_one_fails(site, tmp_path, monkeypatch):
    real, called = socket.create_connection, []

    def connect(address, timeout):
        called.append(address[0])
        if ":" in address[0]:
            raise OSError(101, "Network is unreachable")
        return real(("127.0.0.1", site.port), timeout)

    monkeypatch.setattr("core.downloads.connection.socket.create_connection", connect)
    site.pages["/x"] = JPEG
    caller = Caller(PATIENT, resolver=lambda *_: ["2606:4700::1111", "93.184.216.34"])
    assert isinstance(download(parse_url("http://shop.example/x"), tmp_path, caller, LIMIT), Fetched)
    assert called == ["2606:4700::1111", "93.184.216.34"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for shop.example, made for these tests."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=shop.example", "-addext", "subjectAltName=DNS:shop.example",
         "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def test_https_verifies_the_host_name(certificate, tmp_path, monkeypatch):
    cert, key = certificate
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    names = []
    server.sni_callback = lambda connection, name, context: names.append(name)
    trusting = ssl.create_default_context(cafile=cert)
    with serving(server) as site:
        site.pages["/x"] = JPEG
        called = pinned(monkeypatch, site)
        caller = Caller(PATIENT, resolver=lambda *_: ["93.184.216.34"], tls=trusting)
        assert download(parse_url("https://shop.example/x"), tmp_path, caller, LIMIT).ending == ".jpg"
        assert (names, called) == (["shop.example"], ["93.184.216.34"])
        assert site.headers["/x"]["Host"] == "shop.example"
        for host, tls in (("other.example", trusting), ("shop.example", ssl.create_default_context())):
            caller = Caller(PATIENT, resolver=lambda *_: ["93.184.216.34"], tls=tls)
            with pytest.raises(FetchError, match="certificate not trusted") as caught:
                download(parse_url(f"https://{host}/x"), tmp_path, caller, LIMIT)
            assert caught.value.closes_host and not caught.value.again
        assert sum(site.asked.values()) == 1


def test_https_to_a_server_that_speaks_http(site, tmp_path, monkeypatch):
    pinned(monkeypatch, site)
    caller = Caller(1.0, resolver=lambda *_: ["93.184.216.34"])
    with pytest.raises(FetchError, match=r"connection failed|timed out"):
        download(parse_url("https://shop.example/x"), tmp_path, caller, LIMIT)


# --- existing files


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_complete_and_truncated_files(kind):
    content = image(kind=kind, side=200)
    assert is_whole(content)
    assert is_whole(content + b"\x00" * 40)
    assert not is_whole(content[: len(content) // 2])
    assert not is_whole(b"") and not is_whole(b"<html>")
