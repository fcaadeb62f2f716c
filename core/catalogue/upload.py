"""Receive an uploaded product table and a zip of images: check them, then read them in chunks.

Sizes are limited to what a small server can handle. The files are in a temporary folder that is deleted with
the object; images are read from the zip one at a time and never extracted.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from core.catalogue.columns.matching import match_columns
from core.catalogue.images.files import ImageFiles
from core.catalogue.images.names import is_plain
from core.catalogue.images.table_images import TableImages
from core.catalogue.layouts.layout import Tally
from core.catalogue.read_options import ReadAs, ReadOptions
from core.catalogue.reading import Chunk, prepare
from core.catalogue.recognition import Recognition, recognise
from core.catalogue.rules import decide_rules
from core.common.budget import Budget
from core.common.errors import CatalogueError
from core.common.files import temporary_folder

UPLOAD_MB = 100
"""Megabytes that a page takes as one file; ``server.maxUploadSize`` says the same to Streamlit."""

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_FILES = 50_000
IMAGE_MB = 64
UNPACKED_MB = 2048
MOST_TEXT_MB = 64
"""Megabytes of letters in a table: a small file may hold many rows that are all one long text."""

MOST_WORKBOOK = 128 << 20
"""Bytes that a workbook may unpack to: the library that reads it holds all cells, at three times as much."""

FIELDS = ("name", "description", "image", "sku")
"""The fields that a column of the table can be used for."""

_MATCHED = {"image": "images"}

_MB = 1 << 20
_READING = Budget(2)  # tables that are read at once: some take hundreds of megabytes while they are
_PIECE = 1024  # rows read at a time
_LONGEST_HEADER = 1 << 20  # bytes


@dataclass(frozen=True, eq=False)
class Upload:
    """An uploaded table and its images.

    Attributes
    ----------
    name
        File name of the table.
    table
        The cells as uploaded (str, "" if empty), with the original column names; at least one row. Rows that
        a shop's layout knows to be one product are one.
    images
        The images of the zip; empty without a zip.
    digest
        Hash of both files, 32 hexadecimal digits.
    folder
        The temporary folder with the files, deleted with this object.
    notes
        What its owner should know: rows that could not be read or were mended, a guessed encoding.
    doubts
        What was guessed, and could be something else.
    fields
        Field -> column or columns, as far as a shop's layout tells them.
    """

    name: str
    table: pd.DataFrame
    images: ImageFiles
    digest: str
    folder: TemporaryDirectory[str]
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    fields: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    _found: dict[tuple[tuple[str, str], ...], TableImages] = field(default_factory=dict, repr=False)

    def images_by(self, columns: Mapping[str, str]) -> TableImages:
        """Return which images the rows have, if the columns are used as in `read_chunk`."""
        key = tuple(sorted(columns.items()))
        if key not in self._found:
            self._found[key] = TableImages(self.images, lambda: [_normal(self.table, columns, 0)])
        return self._found[key]

    def recognised(self, category: str | None = None, as_bundle: ReadAs | None = None) -> Recognition:
        """Return the table as its owner's file, to be written back; its products are those of `table`.

        Parameters
        ----------
        category
            The column of the category, "" for none; None as it is recognised.
        as_bundle
            How a bundle's table was read: so is the category of this one.

        Raises
        ------
        CatalogueError
            The table has no such column.
        """
        # What is classified was read before: no other column matters any more.
        columns = dict.fromkeys(("name", "description"), "")
        if category is not None:
            columns["category"] = category
        options = ReadOptions(columns=columns, as_bundle=as_bundle)
        return recognise(Path(self.folder.name, self.name), options, needs_content=False)


def receive(name: str, table: bytes | memoryview, images: bytes | memoryview | None = None) -> Upload:
    """Check and store uploaded files.

    Parameters
    ----------
    name
        File name of the table, used in messages only.
    table
        A file of any kind, as `core.catalogue.sources` reads it.
    images
        A zip with images in any folders; None for those that the table holds, or that lie beside it in a zip.

    Raises
    ------
    CatalogueError
        If a file is too large, not a table or zip, or has more content than the page accepts.
    """
    folder = temporary_folder()
    path = Path(folder.name, name if is_plain(name) else "table.csv")
    check_files(path.name, table, images)
    path.write_bytes(table)
    digest = hashlib.blake2b(table, digest_size=16)
    if path.suffix.lower() == ".zip":
        check_zip(path)
    if images is not None:
        archive = Path(folder.name, "images.zip")  # where `recognise` finds it
        archive.write_bytes(images)
        check_zip(archive)
        digest.update(images)
    with reading():
        read = _read_table(path)
    return Upload(
        path.name, read.table, read.images, digest.hexdigest(), folder, read.notes, read.doubts, read.fields
    )


@contextmanager
def reading() -> Iterator[None]:
    """Wait until an uploaded table may be read: only a few are at once."""
    with _READING.spend(1):
        yield


def guess_columns(upload: Upload, as_bundle: ReadAs | None = None) -> dict[str, str]:
    """Return `FIELDS` -> column: those of a bundle that the table has, then those that are recognised."""
    names = list(upload.table.columns)
    known = {} if as_bundle is None else as_bundle.columns
    chosen = dict(upload.fields) | {
        field: columns
        for field, columns in known.items()
        if set((columns,) if isinstance(columns, str) else columns) <= set(names)
    }
    matching = match_columns(names, {name: upload.table[name].tolist()[:_PIECE] for name in names}, chosen)
    matched = {field: matching.columns_of(_MATCHED.get(field, field)) for field in FIELDS}
    return {field: columns[0] for field, columns in matched.items() if columns}


def check_columns(upload: Upload, columns: Mapping[str, str], modalities: Sequence[str]) -> None:
    """Check that the chosen columns contain an input of the bundle's models.

    Raises
    ------
    CatalogueError
        If they do not; the message says which columns to choose.
    """
    by_text = "text" in modalities and columns.keys() & {"name", "description"}
    # Images may be named by the product's id.
    by_image = "image" in modalities and len(upload.images) and columns.keys() & {"image", "sku"}
    if by_text or by_image:
        return
    ways = []
    if "text" in modalities:
        ways.append("choose the column with the name or the description")
    if "image" in modalities:
        ways.append(
            "add a zip of images and choose the column with the image's file name, "
            "or the id that images are named by"
        )
    raise CatalogueError(f"nothing to classify yet: {'; or '.join(ways)}")


def read_chunk(upload: Upload, columns: Mapping[str, str], start: int, rows: int) -> Chunk:
    """Return a range of the table's products, prepared like those of a catalogue; no row is dropped.

    Parameters
    ----------
    columns
        `FIELDS` -> the table's column; without an id column, ids are ``row-1``, ``row-2`` ...
    start, rows
        The first row, from 0, and the number of rows; fewer at the table's end.
    """
    chunk = _normal(upload.table.iloc[start : start + rows], columns, start)
    return Chunk(prepare(chunk, upload.images_by(columns)), upload.images)


def _normal(part: pd.DataFrame, columns: Mapping[str, str], start: int) -> pd.DataFrame:
    names = list(part.columns)
    cells = {name: part[name].tolist() for name in names}
    chosen = {field: columns.get(field, "") for field in (*FIELDS, "category", "price", "parent")}
    rules = decide_rules(match_columns(names, cells, chosen), cells)
    return rules.frame(cells, start, Tally())


def check_files(name: str, table: bytes | memoryview, images: bytes | memoryview | None) -> None:
    """Check that an uploaded table and its zip of images are not too large, and that images are in one zip.

    Raises
    ------
    CatalogueError
        If a file has more than `UPLOAD_MB`, or the table is in a zip as well.
    """
    _check_size(name, len(table))
    if images is not None:
        _check_size("the zip of images", len(images))
        if Path(name).suffix.lower() == ".zip":
            raise CatalogueError(f"{name} is a zip: put the images into it, or add the table without a zip")


def _check_size(name: str, size: int) -> None:
    if size > UPLOAD_MB * _MB:
        raise CatalogueError(
            f"{name}: {size / _MB:,.0f} MB, more than the {UPLOAD_MB} MB this page accepts; "
            "use the command line (`python -m core`) instead"
        )


@dataclass(frozen=True, eq=False)
class _Read:
    """A table's products and images, what its owner should know or check, the columns its layout knows."""

    table: pd.DataFrame
    images: ImageFiles
    notes: tuple[str, ...]
    doubts: tuple[str, ...]
    fields: Mapping[str, str | tuple[str, ...]]


def _read_table(path: Path) -> _Read:
    # Check the header first: every row is padded to its width.
    with path.open("rb") as file:
        start = file.read(_LONGEST_HEADER + 1)
    if len(start) > _LONGEST_HEADER and b"\n" not in start and b"\r" not in start:
        raise CatalogueError(f"{path.name}: the first line is too long to be a header")
    options = ReadOptions(most_workbook=MOST_WORKBOOK)
    recognition, tally = recognise(path, options, needs_content=False), Tally()
    raw, layout, shape = recognition.raw, recognition.layout, recognition.shape
    width = len(shape.columns)
    if width > MOST_COLUMNS:
        raise CatalogueError(
            f"{path.name}: {width:,} columns, more than the {MOST_COLUMNS} this page accepts"
        )
    pieces, rows, letters = [], 0, 0
    for columns in shape.chunks(_PIECE, tally):
        pieces.append(pd.DataFrame(columns, dtype="str"))
        rows += len(pieces[-1])
        if rows > MOST_ROWS:
            raise CatalogueError(
                f"{path.name}: more than the {MOST_ROWS:,} rows this page accepts; "
                "use `python -m core predict` instead"
            )
        letters += sum(len(cell) for cells in columns.values() for cell in cells)
        if letters > MOST_TEXT_MB * _MB:
            raise CatalogueError(
                f"{path.name}: more than the {MOST_TEXT_MB} MB of text this page accepts; "
                "use `python -m core predict` instead"
            )
    table = pd.concat(pieces, ignore_index=True)
    fields = layout.fields(shape.columns, {name: table[name].tolist()[:_PIECE] for name in shape.columns})
    merged = [f"{layout.title}: {tally.variants} rows are merged with their products"] * bool(tally.variants)
    notes = (*merged, *tally.notes, *raw.problems.lines())
    return _Read(table, recognition.images(), notes, recognition.warnings, fields)


def check_zip(path: Path) -> None:
    """Check that a zip of images is one, and unpacks to no more than this page accepts.

    Raises
    ------
    CatalogueError
        If not.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise CatalogueError(f"the images are not a zip file, or it is damaged ({error})") from error
    if len(sizes) > MOST_FILES:
        raise CatalogueError(
            f"the zip holds {len(sizes):,} files, more than the {MOST_FILES:,} this page accepts"
        )
    # zipfile never extracts more of an entry than its stated size.
    if max(sizes, default=0) > IMAGE_MB * _MB:
        raise CatalogueError(f"the zip holds a file of more than {IMAGE_MB} MB, the limit for an image")
    if sum(sizes) > UNPACKED_MB * _MB:
        raise CatalogueError(
            f"the zip would unpack to {sum(sizes) / _MB:,.0f} MB, more than the {UNPACKED_MB:,} MB "
            "this page accepts"
        )
