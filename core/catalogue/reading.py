"""Read a catalogue: a product table with its images, checked, with an account of all rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalogue.account import NO_CONTENT, Account, Sieve
from core.catalogue.formats.format import ReadOptions
from core.catalogue.formats.registry import get_format
from core.catalogue.grouping import Grouping, group_products
from core.catalogue.images.facts import ImageFacts, image_facts
from core.catalogue.images.files import ImageFiles, find_images
from core.catalogue.placeholders import find_placeholders, without_placeholders
from core.catalogue.sample import stratified_sample
from core.catalogue.text import plain, product_texts
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent


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
        ``image_digest`` (str, "" without image), ``image_width, image_height`` (int pixels, 0 without
        image), and further columns of the source: ``parent, brand, price, colour, usage, level_1 ..., url``.
    images : ImageFiles
        The image files, found by the names in ``image``.
    account : Account
        Counts of kept rows and rows set aside.
    placeholders : tuple of str
        Digests of images that many different products show (`core.catalogue.placeholders`); in `table`, these
        products have no image.
    """

    name: str
    format: str
    label: str
    table: pd.DataFrame
    images: ImageFiles
    account: Account
    placeholders: tuple[str, ...] = ()

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
    format: str,
    *,
    label: str | None = None,
    columns: Mapping[str, str] | None = None,
    limit: int | None = None,
    minimum: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Catalogue:
    """Read a labelled product table and its images.

    Rows are set aside and counted if they have no category, repeat an sku, belong to a category with fewer
    than `minimum` rows, or have neither text nor an image that can be opened. A row whose image cannot be
    opened, or shows a placeholder, counts as without image; only image headers are read here.

    Parameters
    ----------
    data : Path
        A folder with a table and ``images/`` or ``images.zip``, or the table itself.
    format : str
        A name in `core.catalogue.formats.registry.FORMATS`.
    label : str or None
        The category column; None takes the format's default.
    columns : mapping of str to str, or None
        Our field names to the table's columns, for tables without a fixed format.
    limit : int or None
        Keep a stratified random sample of this many rows; images of other rows are not read.
    minimum : int or None
        Rows a category needs to be kept; None takes the format's minimum.
    seed : int
        Seed of the sample.
    progress : Progress
        Called with the number of images read.

    Raises
    ------
    CatalogueError
        If the table cannot be read or has no usable rows.
    """
    if limit is not None and limit < 1:
        raise CatalogueError(f"limit: expected at least 1 row, got {limit}")
    data = Path(data)
    reader = get_format(format, columns)
    images = find_images(data)
    options = ReadOptions(label=label, columns=columns, label_required=True)
    table = pd.concat([prepare(chunk, images) for chunk in reader.read(data, options)], ignore_index=True)
    rows_read = len(table)
    minimum = reader.smallest_class(rows_read) if minimum is None else minimum
    too_small = f"category with fewer than {minimum} products"

    sieve = Sieve()
    table = sieve.keep(table, table["category"] != "", "no category")
    table = sieve.keep(table, ~table["sku"].duplicated(), "duplicate sku")
    table = sieve.keep(table, table["has_text"] | table["has_image"], NO_CONTENT)
    sizes = table["category"].value_counts()
    table = sieve.keep(table, table["category"].map(sizes) >= minimum, too_small)
    if limit is not None and limit < len(table):
        chosen = stratified_sample(table["category"], limit, seed)
        table = sieve.keep(table, chosen, f"over the limit of {limit} products")
    has_file = table["has_image"]
    table = _with_facts(table, image_facts(table.loc[has_file, "image"], images, progress))
    broken = int((has_file & ~table["has_image"]).sum())
    placeholders = find_placeholders(table)
    table = without_placeholders(table, placeholders)
    # A broken image or a placeholder can leave a row without content, and so its category with too few rows.
    seen = table["category"].value_counts()
    table = sieve.keep(table, table["has_text"] | table["has_image"], NO_CONTENT)
    sizes = sizes.sub(seen.sub(table["category"].value_counts(), fill_value=0), fill_value=0)
    table = sieve.keep(table, table["category"].map(sizes) >= minimum, too_small)

    account = Account(
        rows_read=rows_read,
        rows_kept=len(table),
        set_aside=sieve.set_aside,
        without_text=int((~table["has_text"]).sum()),
        without_image=int((~table["has_image"]).sum()),
        broken_images=broken,
        placeholders=tuple(sorted(placeholders.values(), key=lambda each: -each.products)),
        classes_set_aside={str(name): int(rows) for name, rows in sizes.items() if rows < minimum},
    )
    if table.empty:
        reasons = ", ".join(f"{each.reason}: {each.count}" for each in account.set_aside)
        raise CatalogueError(f"{data}: none of the {rows_read} rows can be used ({reasons})")
    default = reader.labels[0] if reader.labels else "category"
    learned = label or (columns or {}).get("category", default)
    table = table.reset_index(drop=True)
    return Catalogue(data.stem, format, learned, table, images, account, tuple(placeholders))


def read_chunks(
    data: Path,
    format: str,
    *,
    label: str | None = None,
    columns: Mapping[str, str] | None = None,
    chunk_rows: int = 512,
) -> Iterator[Chunk]:
    """Read a product table in chunks, with or without categories, keeping all rows in order.

    Parameters
    ----------
    data, format, label, columns
        As for `read_catalogue`. Without the default category column, ``category`` is "" in all rows; a column
        named in `label` must exist.
    chunk_rows : int
        Rows held in memory at a time.

    Raises
    ------
    CatalogueError
        When the table cannot be read.
    """
    data = Path(data)
    reader = get_format(format, columns)
    images = find_images(data)
    for chunk in reader.read(data, ReadOptions(label=label, columns=columns, chunk_rows=chunk_rows)):
        yield Chunk(prepare(chunk, images), images)


def prepare(chunk: pd.DataFrame, images: ImageFiles) -> pd.DataFrame:
    """Return a normalised chunk with cleaned texts, text lengths, and the image of each row.

    Used for building and for predicting. `ImageFiles.of_product` chooses each row's image.
    """
    table = chunk.drop(columns="image_url")
    for column in ("name", "description"):
        table[column] = pd.Series([plain(cell) for cell in chunk[column]], dtype="str")
    files = [
        images.of_product(name, address, sku)
        for name, address, sku in zip(chunk["image"], chunk["image_url"], chunk["sku"], strict=True)
    ]
    lengths = np.array([len(text) for text in product_texts(table)], dtype=np.int64)
    table["image"] = pd.Series(
        [new or old for new, old in zip(files, chunk["image"], strict=True)], dtype="str"
    )
    table["has_text"] = lengths > 0
    table["has_image"] = np.array([bool(name) for name in files], dtype=bool)
    table["text_length"] = lengths
    return table


def _with_facts(table: pd.DataFrame, facts: Mapping[str, ImageFacts | None]) -> pd.DataFrame:
    rows = [facts.get(name) for name in table["image"]]
    return table.assign(
        has_image=np.array([each is not None for each in rows], dtype=bool),
        image_digest=pd.Series([each.digest if each else "" for each in rows], table.index, dtype="str"),
        image_width=np.array([each.width if each else 0 for each in rows], dtype=np.int64),
        image_height=np.array([each.height if each else 0 for each in rows], dtype=np.int64),
    )
