"""Image cells: every image that a cell names, in order, whichever way its list is written.

An entry is a file's name or path (with ``/``), an address (``https://...``) or the image itself
(``data:...``). Addresses and file names may hold the signs that separate entries elsewhere: a list ends an
address only where another one begins, and a file name only behind an ending such as ``.jpg``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from core.catalogue.values.image_data import DATA, as_data, is_data
from core.catalogue.values.missing import decide_missing
from core.common.literals import read_literal

ENDINGS = "jpe?g|jfif|jpe|png|gif|webp|bmp|tiff?|avif|heic|heif|svg|jp2|jxl|ico"
"""Endings of image files, as a regular expression."""

# What needs no more than a look: plain addresses and file names, alone or in plain lists.
_ADDRESS = re.compile(r"https?://[^\s|,;\"'<>\\!]+", re.IGNORECASE)
_FILE = re.compile(rf"(?!//|www\.|\./)[A-Za-z0-9_.()/-]*[A-Za-z0-9_()-]\.(?:{ENDINGS})", re.IGNORECASE)
_SIGN = re.compile(r"(?<!\s)\s*+[|,;\n]\s*")
_QUOTED_SIGN = re.compile(r"\"\s*+,\s*\"")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
_HOST = re.compile(r"//[\w-]+(?:\.[\w-]+)+[/:]")  # without a scheme, as in web pages
_START = r"(?:[a-z][a-z0-9+.-]{1,10}://|//[\w-]+(?:\.[\w-]+)+/|www\.[\w-]+\.|data:image/)"
_NEXT_ADDRESS = re.compile(rf"(?<![\s|,;])[\s|,;]++(?={_START})|[\r\n\t]+", re.IGNORECASE)
_BAR = re.compile(rf"(?<=[a-z0-9])\s*\|\s*(?=[^|]*\.(?:{ENDINGS})\b)", re.IGNORECASE)
_ENDED = re.compile(rf"(\.(?:{ENDINGS})(?:\?[^,;|\s]*+)?)\s*[,;]\s*", re.IGNORECASE)
_ENDED_SPACE = re.compile(rf"(\.(?:{ENDINGS}))[ ]+", re.IGNORECASE)
_ENDS = re.compile(rf"\.(?:{ENDINGS})$", re.IGNORECASE)
_HAS_ENDING = re.compile(rf"\.(?:{ENDINGS})(?![\w])", re.IGNORECASE)
_QUERY = re.compile(rf"(\.(?:{ENDINGS}))[?#][^/\\]*$", re.IGNORECASE)
_QUOTED = re.compile(r"([\"'])(.+?)\1", re.DOTALL)
_QUOTES_AND_SIGNS = re.compile(r"(?:\s*(?:\"[^\"]*+\"|'[^']*+')\s*[,;|]?)++")
_BETWEEN_DATA = re.compile(r"[|,;]\s*|(?<!\s)\s++(?=/9j/|iVBORw0KGgo|R0lGOD|UklGR)")
_ADJACENT = re.compile(r"[\"']\s+[\"']")  # a NumPy array: ['a' 'b'], which Python would join
_IMG = re.compile(r"<img\b[^<>]*+>", re.IGNORECASE)
_SRC = re.compile(r"\b(?:data-)?src\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_ALT = re.compile(r"\s!\s(?:alt|title|desc|caption)\s:.*", re.DOTALL)  # WooCommerce: address ! alt : ...
_DRIVE = re.compile(r"/?[A-Za-z]:[/\\]")
_LONGEST_LIST = 200_000  # characters
_DEEPEST = 6
# Where an image is a record, what of it is taken, the best first.
_KEYS = (
    "url", "src", "hi_res", "hires", "large", "original", "full", "full_size", "image_url", "imageurl",
    "contenturl", "link", "href", "image", "images", "path", "file", "filename", "file_name", "name",
    "medium", "small", "thumb", "thumbnail", "edges", "node", "bytes",
)  # fmt: skip
_RULE = decide_missing("images", ())
_OUTER = "|,;\"'" + "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())


def split_images(cell: str) -> list[str]:
    """Return the images that a cell names, each once, in their order; [] for a cell without any."""
    if _ADDRESS.fullmatch(cell) or _FILE.fullmatch(cell):
        return [cell]
    quick = _quick(cell)
    if quick is not None:
        return quick
    cell = _readable(cell).strip()
    if _RULE.is_missing(cell):
        return []
    return list(dict.fromkeys(filter(None, _entries(cell))))


def read_column(cells: Iterable[str]) -> list[list[str]]:
    """Return `split_images` of many cells."""
    return [split_images(cell) for cell in cells]


def gather_images(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the images of each row from several columns (image 1, image 2, ...), each once, in order."""
    if len(columns) == 1:
        return read_column(columns[0])
    return [
        list(dict.fromkeys(image for cell in row if cell for image in split_images(cell)))
        for row in zip(*columns, strict=True)
    ]


def is_address(image: str) -> bool:
    """Return whether an entry is an address, which has to be fetched."""
    return _SCHEME.match(image) is not None


def looks_like_image(cell: str) -> bool:
    """Return whether a cell names images, as far as its text tells: by file endings, or as data."""
    images = split_images(cell[:_LONGEST_LIST])
    return bool(images) and all(is_data(image) or _HAS_ENDING.search(image) for image in images)


def _quick(cell: str) -> list[str] | None:
    """Return the images of a cell whose list is written in a plain way, None for all other cells."""
    if cell.startswith('["') and cell.endswith('"]'):
        pieces = _QUOTED_SIGN.split(cell[2:-2])
        plain = all(_ADDRESS.fullmatch(each) or _FILE.fullmatch(each) for each in pieces)
    else:
        pieces = _SIGN.split(cell)
        plain = all(map(_ADDRESS.fullmatch if "://" in pieces[0] else _FILE.fullmatch, pieces))
    if not plain:
        return None
    return list(dict.fromkeys(pieces))


def _entries(cell: str) -> Iterable[str]:
    if cell[0] in "[{(":
        listed = _listed(cell)
        if listed is not None:
            return listed
        cell = cell[1:-1].strip() if cell[-1] in "]}" else cell
        if not cell:
            return []
    if cell[0] == "=":  # a spreadsheet's formula: =IMAGE("https://...")
        quoted = _QUOTED.search(cell)
        return _addresses(quoted[2]) if quoted else []
    if "<" in cell and (tags := _IMG.findall(cell)):
        return [entry for tag in tags for entry in _sources(tag)]
    if "data:" in cell[:_LONGEST_LIST].lower() and DATA.search(cell):
        return _with_data(cell)
    if as_data(_BETWEEN_DATA.split(cell, maxsplit=1)[0]):
        return [data for part in _BETWEEN_DATA.split(cell) if (data := as_data(part))]
    if cell[0] in "\"'" and _QUOTES_AND_SIGNS.fullmatch(cell):
        return [entry for match in _QUOTED.finditer(cell) for entry in _addresses_or_name(match[2])]
    if _SCHEME.search(cell) or _HOST.match(cell) or cell.lower().startswith("www."):
        return _addresses(cell)
    return _names(cell)


def _addresses(text: str) -> list[str]:
    found: list[str] = []
    for piece in _NEXT_ADDRESS.split(text):
        piece = _ALT.sub("", piece) if " ! " in piece else piece
        found += map(_entry, _BAR.split(piece) if "|" in piece else [piece])
    return found


def _names(text: str) -> list[str]:
    found: list[str] = []
    for piece in re.split(r"[|\r\n\t]+", text):
        if not _HAS_ENDING.search(piece):
            found += map(_entry, re.split(r"[,;]", piece))
            continue
        for part in _ENDED.sub(r"\1\n", piece).split("\n"):
            spaced = _ENDED_SPACE.sub(r"\1\n", part).split("\n")
            found += map(_entry, spaced if all(map(_ENDS.search, spaced)) else [part])
    return found


def _entry(text: str) -> str:
    """Return one entry without what surrounds it: an address, a path with ``/``, or data."""
    text = text.strip(_OUTER)
    if not text or is_data(text):
        return text
    if text[:5].lower() == "file:":
        text = unquote(text[5:])
        text = (text[2:] if text.startswith("//") else text).strip()
        return text.lstrip("/") if _DRIVE.match(text) else _path(text)
    if _SCHEME.match(text):
        return text
    if _HOST.match(text):
        return f"https:{text}"
    if text[:4].lower() == "www.":
        return f"https://{text}"
    return _path(text)


def _path(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\\", "/")
    text = text.lstrip("/") if text.startswith("//") else text.removeprefix("./")
    return _QUERY.sub(r"\1", text).strip()


def _readable(cell: str) -> str:
    """Return a cell without NUL and half characters, which JSON can smuggle in."""
    if cell.isascii():
        return cell.replace("\x00", "")
    return cell.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _with_data(cell: str) -> list[str]:
    found: list[str] = []
    done = 0
    for match in DATA.finditer(cell):
        found += _between(cell[done : match.start()])
        found.append(match[0].rstrip(".,:;!"))
        done = match.end()
    return found + _between(cell[done:])


def _between(text: str) -> list[str]:
    text = text.strip(_OUTER)
    return list(_entries(text)) if text and "data:" not in text.lower() else []


def _sources(tag: str) -> list[str]:
    match = _SRC.search(tag)
    return _addresses(match[1] or match[2] or match[3] or "") if match else []


def _listed(cell: str) -> list[str] | None:
    """Return the images of a list or record as JSON or Python write them; None for other cells."""
    if len(cell) > _LONGEST_LIST and "base64" not in cell[:1000]:
        return None
    try:
        return _images_in(json.loads(cell))
    except (json.JSONDecodeError, RecursionError):
        pass
    if cell[-1] in "]})" and not _ADJACENT.search(cell):
        try:
            return _images_in(read_literal(cell))
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            pass
    if cell[0] == "(":
        return None
    if cell[-1] not in "]}":  # cut off: what is left may be cut, too
        return [] if cell[1:2] in ("", '"', "'", "[", "{") else None
    quoted = [match[2] for match in _QUOTED.finditer(cell)]
    return [entry for text in quoted for entry in _addresses_or_name(text)] if quoted else None


def _images_in(value: Any, depth: int = 0) -> list[str]:
    """Return the images of what JSON or Python read."""
    if depth > _DEEPEST or value is None or isinstance(value, (bool, float)):
        return []
    if isinstance(value, str):
        return _addresses_or_name(_readable(value))
    if isinstance(value, (bytes, int)):
        return [str(value)] if isinstance(value, int) else []
    if isinstance(value, Mapping):
        return _of_record({str(key).lower(): each for key, each in value.items()}, depth)
    if isinstance(value, (list, tuple)):
        return [image for each in value for image in _images_in(each, depth + 1)]
    return []


def _of_record(record: Mapping[str, Any], depth: int) -> list[str]:
    lists = [record[key] for key in _KEYS if isinstance(record.get(key), list)]
    if len(lists) > 1 and len({len(each) for each in lists}) == 1:  # {"hi_res": [...], "large": [...]}
        best = ((each for each in row if each) for row in zip(*lists, strict=True))
        return [image for row in best for image in _images_in(next(row, None), depth + 1)]
    for key in _KEYS:
        found = _images_in(record.get(key), depth + 1)
        if found:
            return found
    return []


def _addresses_or_name(text: str) -> list[str]:
    """Return the images of a list's entry, which is one unless it holds several addresses."""
    text = text.strip()
    if not text or _RULE.is_missing(text):
        return []
    data = as_data(text)
    if data is not None:
        return [data]
    return _addresses(text) if _SCHEME.search(text) else [_entry(text)]
