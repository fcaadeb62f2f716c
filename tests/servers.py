"""A local web server that answers as told, well or badly, and remembers what it was asked."""

import contextlib
import io
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image


def image(colour: str = "red", kind: str = "JPEG", side: int = 24) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(written, kind)
    return written.getvalue()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Site = self.server.site
        host = self.headers["Host"]
        self.is_asked = True
        with site.lock:
            site.asked[self.path] += 1
            site.headers[self.path] = dict(self.headers)
            site.times.append(time.monotonic())
            site.now[host] += 1
            site.most = max(site.most, site.now[host])
        try:
            answer = site.pages.get(self.path.split("?")[0])
            if answer is None:
                self.send(b"no such page", 404, "text/html")
            elif isinstance(answer, bytes):
                self.send(answer)
            else:
                answer(self)
        except OSError:
            pass  # the client has gone: it was to
        finally:
            self.leave()

    def leave(self) -> None:
        """Count the request as answered, once: before its last byte, which lets the client ask again."""
        if self.is_asked:
            self.is_asked = False
            with self.server.site.lock:
                self.server.site.now[self.headers["Host"]] -= 1

    def send(self, body: bytes, status: int = 200, kind: str = "image/jpeg", **headers: object) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.leave()
        self.wfile.write(body)

    def send_raw(self, *pieces: bytes, pause: float = 0.0) -> None:
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
            if self.server.site.over.wait(pause):
                break
        self.close_connection = True

    def log_message(self, *parts: object) -> None:
        pass


class Site:
    """Pages by path: bytes, or a function that is given the handler."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.server = server
        self.pages: dict[str, bytes | Callable[[Handler], None]] = {}
        self.asked: Counter[str] = Counter()
        self.headers: dict[str, dict[str, str]] = {}
        self.times: list[float] = []
        self.now: Counter[str] = Counter()
        self.most = 0
        self.lock = threading.Lock()
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextlib.contextmanager
def serving(tls: object = None) -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.site = site = Site(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        server.socket.close()  # not server_close(): it would wait for answers that hang on purpose
        thread.join(5)


def redirect(to: str, status: int = 302) -> Callable[[Handler], None]:
    return lambda handler: handler.send(b"", status, Location=to)


def in_turn(*answers: Callable[[Handler], None] | bytes) -> Callable[[Handler], None]:
    """Answer differently each time; the last answer stays."""
    left = list(answers)
    lock = threading.Lock()

    def answer(handler: Handler) -> None:
        with lock:
            page = left.pop(0) if len(left) > 1 else left[0]
        handler.send(page) if isinstance(page, bytes) else page(handler)

    return answer
