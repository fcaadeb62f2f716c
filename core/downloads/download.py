"""One answer: a whole image in a file, a redirect, or the reason why not."""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.images.decoding import image_ending, open_image
from core.common.errors import ImageError
from core.downloads.addresses import Url
from core.downloads.connection import Caller, network_errors
from core.downloads.failures import FetchError

_BLOCK = 1 << 16
_MOVED = {301, 302, 303, 307, 308}
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_BUSY = {429, 503}
_PATCH = 64  # pixels: the side at which an image is decoded to see whether it is whole
_GZIP_OR_ZLIB = 47  # zlib's word for "either, by its header"
# An image may take as much memory as all others together: they are decoded one at a time.
_decoding = threading.Lock()


@dataclass(frozen=True)
class Fetched:
    """A whole image: where it is kept for now, and the ending its content asks for."""

    file: Path
    ending: str


@dataclass(frozen=True)
class Moved:
    """The image is said to be elsewhere."""

    url: Url


def download(url: Url, folder: Path, caller: Caller, max_bytes: int) -> Fetched | Moved:
    """Ask for one address once.

    Parameters
    ----------
    url : Url
    folder : Path
        Where the file is written, under a name of its own; nothing is left there when an error is raised.
    caller : Caller
    max_bytes : int
        The most an image may have, packed or unpacked.

    Raises
    ------
    FetchError
        When there is no image to be had there.
    OSError
        When the file cannot be written.
    Stopped
        When the caller's `stop` is set.
    """
    with caller.get(url) as response:
        if response.status in _MOVED and response.headers.get("Location"):
            return Moved(url.join(_location(response)))
        if response.status != 200:
            raise _refusal(response)
        if (response.length or 0) > max_bytes:
            raise _too_large(max_bytes)
        file = folder / uuid.uuid4().hex
        try:
            with file.open("xb") as out:
                _save(response, out.write, max_bytes)
            return Fetched(file, _checked_ending(file, response))
        except BaseException:
            file.unlink(missing_ok=True)
            raise


def is_whole(content: bytes) -> bool:
    """Return whether `content` is a whole image; it is decoded only where its end looks wrong."""
    try:
        ending = image_ending(content)
        end = content[-_PATCH:]
        ends_well = {
            ".jpg": b"\xff\xd9" in end,
            ".png": b"IEND" in end,
            ".webp": len(content) >= 8 + int.from_bytes(content[4:8], "little"),
        }
        if not ends_well.get(ending, False):
            with _decoding:
                open_image(content, _PATCH)
    except ImageError:
        return False
    return True


def _save(response: http.client.HTTPResponse, write: Callable[[bytes], object], max_bytes: int) -> None:
    size = 0
    for block in _unpacked(
        _body(response, max_bytes), response.headers.get("Content-Encoding", ""), max_bytes
    ):
        size += len(block)
        if size > max_bytes:
            raise _too_large(max_bytes)
        write(block)


def _body(response: http.client.HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    size = 0
    while True:
        with network_errors(silent_host=False):
            block = response.read1(_BLOCK)
        if not block:
            break
        size += len(block)
        if size > max_bytes:
            raise _too_large(max_bytes)
        yield block
    if response.length:  # of what Content-Length promised
        raise FetchError("cut off", f"{response.length:,} bytes are missing", again=True)


def _unpacked(blocks: Iterator[bytes], encoding: str, max_bytes: int) -> Iterator[bytes]:
    """Undo a packing that was not asked for, a piece at a time: a small body can unpack to any size."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        yield from blocks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError("packed in an unknown way", encoding[:50])
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    for block in blocks:
        left = block
        while left and not unpacker.eof:
            try:
                piece = unpacker.decompress(left, _BLOCK)
            except zlib.error as error:
                raise FetchError("packed in an unknown way", str(error)) from None
            left = unpacker.unconsumed_tail
            yield piece
    if not unpacker.eof:
        raise FetchError("cut off", "the packed body has no end", again=True)


def _checked_ending(file: Path, response: http.client.HTTPResponse) -> str:
    kind = response.headers.get_content_type()
    with _decoding:
        content = file.read_bytes()
        try:
            ending = image_ending(content)
        except ImageError as error:
            raise FetchError("not an image", f"sent as {kind}: {_without_name(error)}") from None
        try:
            open_image(content, _PATCH)
        except ImageError as error:
            raise FetchError("broken image", _without_name(error)) from None
    return ending


def _without_name(error: ImageError) -> str:
    return str(error).removeprefix("image: ")


def _refusal(response: http.client.HTTPResponse) -> FetchError:
    status = response.status
    known = http.client.responses.get(status, "")
    return FetchError(
        f"status {status} {known}".strip(),
        again=status in _AGAIN,
        wait=_retry_after(response) if status in _BUSY else None,
        silent_host=status in _BUSY,
    )


def _retry_after(response: http.client.HTTPResponse) -> float | None:
    """Return the seconds a Retry-After header asks for, given as a number or a date (RFC 9110, 10.2.3)."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    return None


def _location(response: http.client.HTTPResponse) -> str:
    # http.client reads headers as latin-1; servers that send more than ASCII mean UTF-8.
    text = response.headers["Location"]
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def _too_large(max_bytes: int) -> FetchError:
    return FetchError("too large", f"more than {max_bytes / 2**20:g} MB")
