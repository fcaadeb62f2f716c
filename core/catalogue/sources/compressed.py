"""Unpack gzip, bz2, xz and zip into a temporary folder, within limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, cast

from core.catalogue.sources.source import one_line
from core.common.errors import CatalogueError
from core.common.limits import limits

MOST_BYTES = 8 << 30
"""Bytes that a table may have unpacked."""

MOST_RATIO = 300
"""How many times its packed size a table may have, above `FREE_BYTES`; ten is usual."""

FREE_BYTES = 100 << 20

_PIECE = 1 << 20
_LOOK = 64 << 20  # bytes between two looks at the disk
_Opener = Callable[[Path], AbstractContextManager[IO[bytes]]]
_OPENERS: dict[bytes, tuple[str, _Opener]] = {
    b"\x1f\x8b": ("gzip", cast(_Opener, gzip.GzipFile)),
    b"BZh": ("bz2", cast(_Opener, bz2.BZ2File)),
    b"\xfd7zXZ\x00": ("xz", cast(_Opener, lzma.LZMAFile)),
}
_ENDINGS = {".gz": "", ".gzip": "", ".bz2": "", ".xz": "", ".tgz": ".tar", ".z": ""}
DAMAGED = (
    *(OSError, EOFError, RuntimeError, ValueError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)
"""What unpacking raises: RuntimeError for an encrypted entry or an unknown compression, else for damage."""


def compression_of(head: bytes) -> str | None:
    """Return the name of a file's compression by its first bytes, None if it is not compressed."""
    return next((name for mark, (name, _) in _OPENERS.items() if head.startswith(mark)), None)


def unpack(path: Path, name: str, folder: TemporaryDirectory[str]) -> Path:
    """Unpack a file that `compression_of` knows into `folder`.

    Raises
    ------
    CatalogueError
        If it is damaged, or larger than the limits.
    """
    with path.open("rb") as file:
        head = file.read(8)
    opener = next(opener for mark, (_, opener) in _OPENERS.items() if head.startswith(mark))
    plain = PurePosixPath(path.name)
    ending = _ENDINGS.get(plain.suffix.lower())
    target = Path(folder.name, plain.stem + ending if ending is not None else plain.name)
    try:
        with opener(path) as packed:
            _copy(packed, target, path.stat().st_size, name)
    except DAMAGED as error:
        raise CatalogueError(f"{name}: damaged or cut off ({one_line(error)})") from error
    return target


def open_zip(path: Path, name: str) -> zipfile.ZipFile:
    """Open a zip.

    Raises
    ------
    CatalogueError
        If it is damaged.
    """
    try:
        return zipfile.ZipFile(path)
    except DAMAGED as error:
        raise CatalogueError(f"{name}: not a zip file, or it is damaged ({one_line(error)})") from error


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of a zip's entry; tools that store UTF-8 without saying so are understood."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def unpack_entries(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], name: str, folder: TemporaryDirectory[str]
) -> list[Path]:
    """Unpack entries of a zip into `folder`, each under the last part of its name.

    Raises
    ------
    CatalogueError
        If one is encrypted, damaged, or larger than the limits.
    """
    files = []
    for number, entry in enumerate(entries):
        target = Path(folder.name, str(number), PurePosixPath(entry_name(entry).replace("\\", "/")).name)
        try:
            target.parent.mkdir()
            with archive.open(entry) as packed:
                _copy(packed, target, entry.compress_size, f"{name}, {entry_name(entry)}")
        except DAMAGED as error:
            reason = "it is encrypted" if entry.flag_bits & 1 else f"damaged or cut off: {one_line(error)}"
            raise CatalogueError(f"{name}: {entry_name(entry)} cannot be unpacked ({reason})") from error
        files.append(target)
    return files


def check_zip_sizes(path: Path, name: str, most: int | None = None) -> None:
    """Check what a zip says it unpacks to, for readers that unpack it themselves: `most` bytes, if given.

    Raises
    ------
    CatalogueError
        If that is more than the limits, or it is no zip.
    """
    with open_zip(path, name) as archive:
        for entry in archive.infolist():
            _check_size(entry.file_size, entry.compress_size, name)
        whole = sum(entry.file_size for entry in archive.infolist())
        _check_size(whole, path.stat().st_size, name)
    if most is not None and whole > most:
        raise CatalogueError(
            f"{name}: it unpacks to {whole >> 20:,} MB, more than the {most >> 20:,} MB this page accepts; "
            "save it as CSV"
        )


def _copy(packed: IO[bytes], target: Path, size: int, name: str) -> None:
    done = 0
    with target.open("wb") as out:
        while piece := packed.read(_PIECE):
            done += len(piece)
            _check_size(done, size, name)
            if done % _LOOK < len(piece):
                _check_disk(target.parent, name)
            out.write(piece)


def _check_size(unpacked: int, packed: int, name: str) -> None:
    if unpacked > MOST_BYTES or unpacked > max(FREE_BYTES, MOST_RATIO * packed):
        raise CatalogueError(
            f"{name}: it unpacks to over {unpacked >> 20:,} MB, {unpacked // max(packed, 1):,} times its "
            "size; unpack it yourself if that is right"
        )


def _check_disk(folder: Path, name: str) -> None:
    if shutil.disk_usage(folder).free >> 20 < limits().free_disk:
        raise CatalogueError(f"{name}: it does not fit: the disk for temporary files is nearly full")
