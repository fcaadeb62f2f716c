"""One HTTP request over one connection, to a checked IP address and within a time limit."""

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
_CONNECT = 10.0  # seconds to wait for a host to accept a connection
_LONGEST_SILENCE = 3600.0  # seconds; sockets reject much longer timeouts
_POLL = 0.5  # seconds between checks of the stop event
_WHOLE = 6  # limit on a whole response, as a multiple of the silence limit


@functools.cache
def _usual_tls() -> ssl.SSLContext:
    return ssl.create_default_context()  # cached: loading the system's certificates is slow


@dataclass(frozen=True)
class Caller:
    """How requests are made.

    Attributes
    ----------
    silence : float
        Seconds a server may stay silent; a whole response may take six times as long.
    allow_private : bool
        Whether private and local addresses may be contacted.
    resolver : Resolver
        Host names to IP addresses.
    tls : ssl.SSLContext
        Decides which certificates are trusted.
    stop : threading.Event
        When set, running requests end.
    """

    silence: float = 20.0
    allow_private: bool = False
    resolver: Resolver = look_up
    tls: ssl.SSLContext = field(default_factory=_usual_tls)
    stop: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def get(self, url: Url) -> Iterator[http.client.HTTPResponse]:
        """Request `url` and yield the response with its body unread; redirects are not followed.

        Raises
        ------
        FetchError
            When the address may not be contacted or the request fails.
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
                connection.auto_open = 0  # never reconnect: that would resolve the name again
                connection.sock = _Stream(stream, clock)
                connection.request("GET", url.target, headers={"Host": url.authority, **_HEADERS})
                response = stack.enter_context(contextlib.closing(connection.getresponse()))
            yield response


@contextlib.contextmanager
def network_errors(*, silent_host: bool) -> Iterator[None]:
    """Turn network errors into `FetchError`; `silent_host` if the host has not responded yet."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise FetchError("certificate not trusted", error.verify_message, closes_host=True) from None
    except TimeoutError:
        raise FetchError("timed out", again=True, silent_host=silent_host) from None
    except http.client.IncompleteRead:
        raise FetchError("incomplete download", again=True, silent_host=silent_host) from None
    except http.client.HTTPException as error:
        detail = str(error) or type(error).__name__
        raise FetchError("invalid response", detail[:200], again=True, silent_host=silent_host) from None
    except OSError as error:
        reason = "connection failed" if silent_host else "connection lost"
        detail = error.strerror or str(error)
        raise FetchError(reason, detail, again=True, silent_host=silent_host) from None


class _Clock:
    """The time limits of one request."""

    def __init__(self, silence: float, stop: threading.Event) -> None:
        self._silence = min(silence, _LONGEST_SILENCE)
        self._stop = stop
        self._end = time.monotonic() + self._silence * _WHOLE

    def left(self, silent_since: float | None = None) -> float:
        """Return the seconds left for the next step; raises TimeoutError or `Stopped` if there are none."""
        if self._stop.is_set():
            raise Stopped
        now = time.monotonic()
        silence = self._silence - (now - silent_since if silent_since is not None else 0)
        left = min(silence, self._end - now)
        if left <= 0:
            raise TimeoutError
        return left


class _Stream:
    """The part of the socket interface that http.client uses; closing is left to the opener."""

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
    """Reads from a socket within the time limits, so that a server cannot stall by sending byte by byte."""

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
