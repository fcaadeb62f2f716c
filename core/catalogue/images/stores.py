"""Where image files lie: folders and zips, listed once, with what in them is refused and why."""

from __future__ import annotations

import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from core.common.errors import CatalogueError, ImageError

LARGEST = 1 << 28
"""Size limit of an image in bytes."""

LEADS_OUTSIDE = "links that lead out of the folder"
LINKED_FOLDER = "links to folders"
LEADS_NOWHERE = "links to files that are not there"
LINK_IN_ZIP = "links in a zip"
NAMED_OUTSIDE = "names that lead out of the zip"
CLOSED_FOLDER = "folders that cannot be read"
"""Reasons why an entry is refused."""

# RuntimeError means an encrypted entry or an unsupported compression; the others mean damage.
_UNREADABLE = (
    *(OSError, EOFError, RuntimeError, ValueError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:/|(^|/)\.\.(/|$)")
_SYSTEM = {"__macosx", "@eadir", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"}
_UTF8_FLAG = 0x800


class ImageStore(Protocol):
    """Where images lie: in files, in a zip, in the cells or rows of a table.

    Every image has an entry, a text that is found in one store alone.
    """

    def __contains__(self, entry: str) -> bool:
        """Return whether an entry is in this store; quick."""
        ...

    def read(self, entry: str) -> bytes:
        """Return an image's bytes.

        Raises
        ------
        ImageError
            If they cannot be read.
        """
        ...

    def stamp(self, entry: str) -> str:
        """Return a text that changes when the image does, without reading it; "" if it is gone."""
        ...


class FileStore(ImageStore, Protocol):
    """A store of files, which are found by their names."""

    @property
    def entries(self) -> Sequence[str]:
        """Paths of the files; hidden files and those of the system are left out."""
        ...

    @property
    def refused(self) -> Mapping[str, Sequence[str]]:
        """Reason -> paths that are not read."""
        ...

    def size(self, entry: str) -> int:
        """Return a file's size in bytes."""
        ...


class FolderStore:
    """The files of a folder and of the folders in it. A link is followed only to a file in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.entries, self.refused = _walk(folder)
        self._known = frozenset(self.entries)

    def __contains__(self, entry: str) -> bool:
        """Return whether there is such a file."""
        return entry in self._known

    def read(self, entry: str) -> bytes:
        """Return a file's bytes; raises as `ImageStore.read`."""
        path = self._folder / entry
        try:
            check_bytes(entry, path.stat().st_size)
            return path.read_bytes()
        except _UNREADABLE as error:
            raise ImageError(f"{entry}: cannot be read ({error})") from error

    def stamp(self, entry: str) -> str:
        """Return a text that changes when the file does."""
        try:
            status = (self._folder / entry).stat()
        except OSError:
            return ""
        return f"{entry} {status.st_size} {status.st_mtime_ns}"

    def size(self, entry: str) -> int:
        """Return a file's size in bytes."""
        return (self._folder / entry).stat().st_size


class ZipStore:
    """The files of a zip, read one at a time and never extracted; safe to read from several threads.

    Raises
    ------
    CatalogueError
        When the zip cannot be opened.
    """

    def __init__(self, file: Path) -> None:
        self._zip = _open_zip(file)
        members, self.refused = _members(self._zip)
        self._members = members
        self.entries = list(members)

    def __contains__(self, entry: str) -> bool:
        """Return whether there is such a file."""
        return entry in self._members

    def read(self, entry: str) -> bytes:
        """Return a file's bytes; raises as `ImageStore.read`."""
        member = self._members[entry]
        check_bytes(entry, member.file_size)
        try:
            return self._zip.read(member)
        except _UNREADABLE as error:
            raise ImageError(f"{entry}: cannot be read ({error})") from error

    def stamp(self, entry: str) -> str:
        """Return a text that changes when the file does."""
        member = self._members[entry]
        return f"{entry} {member.file_size} {member.CRC}"

    def size(self, entry: str) -> int:
        """Return a file's size in bytes."""
        return self._members[entry].file_size


def open_store(source: Path) -> FileStore:
    """Return the store of a folder or a zip.

    Raises
    ------
    CatalogueError
        When the zip cannot be opened.
    """
    return FolderStore(source) if source.is_dir() else ZipStore(source)


def check_bytes(entry: str, size: int) -> None:
    """Check an image's size; raise an `ImageError` if it is above `LARGEST`."""
    if size > LARGEST:
        raise ImageError(f"{entry}: {size:,} bytes, more than the limit of {LARGEST:,}")


def is_hidden(path: str) -> bool:
    """Return whether a path is none of the owner's files: hidden, or of the system or an archiver."""
    return any(part.startswith(".") or part.lower() in _SYSTEM for part in path.split("/"))


def _walk(folder: Path) -> tuple[list[str], Mapping[str, Sequence[str]]]:
    root = folder.resolve()
    entries: list[str] = []
    refused: dict[str, list[str]] = defaultdict(list)
    places = [""]
    while places:
        place = places.pop()
        try:
            with os.scandir(folder / place) as listed:
                found = list(listed)
        except OSError:
            refused[CLOSED_FOLDER].append(place or folder.name)
            continue
        for each in found:
            path = f"{place}{each.name}"
            if is_hidden(each.name):
                continue
            if each.is_symlink() and (reason := _fault_of_link(each, root)):
                refused[reason].append(path)
            elif each.is_dir():
                places.append(f"{path}/")
            elif each.is_file():
                entries.append(path)
    return sorted(entries), {reason: sorted(paths) for reason, paths in refused.items()}


def _fault_of_link(link: os.DirEntry[str], root: Path) -> str:
    """Return why a link is refused, "" if it is a link to a file in the folder."""
    try:
        target = Path(link.path).resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: links that lead in a circle
        return LEADS_NOWHERE
    if not target.is_relative_to(root):
        return LEADS_OUTSIDE
    return LINKED_FOLDER if target.is_dir() else ""


def _open_zip(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (*_UNREADABLE, NotImplementedError) as error:
        raise CatalogueError(f"{file}: not a zip file, or it is damaged ({error})") from error


def _members(archive: zipfile.ZipFile) -> tuple[dict[str, zipfile.ZipInfo], Mapping[str, Sequence[str]]]:
    listed = [member for member in archive.infolist() if member.filename and not member.is_dir()]
    members: dict[str, zipfile.ZipInfo] = {}
    refused: dict[str, list[str]] = defaultdict(list)
    for name, member in zip(_names(listed), listed, strict=True):
        path = name.replace("\\", "/")
        if _OUTSIDE.search(path):
            refused[NAMED_OUTSIDE].append(name)
        elif is_hidden(path):
            continue
        elif stat.S_ISLNK(member.external_attr >> 16):
            refused[LINK_IN_ZIP].append(name)
        else:
            members[name] = member
    return members, refused


def _names(members: Iterable[zipfile.ZipInfo]) -> list[str]:
    """Return the names of a zip's entries.

    Some tools store names in UTF-8 without saying so, and they are read as cp437. If all such names of an
    archive are UTF-8, they are meant so: by chance, hardly any name in cp437 is.
    """
    names = [member.filename for member in members]
    unsaid = [
        place
        for place, member in enumerate(members)
        if not member.flag_bits & _UTF8_FLAG and not names[place].isascii()
    ]
    try:
        meant = [names[place].encode("cp437").decode("utf-8") for place in unsaid]
    except UnicodeError:
        return names
    for place, name in zip(unsaid, meant, strict=True):
        names[place] = name
    return names
