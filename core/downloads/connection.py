"""One request over one connection: to an address that was checked, and over by a set time."""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.downloads.addresses import Resolver, Url, look_up, resolve
from core.downloads.failures import FetchError, Stopped

if TYPE_CHECKING:
    from typing_extensions import Buffer

USER_AGENT = "ProductLens/0.1 (fetch-images: images of a product catalogue)"
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "image/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_CONNECT = 10.0  # seconds a host may take to accept a connection
_LONGEST_SILENCE = 3600.0  # a socket's own limit is not far above
_POLL = 0.5  # seconds between two looks at whether to stop
_WHOLE = 6  # times the silence a server may keep, one answer may take


@functools.cache
def _usual_tls() -> ssl.SSLContext:
    return ssl.create_default_context()  # the system's certificates; reading them takes a moment


@dataclass(frozen=True)
class Caller:
    """How requests are made.

    Attributes
    ----------
    silence : float
        Seconds a server may stay silent; a whole answer may take six times as long.
    allow_private : bool
        Whether addresses outside the public internet may be called.
    resolver : Resolver
        Host names to IP addresses.
    tls : ssl.SSLContext
        Whose certificates are trusted.
    stop : threading.Event
        Ends requests that are under way.
    """

    silence: float = 20.0
    allow_private: bool = False
    resolver: Resolver = look_up
    tls: ssl.SSLContext = field(default_factory=_usual_tls)
    stop: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def get(self, url: Url) -> Iterator[http.client.HTTPResponse]:
        """Ask for `url` and yield the answer, its body unread; redirects are not followed.

        Raises
        ------
        FetchError
            When the address may not be called or there is no answer.
        Stopped
            When `stop` is set.
        """
        clock = _Clock(self.silence, self.stop)
        addresses = resolve(url, self.allow_private, self.resolver)
        with contextlib.ExitStack() as stack:
            with network_errors(silent_host=True):
                stream = stack.enter_context(contextlib.closing(_connect(addresses, url.port, clock)))
                if url.scheme == "https":
                    stream.settimeout(clock.left())
                    stream = stack.enter_context(
                        contextlib.closing(self.tls.wrap_socket(stream, server_hostname=url.host))
                    )
                connection = http.client.HTTPConnection(url.host, url.port)
                connection.auto_open = 0  # it must never connect by itself: it would resolve the name anew
                connection.sock = _Stream(stream, clock)
                connection.request("GET", url.target, headers={"Host": url.authority, **_HEADERS})
                response = stack.enter_context(contextlib.closing(connection.getresponse()))
            yield response


@contextlib.contextmanager
def network_errors(*, silent_host: bool) -> Iterator[None]:
    """Turn what the network does into `FetchError`; `silent_host` while the host has not answered yet."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise FetchError("certificate not trusted", error.verify_message, closes_host=True) from None
    except TimeoutError:
        raise FetchError("timed out", again=True, silent_host=silent_host) from None
    except http.client.IncompleteRead:
        raise FetchError("cut off", again=True, silent_host=silent_host) from None
    except http.client.HTTPException as error:
        detail = str(error) or type(error).__name__
        raise FetchError("broken answer", detail[:200], again=True, silent_host=silent_host) from None
    except OSError as error:
        reason = "no connection" if silent_host else "connection lost"
        detail = error.strerror or str(error)
        raise FetchError(reason, detail, again=True, silent_host=silent_host) from None


class _Clock:
    """The time one request has left."""

    def __init__(self, silence: float, stop: threading.Event) -> None:
        self._silence = min(silence, _LONGEST_SILENCE)
        self._stop = stop
        self._end = time.monotonic() + self._silence * _WHOLE

    def left(self, silent_since: float | None = None) -> float:
        """Return the seconds the next step may take; raises TimeoutError or `Stopped` when there are none."""
        if self._stop.is_set():
            raise Stopped
        now = time.monotonic()
        silence = self._silence - (now - silent_since if silent_since is not None else 0)
        left = min(silence, self._end - now)
        if left <= 0:
            raise TimeoutError
        return left


class _Stream:
    """As much of a socket as http.client asks for; it is closed by whoever opened it."""

    def __init__(self, stream: socket.socket, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock

    def sendall(self, content: bytes) -> None:
        self._stream.settimeout(self._clock.left())
        self._stream.sendall(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._stream, self._clock))

    def close(self) -> None:
        pass


class _Reader(io.RawIOBase):
    """Reads until the time is over, however slowly the bytes drip in, header lines included."""

    def __init__(self, stream: socket.socket, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        began = time.monotonic()
        while True:
            self._stream.settimeout(min(self._clock.left(began), _POLL))
            with contextlib.suppress(TimeoutError):
                return self._stream.recv_into(buffer)


def _connect(addresses: Sequence[str], port: int, clock: _Clock) -> socket.socket:
    failed: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=min(clock.left(), _CONNECT))
        except OSError as error:
            failed = error
    raise failed or ConnectionError("no address")
