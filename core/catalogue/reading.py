"""Read a catalogue: a product table with its images, checked, with an account of all rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalogue.account import NO_CONTENT, Account, Sieve
from core.catalogue.grouping import Grouping, group_products
from core.catalogue.images.account import ImageAccount
from core.catalogue.images.facts import image_facts
from core.catalogue.images.files import ImageFiles
from core.catalogue.images.lists import packed
from core.catalogue.images.rows import product_images, that_open, with_images
from core.catalogue.images.table_images import TableImages
from core.catalogue.layouts.layout import Tally
from core.catalogue.layouts.levels import PATH
from core.catalogue.own_names import category_paths, said_of_own_names
from core.catalogue.placeholders import find_placeholders
from core.catalogue.read_options import AUTO, ReadOptions
from core.catalogue.recognition import Recognition, recognise
from core.catalogue.rules import PLACEHOLDER
from core.catalogue.sample import stratified_sample
from core.catalogue.sources.raw import Count
from core.catalogue.spelling import known_names, said_of_levels, with_one_spelling
from core.catalogue.text import product_texts
from core.catalogue.values.texts import plain
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent

Content = Callable[[pd.DataFrame], np.ndarray]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A product table with its images.

    Attributes
    ----------
    name, format, label : str
        The name of the data's folder or file, its format, and the category column.
    table : DataFrame
        One row per product, numbered from 0: ``sku, name, description, image, category`` (str, "" if
        absent), ``has_text, has_image`` (bool), ``text_length`` (int, characters of `product_text`),
        ``images`` (str, a JSON list of the product's images where it has several, else ""), ``image_digest``
        (str, "" without image), ``image_width, image_height`` (int pixels, 0 without image), and further
        columns of the source: ``parent, brand, price, colour, usage, level_1 ..., url``, and where categories
        have levels ``category_path``. ``image`` is the first of several; digest and size are its own.
    images : ImageFiles
        The image files, found by the names in ``image`` and ``images``.
    account : Account
        Counts of kept rows and rows set aside.
    placeholders : tuple of str
        Digests of images that many different products show (`core.catalogue.placeholders`); in `table`, these
        products have no image.
    columns : mapping of str to str or list of str
        Field -> the table's column that was read, or its columns.
    notes : tuple of str
        What was found while the table was read that its owner should know.
    recognition : Recognition or None
        How the table was read; None where it was made in memory.
    """

    name: str
    format: str
    label: str
    table: pd.DataFrame
    images: ImageFiles
    account: Account
    placeholders: tuple[str, ...] = ()
    columns: Mapping[str, str | list[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    recognition: Recognition | None = field(default=None, repr=False)

    @property
    def classes(self) -> tuple[str, ...]:
        """The categories, sorted."""
        return tuple(sorted(set(self.table["category"])))

    @cached_property
    def grouping(self) -> Grouping:
        """Which rows are one product."""
        return group_products(self.table)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the rows and the images' bytes, 32 hexadecimal digits."""
        state = hashlib.blake2b(digest_size=16)
        columns = ["sku", "name", "description", "category", "image_digest"]
        for column in [*columns, "parent"] if "parent" in self.table.columns else columns:
            for cell in self.table[column]:
                state.update(cell.encode())
                state.update(b"\x00")  # cells contain no NUL
        for cell in filter(None, self.table["images"]):
            state.update(cell.encode())
        return state.hexdigest()


@dataclass(frozen=True, eq=False)
class Chunk:
    """Consecutive rows of a table, none dropped; columns as in a Catalogue, up to ``text_length``."""

    table: pd.DataFrame
    images: ImageFiles

    def take(self, rows: np.ndarray) -> Chunk:
        """Return a chunk with only the given rows (int positions)."""
        return Chunk(self.table.iloc[rows].reset_index(drop=True), self.images)


def read_catalogue(
    data: Path,
    format: str = AUTO,
    *,
    label: str | None = None,
    columns: Mapping[str, str] | None = None,
    limit: int | None = None,
    minimum: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Catalogue:
    """Recognise and read a labelled product table and its images.

    Parameters
    ----------
    data, format, label, columns
        As for `read_chunks`; the table must have categories.
    limit, minimum, seed, progress
        As for `catalogue_of`.

    Raises
    ------
    CatalogueError
        If the table cannot be read or has no usable rows.
    """
    recognition = recognise(data, ReadOptions(format, label, columns))
    return catalogue_of(recognition, limit=limit, minimum=minimum, seed=seed, progress=progress)


def catalogue_of(
    recognition: Recognition,
    *,
    limit: int | None = None,
    minimum: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
    content: Content | None = None,
) -> Catalogue:
    """Read a labelled product table and its images.

    Rows are set aside and counted if they have no category, repeat an sku, belong to a category with fewer
    than `minimum` rows, or have neither text nor an image that can be opened. A row whose image cannot be
    opened, or shows a placeholder, counts as without image; only image headers are read here.

    Parameters
    ----------
    recognition : Recognition
        The table, and how it is read.
    limit : int or None
        Keep a stratified random sample of this many rows; images of other rows are not read.
    minimum : int or None
        Rows a category needs to be kept; None takes the layout's minimum.
    seed : int
        Seed of the sample.
    progress : Progress
        Called with the number of images read.
    content : callable or None
        Says of a table which rows have something to learn from besides text and image, bool (n,).

    Raises
    ------
    CatalogueError
        If the table cannot be read or has no usable rows.
    """
    if limit is not None and limit < 1:
        raise CatalogueError(f"limit: expected at least 1 row, got {limit}")
    check_category(recognition)
    images = recognition.images()
    read = read_all(recognition, images)
    table, named = read.table, read.images
    minimum = recognition.layout.smallest_class(read.rows) if minimum is None else minimum
    too_small = f"category with fewer than {minimum} products"

    sieve = Sieve(read.set_aside)
    table = first_sieve(table, sieve, content)
    sizes = table["category"].value_counts()
    table = sieve.keep(table, table["category"].map(sizes) >= minimum, too_small)
    if limit is not None and limit < len(table):
        chosen = stratified_sample(table["category"], limit, seed)
        table = sieve.keep(table, chosen, f"over the limit of {limit} products")
    listed = product_images(table)
    facts = image_facts([name for names in listed for name in names], images, progress)
    broken = sum(facts[name] is None for names in listed for name in names)
    table = with_images(table, that_open(listed, facts), facts)
    placeholders = find_placeholders(table)
    if placeholders:
        table = with_images(table, that_open(listed, facts, but=frozenset(placeholders)), facts)
    # A broken image or a placeholder can leave a row without content, and so its category with too few rows.
    seen = table["category"].value_counts()
    table = sieve.keep(table, _with_content(table, content), NO_CONTENT)
    sizes = sizes.sub(seen.sub(table["category"].value_counts(), fill_value=0), fill_value=0)
    table = sieve.keep(table, table["category"].map(sizes) >= minimum, too_small)

    account = Account(
        rows_read=read.rows,
        rows_kept=len(table),
        variants=read.variants,
        set_aside=sieve.set_aside,
        without_text=int((~table["has_text"]).sum()),
        without_image=int((~table["has_image"]).sum()),
        broken_images=broken,
        images=named,
        placeholders=tuple(sorted(placeholders.values(), key=lambda each: -each.products)),
        classes_set_aside={str(name): int(rows) for name, rows in sizes.items() if rows < minimum},
    )
    if table.empty:
        reasons = ", ".join(f"{each.reason}: {each.count}" for each in account.set_aside)
        raise CatalogueError(f"{recognition.data}: none of the {read.rows} rows can be used ({reasons})")
    return Catalogue(
        name=recognition.data.stem,
        format=recognition.format,
        label=recognition.label,
        table=table.drop(columns=PLACEHOLDER).reset_index(drop=True),
        images=images,
        account=account,
        placeholders=tuple(placeholders),
        columns=recognition.columns_read(),
        notes=read.notes,
        recognition=recognition,
    )


def check_category(recognition: Recognition) -> None:
    """Check that a table has categories.

    Raises
    ------
    CatalogueError
        If it has no column of them; the message lists its columns.
    """
    if not recognition.has_category:
        raise CatalogueError(
            f"{recognition.raw.name}: no category column among its columns "
            f"{', '.join(recognition.shape.columns)}; choose one with --label COLUMN"
        )


def first_sieve(table: pd.DataFrame, sieve: Sieve, content: Content | None = None) -> pd.DataFrame:
    """Return the rows that have a category, an sku of their own, and something to learn from."""
    for name in dict.fromkeys(filter(None, table[PLACEHOLDER])):
        reason = f"{name!r} is no category; --keep-placeholders keeps it"
        table = sieve.keep(table, table[PLACEHOLDER] != name, reason)
    table = sieve.keep(table, table["category"] != "", "no category")
    table = sieve.keep(table, ~table["sku"].duplicated(), "duplicate sku")
    return sieve.keep(table, _with_content(table, content), NO_CONTENT)


def _with_content(table: pd.DataFrame, content: Content | None) -> pd.Series[bool]:
    more = False if content is None else content(table)
    return table["has_text"] | table["has_image"] | more


def read_chunks(
    data: Path,
    format: str = AUTO,
    *,
    label: str | None = None,
    columns: Mapping[str, str] | None = None,
    chunk_rows: int = 512,
) -> Iterator[Chunk]:
    """Recognise a product table and read it in chunks, with or without categories, all products in order.

    Parameters
    ----------
    data : Path
        A folder with a table and ``images/`` or ``images.zip``, or the table itself.
    format : str
        A name in `core.catalogue.layouts.registry.LAYOUTS`; "auto" recognises it.
    label : str or None
        The category column; None recognises it. Without one, ``category`` is "" in all rows.
    columns : mapping of str to str, or None
        Our field names to the table's columns, where they are not recognised.
    chunk_rows : int
        Rows held in memory at a time.

    Raises
    ------
    CatalogueError
        When the table cannot be read.
    """
    return chunks_of(recognise(data, ReadOptions(format, label, columns)), chunk_rows)


def chunks_of(
    recognition: Recognition, chunk_rows: int = 512, classes: Sequence[str] = ()
) -> Iterator[Chunk]:
    """Read a recognised table in chunks; categories that differ from `classes` in form only become these."""
    images = table_images(recognition)
    names = known_names(classes)
    for frame in recognition.frames(chunk_rows):
        table = prepare(frame, images).drop(columns=PLACEHOLDER)
        if names:
            table["category"] = pd.Series(names.of(table["category"]), dtype="str")
        yield Chunk(table, images.files)


def table_images(recognition: Recognition) -> TableImages:
    """Return the images of a table's rows."""
    return TableImages(recognition.images(), lambda: recognition.frames(tally=Tally()))


def prepare(chunk: pd.DataFrame, images: TableImages) -> pd.DataFrame:
    """Return a normalised chunk with cleaned texts, text lengths, and the images of each row.

    Used for building and for predicting.
    """
    table = chunk.drop(columns=["image_url", PATH], errors="ignore")
    for column in ("name", "description"):
        table[column] = pd.Series([plain(cell) for cell in chunk[column]], dtype="str")
    found = images.of(chunk)
    lengths = np.array([len(text) for text in product_texts(table)], dtype=np.int64)
    table["image"] = pd.Series(
        [names[0] if names else old for names, old in zip(found, chunk["image"], strict=True)],
        dtype="str",
    )
    table["images"] = pd.Series([packed(names) for names in found], dtype="str")
    table["has_text"] = lengths > 0
    table["has_image"] = np.array([bool(names) for names in found], dtype=bool)
    table["text_length"] = lengths
    return table


@dataclass(frozen=True)
class WholeTable:
    """All products of a table, and what became of its other rows.

    Attributes
    ----------
    table
        The products, prepared, with the column ``placeholder``.
    rows, variants
        Rows in the file, and rows that were merged into another product.
    set_aside
        Reason -> rows that could not be read, with where they stand.
    images
        The account of the images.
    notes
        What the owner should know.
    """

    table: pd.DataFrame
    rows: int
    variants: int
    set_aside: Mapping[str, Count]
    images: ImageAccount
    notes: tuple[str, ...]


def read_all(recognition: Recognition, images: ImageFiles) -> WholeTable:
    """Read all products of a table, categories in one spelling."""
    frames = list(recognition.frames())
    frames, notes = with_one_spelling(frames, recognition.rules)
    notes += said_of_levels(frames, recognition.rules)
    found = TableImages(images, lambda: frames)
    table = pd.concat([prepare(frame, found) for frame in frames], ignore_index=True)
    paths, own_names = category_paths([path for frame in frames for path in frame[PATH]], list(table["name"]))
    if paths:
        table[PATH] = pd.Series(paths, dtype="str")
        notes += said_of_own_names(own_names, len(table))
    problems, tally = recognition.raw.problems, recognition.tally
    return WholeTable(
        table,
        problems.rows + problems.lost,
        tally.variants,
        problems.set_aside,
        found.account(),
        (*notes, *tally.lines(), *problems.mended_lines(), *problems.notes),
    )
