"""Download one address: the result is a complete image file, a redirect, or an error."""

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
_PATCH = 64  # pixels: images are decoded at about this size to check that they are complete
_GZIP_OR_ZLIB = 47  # zlib's code for detecting either format by its header
# A decoded image can take a lot of memory, so only one is decoded at a time.
_decoding = threading.Lock()


@dataclass(frozen=True)
class Fetched:
    """A complete image: its temporary file, and the file ending that fits its content."""

    file: Path
    ending: str


@dataclass(frozen=True)
class Moved:
    """The server redirects to another address."""

    url: Url


def download(url: Url, folder: Path, caller: Caller, max_bytes: int) -> Fetched | Moved:
    """Request one address once and save the image.

    Parameters
    ----------
    url : Url
    folder : Path
        Where the file is written, under a unique name; nothing is left there after an error.
    caller : Caller
    max_bytes : int
        Size limit, for the compressed and the decompressed content.

    Raises
    ------
    FetchError
        When the address yields no valid image.
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
    """Return whether `content` is a complete image; it is decoded only if its last bytes look wrong."""
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
    for block in _decompressed(
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
    if response.length:  # what remains of the announced Content-Length
        raise FetchError("incomplete download", f"{response.length:,} bytes are missing", again=True)


def _decompressed(blocks: Iterator[bytes], encoding: str, max_bytes: int) -> Iterator[bytes]:
    """Decompress a body piece by piece, so that a small one cannot expand without limit.

    Requests ask for uncompressed bodies, but some servers compress anyway.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        yield from blocks
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError("cannot decompress", f"Content-Encoding {encoding[:50]}")
    decompressor = zlib.decompressobj(_GZIP_OR_ZLIB)
    for block in blocks:
        left = block
        while left and not decompressor.eof:
            try:
                piece = decompressor.decompress(left, _BLOCK)
            except zlib.error as error:
                raise FetchError("cannot decompress", str(error)) from None
            left = decompressor.unconsumed_tail
            yield piece
    if not decompressor.eof:
        raise FetchError("incomplete download", "the compressed body ends early", again=True)


def _checked_ending(file: Path, response: http.client.HTTPResponse) -> str:
    kind = response.headers.get_content_type()
    with _decoding:
        content = file.read_bytes()
        try:
            ending = image_ending(content)
        except ImageError as error:
            raise FetchError("not an image", f"Content-Type {kind}: {_without_name(error)}") from None
        try:
            open_image(content, _PATCH)
        except ImageError as error:
            raise FetchError("broken image", _without_name(error)) from None
    return ending


def _without_name(error: ImageError) -> str:
    return str(error).removeprefix("image: ")


def _refusal(response: http.client.HTTPResponse) -> FetchError:
    status = response.status
    phrase = http.client.responses.get(status, "")
    return FetchError(
        f"status {status} {phrase}".strip(),
        again=status in _AGAIN,
        wait=_retry_after(response) if status in _BUSY else None,
        silent_host=status in _BUSY,
    )


def _retry_after(response: http.client.HTTPResponse) -> float | None:
    """Return the seconds to wait by the Retry-After header, a number or a date (RFC 9110, 10.2.3)."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    return None


def _location(response: http.client.HTTPResponse) -> str:
    # http.client decodes headers as Latin-1; servers that send non-ASCII characters mean UTF-8.
    text = response.headers["Location"]
    return text.encode("latin-1", "replace").decode("utf-8", "replace")


def _too_large(max_bytes: int) -> FetchError:
    return FetchError("too large", f"more than {max_bytes / 2**20:g} MB")
