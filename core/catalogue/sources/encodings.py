"""Recognise how a text file is encoded, and open it so that bytes which do not fit can be counted."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from core.common.errors import CatalogueError

BAD = "\udcff"
"""Stands for bytes that are none of the encoding; no decoder gives it otherwise."""

REPLACEMENT = "\ufffd"

HANDLER = "product-lens-bad-bytes"
"""How bytes that are none of the encoding are read when a file is opened: as `BAD`."""
_BLOCK = 1 << 20
_HEAD = 1 << 18  # bytes that decide whether a file is text at all
_SAMPLE = 1 << 17  # bytes of lines with letters beyond ASCII that decide between single encodings
_HOPELESS = 10_000  # bad bytes after which a file may be said not to be UTF-8

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What tables are written in. A detector that may choose among all encodings finds rare ones in short texts.
_LATIN = (
    *("windows-1252", "windows-1250", "iso-8859-2", "windows-1254", "windows-1257", "cp850", "mac-roman"),
    "cp932",  # half of its letters end in an ASCII byte, so that its bytes beyond ASCII may stand alone, too
)
_OTHER_SCRIPTS = ("windows-1251", "koi8-r", "ibm866", "windows-1253", "windows-1255", "windows-1256", "cp874")
_TWO_BYTES = ("gb18030", "euc-jp", "cp949", "big5hkscs")
# Signs of Windows-1252 that stand alone in English texts: euro, quotes, dashes, degree, pound, fractions ...
_SIGNS = re.compile(rb"[\x80\x85\x91-\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0-\xb3\xb5\xb7\xbb-\xbe\xd7]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_HIGH_CELL = re.compile(rb"[^\r\n,;\t|\"]*[\x80-\xff][^\r\n,;\t\"]*")
_NO_ASCII = re.compile(rb"[\x01-\x08\x0e-\x1f\x80-\xff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b]")


@dataclass(frozen=True)
class TextFile:
    """A text file and how to read it.

    Attributes
    ----------
    path, name
        The file, and what to call it in messages.
    encoding
        As Python names it.
    newline
        What ends a line: a line feed (also after a carriage return), or a carriage return alone.
    guessed
        Whether the letters alone decided the encoding.
    bad
        Whether some bytes are none of the encoding; they are read as `BAD`.
    nul
        Whether it has NUL bytes.
    longest
        Bytes of the longest stretch without a line's end, roughly.
    """

    path: Path
    name: str
    encoding: str
    newline: str
    guessed: bool
    bad: bool
    nul: bool
    longest: int

    def open(self) -> TextIO:
        """Open the file; its lines keep their ends."""
        return self.path.open(encoding=self.encoding, errors=HANDLER, newline=self.newline)

    def head(self, letters: int) -> str:
        """Return the first letters of the file."""
        with self.open() as file:
            return file.read(letters)


def recognise_text(path: Path, name: str, encoding: str | None = None) -> TextFile:
    """Recognise the encoding of a text file.

    A byte order mark decides, then whether the file is UTF-8: with a few bad bytes among letters that are
    right it stays UTF-8. Only then letters are weighed.

    Raises
    ------
    CatalogueError
        If the file is empty or no text, or Python knows no such encoding.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise CatalogueError(f"{name}: the file is empty")
    survey, guessed = None, False
    encoding = (_by_mark(head) or _by_zeros(head)) if encoding is None else _known(encoding)
    if encoding is None:
        survey = _survey(path, "utf-8")
        if survey.bad <= survey.good:
            encoding = "utf-8"
        else:
            _check_text(head.decode("latin-1"), name)
            encoding, survey, guessed = _by_letters(_high_cells(path)), None, True
    text = codecs.getincrementaldecoder(encoding)(HANDLER).decode(head)
    _check_text(text, name)
    survey = survey or _survey(path, encoding)
    alone = text.count("\r") - text.count("\r\n")
    newline = "\r" if alone > text.count("\n") else "\n"
    return TextFile(path, name, encoding, newline, guessed, survey.bad > 0, survey.nul, survey.longest)


@dataclass
class _Survey:
    """What a whole file has: bytes that letters take beyond one each are `good`."""

    good: int = 0
    bad: int = 0
    nul: bool = False
    longest: int = 0


def _mark_bad(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return BAD, error.end


codecs.register_error(HANDLER, _mark_bad)


def _known(encoding: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO("a".encode(encoding)), encoding=encoding).read()
    except (LookupError, ValueError) as error:
        raise CatalogueError(
            f"unknown encoding {encoding!r}: expected a name such as utf-8, cp1252, cp1251, shift_jis"
        ) from error
    return codecs.lookup(encoding).name


def _by_mark(head: bytes) -> str | None:
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _by_zeros(head: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32 without a mark: in both, ASCII letters have zeros in fixed places."""
    head = head[:4096]
    head = head[: len(head) - len(head) % 4]
    zeros_alone = head.count(0) < 0.3 * len(head) and not _NO_ASCII.search(head)
    if b"\x00" not in head or zeros_alone:
        return None  # strays in ASCII text
    zeros = [head[place::4].count(0) / (len(head) / 4) for place in range(4)]
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if min(zeros[2:]) > 0.9 and zeros[0] < 0.1:
        name = "utf-32-le"
    elif min(zeros[:2]) > 0.9 and zeros[3] < 0.1:
        name = "utf-32-be"
    elif odd > 0.05 and even < odd / 10:
        name = "utf-16-le"
    elif even > 0.05 and odd < even / 10:
        name = "utf-16-be"
    else:
        return None
    text = codecs.getincrementaldecoder(name)(HANDLER).decode(head)
    return name if BAD not in text and not _CONTROL.search(text) else None


def _high_cells(path: Path) -> bytes:
    """Return different pieces of text with bytes beyond ASCII, up to `_SAMPLE` bytes, a line each."""
    found: dict[bytes, None] = {}
    size = 0
    for block in _blocks(path):
        for cell in () if block.isascii() else _HIGH_CELL.findall(block):
            if cell not in found:
                found[cell] = None
                size += len(cell)
                if size > _SAMPLE:
                    return b"\n".join(found)
    return b"\n".join(found)


def _by_letters(sample: bytes) -> str:
    import chardet

    runs = _HIGH_RUN.findall(sample)
    if all(_SIGNS.fullmatch(run) for run in set(runs)):
        return "cp1252"
    candidates = list(_LATIN)
    # Accented letters stand among ASCII ones; letters of other scripts do not.
    words = _HIGH_WORD.findall(sample)
    if sum(any(letter < 128 for letter in word) for word in words) <= len(words) / 2:
        candidates += _OTHER_SCRIPTS
    if sum(len(run) == 1 for run in runs) <= 0.7 * len(runs):
        candidates += _TWO_BYTES
    found = chardet.detect(
        sample, prefer_superset=False, compat_names=False, include_encodings=candidates, max_bytes=_SAMPLE
    )["encoding"]
    return codecs.lookup(found or "cp1252").name


def _check_text(text: str, name: str) -> None:
    # A text may hold a few strays. Random bytes have a control character among ten.
    if len(_CONTROL.findall(text)) > max(8, len(text) // 20) or (len(text) < 200 and _mostly_control(text)):
        raise CatalogueError(f"{name}: not a text file; save the table as CSV (UTF-8)")


def _mostly_control(text: str) -> bool:
    return 3 * len(_CONTROL.findall(text)) > len(text)


def _survey(path: Path, encoding: str) -> _Survey:
    """Read a whole file, unless it turns out to be far from this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)(HANDLER)
    ascii_letters = not encoding.startswith(("utf-16", "utf-32"))
    found, run = _Survey(), 0
    for block in _blocks(path):
        if not (ascii_letters and block.isascii() and not decoder.getstate()[0]):
            text = decoder.decode(block)
            found.bad += text.count(BAD)
            found.good += len(block) - len(text)
            if found.bad > _HOPELESS and found.bad > 4 * found.good:
                found.nul = True  # for all that is known
                return found
        found.nul = found.nul or b"\x00" in block
        run = run + len(block) if b"\n" not in block and b"\r" not in block else 0
        found.longest = max(found.longest, run)
    found.bad += decoder.decode(b"", True).count(BAD)
    return found


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
