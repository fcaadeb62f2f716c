"""Open the table in any file, folder or zip: what it is decides its content, not its name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from core.catalogue.sources.compressed import (
    compression_of,
    entry_name,
    open_zip,
    unpack,
    unpack_entries,
)
from core.catalogue.sources.delimited import read_delimited
from core.catalogue.sources.encodings import recognise_text
from core.catalogue.sources.finding import TABLES, ending, listed, preferred, table_candidates
from core.catalogue.sources.image_folders import ENDINGS, image_paths, is_hidden, read_images
from core.catalogue.sources.json_tables import looks_like_json, read_json
from core.catalogue.sources.label_lists import list_columns, read_list
from core.catalogue.sources.parquet_tables import read_parquet
from core.catalogue.sources.parts import join_tables
from core.catalogue.sources.raw import Problems, RawTable
from core.catalogue.sources.sheets import read_workbook
from core.catalogue.sources.source import Source
from core.catalogue.sources.sqlite_tables import read_sqlite
from core.catalogue.sources.xml_feeds import looks_like_xml, read_xml
from core.common.errors import CatalogueError
from core.common.files import temporary_folder

_MOST_PARTS = 2000
_DEEPEST = 3  # a compressed file in a zip in a compressed file
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TABLES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"{\\rtf": "a text document",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed by Zstandard; unpack it first",
    b"ARROW1": "an Arrow file; save it as Parquet",
    b"\x89HDF": "an HDF5 file; save it as Parquet or CSV",
    b"\x93NUMPY": "a NumPy array",
    b"\x80\x04\x95": "a Python pickle, which is never opened; save it as Parquet or CSV",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}


def open_table(
    data: Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    most_workbook: int | None = None,
) -> RawTable:
    """Open a product table as it stands in a file.

    Parameters
    ----------
    data
        A file, compressed or not; or a folder or a zip with a table, with several files of one table, or with
        images in a folder per category.
    encoding
        The encoding of a text file, where it cannot be recognised.
    sheet
        The sheet of a workbook, the table of a database, or the list in a JSON file.
    most_workbook
        Bytes that a workbook may unpack to, as it is held in memory; None for those of any zip.

    Raises
    ------
    CatalogueError
        If there is no table, or it is not clear which is meant.
    """
    data = Path(data)
    source = Source(data, data, data.name or str(data), encoding, sheet, most_workbook=most_workbook)
    try:
        if data.is_dir():
            return _open_folder(source)
        if not data.exists():
            raise CatalogueError(f"{data}: no such file or folder")
        if not data.is_file():
            raise CatalogueError(f"{data}: neither a file nor a folder")
        return _open_file(source)
    except OSError as error:
        raise CatalogueError(f"{data}: cannot be read ({error.strerror or error})") from error


def _open_file(source: Source, depth: int = 0) -> RawTable:
    source = source if source.own else source.but(own=source.file)
    with source.file.open("rb") as file:
        head = file.read(512)
    packed = compression_of(head)
    if packed is not None:
        if depth >= _DEEPEST:
            raise CatalogueError(f"{source.name}: compressed more than {_DEEPEST} times")
        folder = temporary_folder()
        inner = source.but(
            file=unpack(source.file, source.name, folder),
            details={**source.details, "compression": packed},
            keeps=(source.keeps, folder),
        )
        return _open_file(inner, depth + 1)
    if head.startswith(_ZIP):
        return _open_zip(source, depth)
    if head.startswith(_OLE):
        return read_workbook(source)
    if head.startswith(b"PAR1"):
        return read_parquet(source)
    if head.startswith(b"SQLite format 3\x00"):
        return read_sqlite(source)
    if head[257:262] == b"ustar":
        raise CatalogueError(f"{source.name}: a tar archive; unpack it first")
    for start, what in _NO_TABLES.items():
        if head.startswith(start) and (len(start) > 2 or b"\x00" in head):
            raise CatalogueError(f"{source.name}: this is {what}, not a table")
    return _open_text(source)


def _open_text(source: Source) -> RawTable:
    text = recognise_text(source.file, source.name, source.encoding)
    if looks_like_xml(text):
        return read_xml(source, text)
    if looks_like_json(text):
        return read_json(source, text)
    columns = list_columns(text)
    if columns is not None:
        return read_list(source, text, columns)
    return read_delimited(source, text)


def _open_zip(source: Source, depth: int) -> RawTable:
    with open_zip(source.file, source.name) as archive:
        entries = {
            PurePosixPath(entry_name(entry).replace("\\", "/")): entry
            for entry in archive.infolist()
            if not entry.is_dir()
        }
        names = {str(name) for name in entries}
        if "xl/workbook.bin" in names:
            raise CatalogueError(f"{source.name}: a binary workbook (xlsb); save it as xlsx")
        if "xl/workbook.xml" in names or {"mimetype", "content.xml"} <= names:
            return read_workbook(source)
        if depth >= _DEEPEST:
            raise CatalogueError(f"{source.name}: archives in archives")
        candidates = table_candidates(list(entries))
        if not candidates:
            images = sorted(str(n) for n in entries if n.suffix.lower() in ENDINGS and not is_hidden(n))
            if images:
                return read_images(source, images)
            raise CatalogueError(
                f"{source.name}: no product table in this zip ({listed(sorted(names)) or 'empty'})"
            )
        chosen = _chosen(candidates, source)
        folder = temporary_folder()
        files = unpack_entries(archive, [entries[name] for name in chosen], source.name, folder)
    inner = source.but(details={**source.details, "compression": "zip"}, keeps=(source.keeps, folder))
    return _open_all(inner, dict(zip(chosen, files, strict=True)), depth + 1)


def _open_folder(source: Source) -> RawTable:
    files = _files(source.file)
    candidates = [
        name
        for name in table_candidates([PurePosixPath(name) for name in files])
        if ending(name) != ".yml"
        or (source.file / name).read_bytes()[:64].lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<")
    ]
    if not candidates:
        archives = [name for name in files if name.lower().endswith(".zip") and "/" not in name]
        images = image_paths(source.file)
        if images:
            return read_images(source, images, source.file)
        if len(archives) == 1:
            file = source.file / archives[0]
            return _open_file(source.but(file=file, name=archives[0]))
        raise CatalogueError(
            f"{source.path}: no product table found (looked for {', '.join(TABLES)} and images)"
        )
    chosen = _chosen(candidates, source)
    return _open_all(source, {name: source.file / name for name in chosen}, 0)


def _chosen(candidates: Sequence[PurePosixPath], source: Source) -> list[PurePosixPath]:
    """Return the table, or all candidates if they may be parts of one."""
    one = preferred(candidates)
    if one is not None:
        others = [name for name in candidates if name != one]
        if others:
            source.note(f"read {one}; not read: {listed(others)}")
        return [one]
    if len({ending(name) for name in candidates}) > 1 or len(candidates) > _MOST_PARTS:
        raise CatalogueError(
            f"{source.path}: several tables ({listed(candidates)}); give the path of the one to read"
        )
    return list(candidates)


def _open_all(source: Source, files: dict[PurePosixPath, Path], depth: int) -> RawTable:
    if len(files) == 1:
        name, file = next(iter(files.items()))
        called = name.name if source.file.is_dir() else f"{source.name}, {name}"
        return _open_file(source.but(file=file, name=called), depth)
    problems = Problems()
    parts = {}
    for name, file in files.items():
        part = source.but(file=file, name=str(name), part=str(name), problems=problems)
        try:
            parts[name] = _open_file(part, depth)
        except CatalogueError as error:
            raise CatalogueError(
                f"{source.path}: several tables ({listed(list(files))}); give the path of the one to read "
                f"({error})"
            ) from error
    return join_tables(source.path, source.name, parts, problems)


def _files(folder: Path) -> list[str]:
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_hidden(PurePosixPath(name))]
        paths = [Path(place, name) for name in files]
        found += [path.relative_to(folder).as_posix() for path in paths if path.is_file()]  # no pipe
    return found
