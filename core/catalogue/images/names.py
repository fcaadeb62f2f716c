"""From an image's path or address in a table to the name of its file."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
_LONGEST_STEM = 60  # characters; file systems allow 255 bytes for a whole name
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. ()+,-]{0,99}")
# Names that Windows reserves for devices, with any ending.
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(10))}


def image_name(reference: str) -> str:
    """Return an image's file name from its path or address."""
    address = image_address(reference)
    return _last_part(address) if address else reference.replace("\\", "/")


def image_address(reference: str) -> str:
    """Return a reference that is an address (``http://...``), "" for any other."""
    if reference.startswith("//"):  # scheme-relative, as in web pages
        reference = f"https:{reference}"
    return reference if "://" in reference else ""


def fetched_stem(address: str) -> str:
    """Return the file name, without ending, for the image fetched from `address`.

    It consists of the last part of the address, in ASCII letters, digits, dashes and underscores, and 12
    hexadecimal digits of the BLAKE2b hash of the address: names are unique per address and safe on every file
    system.
    """
    readable = unicodedata.normalize("NFKD", _ENDING.sub("", _last_part(address)))
    readable = _UNSAFE.sub("-", readable.encode("ascii", "ignore").decode())[:_LONGEST_STEM].strip("-")
    digest = hashlib.blake2b(address.encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"{readable or 'image'}-{digest}"


def is_plain(name: str) -> bool:
    """Return whether `name` is a safe file name on every file system."""
    return bool(_PLAIN.fullmatch(name)) and name.split(".")[0].strip().upper() not in _DEVICES


def _last_part(address: str) -> str:
    # Not urlsplit, which rejects some addresses in real tables.
    path = address.split("://", 1)[1].partition("?")[0].partition("#")[0]
    _, _, path = path.partition("/")
    return (unquote(path) if "%" in path else path).replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "")
