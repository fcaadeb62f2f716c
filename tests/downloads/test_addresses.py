"""Which addresses may be called."""

import ipaddress
import socket

import pytest

from core.downloads.addresses import is_public, look_up, parse_url, resolve
from core.downloads.failures import FetchError


@pytest.mark.parametrize(
    ("text", "host", "port", "target"),
    [
        ("http://X.Example/a.jpg", "x.example", 80, "/a.jpg"),
        ("https://x.example:8443/a b.jpg?q=1#part", "x.example", 8443, "/a%20b.jpg?q=1"),
        ("HTTP://x.example", "x.example", 80, "/"),
        ("http://x.example?q=é", "x.example", 80, "/?q=%C3%A9"),
        ("http://x.example/%2e%2e/é%20.jpg", "x.example", 80, "/%2e%2e/%C3%A9%20.jpg"),
        ("http://bücher.example/a", "xn--bcher-kva.example", 80, "/a"),
        ("https://[2606:4700::1111]/a", "2606:4700::1111", 443, "/a"),
        (" http://x.example/a\r\nX: y\n", "x.example", 80, "/aX:%20y"),
        ("http://x.example/100%.jpg", "x.example", 80, "/100%.jpg"),
    ],
)
def test_parts_of_an_address(text, host, port, target):
    url = parse_url(text)
    assert (url.host, url.port, url.target) == (host, port, target)
    assert url.text.isascii() and " " not in url.text and parse_url(url.text) == url


def test_the_host_header_names_only_unusual_ports():
    assert parse_url("https://x.example:443/").authority == "x.example"
    assert parse_url("https://x.example:80/").authority == "x.example:80"
    assert parse_url("http://[2606:4700::1111]:81/").authority == "[2606:4700::1111]:81"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("file:///etc/passwd", "not http or https"),
        ("ftp://x.example/a.jpg", "not http or https"),
        ("javascript://x.example/a", "not http or https"),
        ("http://me:secret@x.example/a.jpg", "name or password"),
        ("http://x.example@y.example/a.jpg", "name or password"),
        ("http://@x.example/", "name or password"),
        ("http:///a.jpg", "not a valid address"),
        ("http://[broken/a.jpg", "not a valid address"),
        ("http://x.example:99999/a", "not a valid address"),
        ("http://x.example:0/a", "not a valid address"),
        ("http://x.example:port/a", "not a valid address"),
        ("http://x example/a", "not a valid address"),
        ("http://x.example\\@y.example/a", "name or password"),
        ("http://[fe80::1%25eth0]/a", "not a valid address"),
        ("http://" + "é" * 300 + "/a", "not a valid address"),
        ("http://x.example/" + "a" * 9000, "not a valid address"),
    ],
)
def test_addresses_that_are_refused(text, reason):
    with pytest.raises(FetchError, match=reason) as caught:
        parse_url(text)
    assert not caught.value.again


def test_redirects_are_checked_like_addresses():
    here = parse_url("https://x.example/a/b.jpg")
    assert here.join("../c d.jpg").text == "https://x.example/c%20d.jpg"
    assert here.join("//y.example/c.jpg").text == "https://y.example/c.jpg"
    for location in ("file:///etc/passwd", "gopher://x.example/", "http://a:b@x.example/", "http://[x/"):
        with pytest.raises(FetchError):
            here.join(location)


PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"]
NOT_PUBLIC = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1",
    "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_are_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


def test_every_address_of_a_host_is_checked():
    url = parse_url("http://x.example/")
    answers = {"good": ["8.8.8.8", "2606:4700::1111"], "mixed": ["8.8.8.8", "10.0.0.1"]}
    assert resolve(url, False, lambda host, port: answers["good"]) == ("8.8.8.8", "2606:4700::1111")
    with pytest.raises(
        FetchError, match=r"not a public address: x\.example resolves to 10\.0\.0\.1"
    ) as caught:
        resolve(url, False, lambda host, port: answers["mixed"])
    assert not caught.value.again
    assert resolve(url, True, lambda host, port: answers["mixed"]) == ("8.8.8.8", "10.0.0.1")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "[::1]", "0"])
def test_spellings_of_this_machine(host):
    with pytest.raises(FetchError, match="not a public address"):
        resolve(parse_url(f"http://{host}/"), False, look_up)


@pytest.mark.parametrize(
    ("error", "reason", "again", "closes"),
    [
        (socket.gaierror(socket.EAI_NONAME, "not known"), "no such host", False, True),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), "host name not resolved", True, False),
        (OSError(24, "Too many open files"), "host name not resolved", True, False),
        (UnicodeError("label too long"), "no such host", False, True),
    ],
)
def test_names_without_an_address(error, reason, again, closes):
    def fails(host, port):
        raise error

    with pytest.raises(FetchError, match=reason) as caught:
        resolve(parse_url("http://x.example/"), False, fails)
    assert (caught.value.again, caught.value.closes_host) == (again, closes)
    with pytest.raises(FetchError, match="no such host"):
        resolve(parse_url("http://x.example/"), False, lambda host, port: [])
