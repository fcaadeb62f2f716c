"""A product table that a user hands over, with a zip of images: checked first, then read in pieces.

The files of strangers are kept to sizes a small server can bear, in a temporary folder that goes with the
object; images are read one by one and never unpacked.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from core.catalogue.formats.delimited import read_delimited
from core.catalogue.formats.format import ReadOptions, normalise
from core.catalogue.formats.table import match_columns
from core.catalogue.images.files import ImageFiles
from core.catalogue.images.names import is_plain
from core.catalogue.reading import Chunk, prepare
from core.common.errors import CatalogueError

TABLE_MB = 30
ZIP_MB = 300
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_FILES = 50_000
IMAGE_MB = 64
UNPACKED_MB = 2048

FIELDS = ("name", "description", "image", "sku")
"""What a column of the table can be to us."""

_MB = 1 << 20
_PIECE = 1024  # rows read at a time
_LONGEST_HEADER = 1 << 20  # bytes


@dataclass(frozen=True, eq=False)
class Upload:
    """A table and its images as they were handed over.

    Attributes
    ----------
    name
        What the table's file was called.
    table
        Its cells as they came (str, "" where empty), its own columns, at least one row.
    images
        Asked by name; empty where no zip was given.
    digest
        32 hexadecimal digits, of both files' bytes.
    folder
        Where the files lie for as long as this object lives.
    """

    name: str
    table: pd.DataFrame
    images: ImageFiles
    digest: str
    folder: TemporaryDirectory[str]


def receive(name: str, table: bytes | memoryview, images: bytes | memoryview | None = None) -> Upload:
    """Check and keep what a user has handed over.

    Parameters
    ----------
    name
        What the table's file is called; it shows in messages and decides nothing.
    table
        A delimited text file with a header, as `core.catalogue.formats.delimited` reads it.
    images
        A zip, its images in any folders; None for no images.

    Raises
    ------
    CatalogueError
        A file is too large, no table or no zip, or holds more than this page accepts.
    """
    folder = TemporaryDirectory(prefix="product-lens-", ignore_cleanup_errors=True)
    path = Path(folder.name, name if is_plain(name) else "table.csv")
    _check_size(path.name, len(table), TABLE_MB)
    path.write_bytes(table)
    rows = _read_table(path)
    digest = hashlib.blake2b(table, digest_size=16)
    archive = None
    if images is not None:
        _check_size("the zip", len(images), ZIP_MB)
        archive = Path(folder.name, "images", "images.zip")
        archive.parent.mkdir()
        archive.write_bytes(images)
        _check_zip(archive)
        digest.update(images)
    return Upload(path.name, rows, ImageFiles(archive), digest.hexdigest(), folder)


def guess_columns(upload: Upload) -> dict[str, str]:
    """Return `FIELDS` -> the table's column for those whose names are usual; empty where none is."""
    try:
        found = match_columns(Path(upload.name), list(upload.table.columns), ReadOptions())
    except CatalogueError:
        return {}  # neither a text nor an image column by its name: the user has to say which
    return {field: found[field] for field in FIELDS if field in found}


def check_columns(upload: Upload, columns: Mapping[str, str], modalities: Sequence[str]) -> None:
    """Check that the chosen columns give a bundle something to classify by.

    Raises
    ------
    CatalogueError
        They do not, with what would.
    """
    by_text = "text" in modalities and columns.keys() & {"name", "description"}
    # Images may be called by the product's id.
    by_image = "image" in modalities and len(upload.images) and columns.keys() & {"image", "sku"}
    if by_text or by_image:
        return
    ways = []
    if "text" in modalities:
        ways.append("choose the column with the name or the description")
    if "image" in modalities:
        ways.append(
            "add a zip of images and choose the column with the image's file, or the id it is called by"
        )
    raise CatalogueError(f"nothing to classify yet: {'; or '.join(ways)}")


def read_chunk(upload: Upload, columns: Mapping[str, str], start: int, rows: int) -> Chunk:
    """Return some products of the table, prepared as a catalogue's are, nothing dropped.

    Parameters
    ----------
    columns
        `FIELDS` -> the table's column; an id that is not named is ``row-1``, ``row-2`` ...
    start, rows
        The first row, from 0, and how many; fewer at the table's end.
    """
    part = upload.table.iloc[start : start + rows]
    cells = {field: part[column].tolist() for field, column in columns.items()}
    return Chunk(prepare(normalise(start, len(part), cells), upload.images), upload.images)


def _check_size(name: str, size: int, most: int) -> None:
    if size > most * _MB:
        raise CatalogueError(
            f"{name}: {size / _MB:,.0f} MB, more than the {most} MB this page accepts; "
            "use `python -m core predict` instead"
        )


def _read_table(path: Path) -> pd.DataFrame:
    # Looked at first: a header of a million cells would be filled up in every row.
    with path.open("rb") as file:
        start = file.read(_LONGEST_HEADER + 1)
    if len(start) > _LONGEST_HEADER and b"\n" not in start and b"\r" not in start:
        raise CatalogueError(f"{path.name}: the first line is too long to be a header")
    width = len(next(iter(read_delimited(path, 1))))
    if width > MOST_COLUMNS:
        raise CatalogueError(
            f"{path.name}: {width:,} columns, more than the {MOST_COLUMNS} this page accepts"
        )
    pieces, rows = [], 0
    for columns in read_delimited(path, _PIECE):
        pieces.append(pd.DataFrame(columns, dtype="str"))
        rows += len(pieces[-1])
        if rows > MOST_ROWS:
            raise CatalogueError(
                f"{path.name}: more than the {MOST_ROWS:,} rows this page accepts; "
                "use `python -m core predict` instead"
            )
    return pd.concat(pieces, ignore_index=True)


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise CatalogueError(f"the images are not a zip file, or a damaged one ({error})") from error
    if len(sizes) > MOST_FILES:
        raise CatalogueError(
            f"the zip holds {len(sizes):,} files, more than the {MOST_FILES:,} this page accepts"
        )
    # What is written here holds: no more than this is ever unpacked of an entry.
    if max(sizes, default=0) > IMAGE_MB * _MB:
        raise CatalogueError(f"the zip holds a file of more than the {IMAGE_MB} MB an image may have")
    if sum(sizes) > UNPACKED_MB * _MB:
        raise CatalogueError(
            f"the zip would unpack to {sum(sizes) / _MB:,.0f} MB, more than the {UNPACKED_MB:,} MB "
            "this page accepts"
        )
