"""Find and read a catalogue's image files in a folder or a zip."""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path, PurePosixPath

from core.catalogue.images.names import fetched_stem
from core.common.errors import CatalogueError, ImageError

ENDINGS = {".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"}
"""Endings of image files; files with other endings are read if a table names them."""

LARGEST = 1 << 28
"""Size limit of an image file in bytes."""

# RuntimeError means an encrypted entry or an unsupported compression; the others mean damage.
_UNREADABLE = (
    *(OSError, EOFError, RuntimeError, ValueError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:/|(^|/)\.\.(/|$)")


class ImageFiles:
    """The image files of a catalogue, found by name; safe to read from several threads.

    A name matches exactly, or else as the end of a path, ignoring case: ``images/7.jpg`` and ``7.jpg`` both
    find ``data/images/7.JPG``. An ambiguous name finds no file.

    Parameters
    ----------
    source : Path or None
        A folder, a zip, or None for no images. Entries and links that lead outside are ignored.

    Raises
    ------
    CatalogueError
        When the zip cannot be opened.
    """

    def __init__(self, source: Path | None) -> None:
        self.source = source
        self._zip = _open_zip(source) if source is not None and not source.is_dir() else None
        if self._zip is not None:
            entries = [info.filename for info in self._zip.infolist() if info.filename and not info.is_dir()]
        else:
            entries = [] if source is None else _walk(source)
        entries = [entry for entry in dict.fromkeys(entries) if not _is_ignored(entry)]
        keys = [_key(entry) for entry in entries]
        top = len(_common_folder(keys))
        self._entries = set(entries)
        self._relative = _unique(zip((key[top:] for key in keys), entries, strict=True))
        self._endings = _unique(
            (end, entry) for key, entry in zip(keys, entries, strict=True) for end in _ends(key)
        )
        self._stems = _unique(
            (path.stem, entry)
            for path, entry in zip(map(PurePosixPath, keys), entries, strict=True)
            if path.suffix in ENDINGS
        )

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self._entries)

    def __contains__(self, name: str) -> bool:
        """Return whether `name` finds a file."""
        return self._find(name) is not None

    def named(self, stem: str) -> str | None:
        """Return the image called `stem`, with any ending, or None if there is none or several."""
        return self._stems.get(stem.lower())

    def of_product(self, name: str, address: str, sku: str) -> str:
        """Return the name of a product's image, "" if there is none.

        The file fetched from `address` comes first, then the file called `name`, then the one named by sku.
        The first is the most reliable, because several addresses can end with the same file name.
        """
        fetched = self.named(fetched_stem(address)) if address and self._entries else None
        if fetched:
            return fetched
        return name if name and name in self else self.named(sku) or ""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises
        ------
        ImageError
            If the file does not exist, is too large, or cannot be read.
        """
        entry = self._find(name)
        if entry is None:
            raise ImageError(f"{name}: no such image in {self.source or 'a catalogue without images'}")
        try:
            return self._read_file(entry) if self._zip is None else self._read_entry(self._zip, entry)
        except _UNREADABLE as error:
            raise ImageError(f"{name}: cannot be read ({error})") from error

    def digest(self, name: str) -> str:
        """Return the BLAKE2b hash of a file's bytes, 32 hexadecimal digits; raises as `read`."""
        return bytes_digest(self.read(name))

    def stamp(self, name: str) -> str:
        """Return a text that changes when the file does, without reading it; "" if there is no such file."""
        entry = self._find(name)
        if entry is None:
            return ""
        if self._zip is not None:
            info = self._zip.getinfo(entry)
            return f"{entry} {info.file_size} {info.CRC}"
        try:
            status = Path(self.source or "", entry).stat()
        except OSError:
            return ""
        return f"{entry} {status.st_size} {status.st_mtime_ns}"

    def _read_file(self, entry: str) -> bytes:
        path = Path(self.source or "", entry)
        _check_bytes(entry, path.stat().st_size)
        return path.read_bytes()

    def _read_entry(self, archive: zipfile.ZipFile, entry: str) -> bytes:
        _check_bytes(entry, archive.getinfo(entry).file_size)
        return archive.read(entry)

    def _find(self, name: str) -> str | None:
        if name in self._entries:
            return name
        key = _key(name)
        entry = self._relative.get(key) or self._endings.get(key)
        # The table may have folders that the images lack: train/images/7.jpg for 7.jpg.
        return entry or next((self._relative[end] for end in _ends(key) if end in self._relative), None)


def find_images(data: Path) -> ImageFiles:
    """Find the images of a catalogue.

    Parameters
    ----------
    data : Path
        The catalogue's folder, with ``images/``, ``images.zip`` or image files in it, in this order of
        preference; or the table in such a folder; or a zip of images.

    Raises
    ------
    CatalogueError
        If `data` does not exist or the zip cannot be opened.
    """
    if not data.exists():
        raise CatalogueError(f"{data}: no such file or folder")
    if data.is_file() and data.suffix.lower() == ".zip":
        return ImageFiles(data)
    folder = data if data.is_dir() else data.parent
    by_name = {path.name.lower(): path for path in sorted(folder.iterdir())}
    images = by_name.get("images")
    if images is not None and images.is_dir() and any(images.iterdir()):
        return ImageFiles(images)
    if "images.zip" in by_name:
        return ImageFiles(by_name["images.zip"])
    if any(path.suffix.lower() in ENDINGS for path in by_name.values()):
        return ImageFiles(folder)
    return ImageFiles(None)


def bytes_digest(content: bytes) -> str:
    """Return the BLAKE2b hash of `content`, 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _walk(folder: Path) -> list[str]:
    root = folder.resolve()
    entries = []
    for place, _, files in os.walk(folder):
        for path in (Path(place, file) for file in files):
            if not path.is_symlink() or path.resolve().is_relative_to(root):
                entries.append(path.relative_to(folder).as_posix())
    return sorted(entries)


def _open_zip(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError) as error:
        raise CatalogueError(f"{source}: not a zip file, or it is damaged ({error})") from error


def _is_ignored(entry: str) -> bool:
    path = entry.replace("\\", "/")
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))
    return hidden or _OUTSIDE.search(path) is not None


def _key(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./").lstrip("/").lower()


def _common_folder(keys: list[str]) -> str:
    """Return the folders all keys begin with, with a slash at the end, or ""."""
    if not keys:
        return ""
    # The folders shared by the first and the last sorted path are shared by all.
    first, last = min(keys).split("/")[:-1], max(keys).split("/")[:-1]
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(f"{part}/" for part, _ in shared)


def _ends(key: str) -> list[str]:
    """Return ``a/b/c``, ``b/c``, ``c`` for ``a/b/c``."""
    parts = key.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    listed = list(pairs)
    counts = Counter(key for key, _ in listed)
    return {key: entry for key, entry in listed if counts[key] == 1}


def _check_bytes(name: str, size: int) -> None:
    if size > LARGEST:
        raise ImageError(f"{name}: {size:,} bytes, more than the limit of {LARGEST:,}")
