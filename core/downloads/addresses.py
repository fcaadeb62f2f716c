"""Which web addresses may be requested: http and https, on hosts whose IP addresses are all public."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from core.downloads.failures import FetchError

Resolver = Callable[[str, int], Sequence[str]]
"""``(host, port) -> IP addresses`` as text; raises OSError as `socket.getaddrinfo` does."""

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

_PORTS = {"http": 80, "https": 443}
_LONGEST = 8000  # characters; servers refuse longer ones
_HOST = re.compile(r"[A-Za-z0-9_.:-]{1,253}")  # what a host may hold once it is ASCII, IPv6 included
# The IPv6 range for global unicast (IANA, IPv6 Address Space), and exceptions: the documentation range inside
# it, and two IPv4 ranges that Python 3.11 wrongly reports as global.
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
_NOT_GLOBAL = tuple(map(ipaddress.ip_network, ("3fff::/20", "192.0.0.0/24", "192.88.99.0/24")))
# IPv6 addresses that a gateway translates to the IPv4 address in their last 32 bits (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(frozen=True)
class Url:
    """A parsed web address; whether its host may be contacted is for `resolve` to check.

    Attributes
    ----------
    text : str
        The whole address, in ASCII.
    scheme : str
        ``http`` or ``https``.
    host : str
        In ASCII and lower case, an IPv6 address without brackets.
    port : int
    target : str
        Path and query, as sent in the request line.
    """

    text: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port, as sent in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def join(self, location: str) -> Url:
        """Resolve a redirect target against this address; raises as `parse_url`."""
        try:
            return parse_url(urljoin(self.text, location))
        except ValueError as error:
            raise FetchError("not a valid address", str(error)) from None


def parse_url(text: str) -> Url:
    """Parse and normalise a web address.

    Raises
    ------
    FetchError
        For a scheme other than http or https, a user name or password in the address, or a malformed address.
    """
    if len(text) > _LONGEST:
        raise FetchError("not a valid address", f"{len(text):,} characters")
    try:
        parts = urlsplit(text.strip())
        scheme, port, host_name = parts.scheme.lower(), parts.port, parts.hostname
    except ValueError as error:
        raise FetchError("not a valid address", str(error)) from None
    if scheme not in _PORTS:
        raise FetchError("not http or https", scheme)
    if "@" in parts.netloc:
        raise FetchError("user name or password in the address")
    host = _ascii_host(host_name or "")
    port = _PORTS[scheme] if port is None else port
    if not 0 < port < 65536:
        raise FetchError("not a valid address", f"port {port}")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    if not target.startswith("/"):
        target = f"/{target}"
    plain = Url("", scheme, host, port, target)
    return Url(f"{scheme}://{plain.authority}{target}", scheme, host, port, target)


def look_up(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, in the order in which to try them."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def resolve(url: Url, allow_private: bool, resolver: Resolver = look_up) -> tuple[str, ...]:
    """Return the IP addresses to connect to, all of them checked.

    Connect to one of these rather than resolving the name again: a second lookup could return a different,
    private address (DNS rebinding).

    Raises
    ------
    FetchError
        When the name does not resolve, or any of its addresses is not public.
    """
    try:
        addresses = tuple(resolver(url.host, url.port))
    except UnicodeError:  # a label of the name is empty or too long
        raise FetchError("no such host", url.host, closes_host=True) from None
    except OSError as error:
        if isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME:
            raise FetchError("no such host", url.host, closes_host=True) from None
        detail = f"{url.host}: {error.strerror or error}"
        raise FetchError("host name not resolved", detail, again=True, silent_host=True) from None
    if not addresses:
        raise FetchError("no such host", url.host, closes_host=True)
    if not allow_private:
        for address in addresses:
            if not is_public(ipaddress.ip_address(address)):
                raise FetchError("not a public address", f"{url.host} resolves to {address}")
    return addresses


def is_public(address: IP) -> bool:
    """Return whether `address` is a unicast address on the public internet.

    Private, loopback, link-local, shared, reserved, multicast and documentation addresses are not, and
    neither are IPv6 addresses that embed an IPv4 address, except NAT64 and 6to4 ones whose IPv4 address is
    public.
    """
    if any(address in network for network in _NOT_GLOBAL if network.version == address.version):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.sixtofour is not None:
            return is_public(address.sixtofour)
        return address in _GLOBAL_V6 and address.is_global and address.teredo is None
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _ascii_host(host: str) -> str:
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise FetchError("not a valid address", "host name") from None
    host = host.lower()
    if not _HOST.fullmatch(host):
        raise FetchError("not a valid address", "host name")
    return host
