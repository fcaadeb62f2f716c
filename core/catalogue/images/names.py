"""Read image cells of a table (paths, web addresses, lists of them) and make file names."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from urllib.parse import unquote

_QUOTED = re.compile(r"([\"'])(.+?)\1")
_NEXT_ADDRESS = re.compile(r"[|,;\s](?=https?://)", re.IGNORECASE)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")
_LONGEST_STEM = 60  # characters; file systems allow 255 bytes for a whole name
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. ()+,-]{0,99}")
# Names that Windows reserves for devices, with any ending.
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(10))}


def image_name(cell: str) -> str:
    """Return the image's file name from a cell with a path, an address, or a list (the first entry)."""
    address = image_address(cell)
    if address:
        return _last_part(address)
    return _first(cell).replace("\\", "/")


def image_address(cell: str) -> str:
    """Return the first address (``http://...``) in a cell, "" if there is none."""
    cell = _first(cell)
    if cell.startswith("//"):  # scheme-relative, as in web pages
        cell = f"https:{cell}"
    return _NEXT_ADDRESS.split(cell, maxsplit=1)[0].rstrip(" |,;") if "://" in cell else ""


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


def _first(cell: str) -> str:
    """Return the first entry of a JSON or JSON-like list; any other cell unchanged."""
    if not cell.startswith("["):
        return cell
    try:
        entries = json.loads(cell)
    except (json.JSONDecodeError, RecursionError):
        quoted = _QUOTED.search(cell)
        return quoted.group(2) if quoted else ""
    text = next((entry.strip() for entry in entries if isinstance(entry, str) and entry.strip()), "")
    # JSON escapes can contain NUL and lone surrogates.
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _last_part(address: str) -> str:
    # Not urlsplit, which rejects some addresses in real tables.
    path = re.split(r"[?#]", address.split("://", 1)[1], maxsplit=1)[0]
    _, _, path = path.partition("/")
    return unquote(path).replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "")
