"""What is read of a table, said before anything is learned from it: counts, warnings, the first products."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd

from core.catalogue.account import NO_CONTENT
from core.catalogue.images.account import ImageAccount
from core.catalogue.images.lists import unpacked
from core.catalogue.images.names import image_address
from core.catalogue.images.table_images import TableImages
from core.catalogue.layouts.layout import Tally
from core.catalogue.layouts.levels import PATH
from core.catalogue.recognition import Recognition
from core.catalogue.rules import PLACEHOLDER
from core.catalogue.sources.raw import Columns
from core.catalogue.values.category_levels import said_of_parents
from core.catalogue.values.image_data import is_image_data
from core.catalogue.values.paths import JOINED
from core.catalogue.values.spellings import one_spelling, said_of_spellings
from core.catalogue.values.texts import plain

SAMPLES = 50
SHOWN = 3
"""Products in the result, and those of them that are printed."""

_LETTER = re.compile(r"\w")
_ROWS = 4096
_CELLS = ("sku", "name", "description", "category", "image", PATH, PLACEHOLDER)
_LONGEST = 120  # characters of a text that is printed


@dataclass(frozen=True)
class Sample:
    """A product as it will be seen."""

    sku: str
    name: str
    description: str
    category: str
    price: float | None
    currency: str | None
    images: list[str]
    parent: str


@dataclass(frozen=True)
class Inspection:
    """What a table is read as.

    Attributes
    ----------
    format, encoding
        What was recognised; None where the kind of file has no encoding.
    columns
        Field -> column, or columns.
    unused
        All other columns.
    rows, products, variants, set_aside
        Counts; the rows are the products, the variants and those set aside, by reason.
    warnings
        What the owner should know.
    sample
        The first products.
    about
        How it was recognised, for the terminal.
    images
        What became of the images.
    """

    format: str
    encoding: str | None
    columns: Mapping[str, str | list[str]]
    unused: Sequence[str]
    rows: int
    products: int
    variants: int
    set_aside: Mapping[str, int]
    warnings: Sequence[str]
    sample: Sequence[Sample]
    about: Sequence[str] = field(default=(), repr=False)
    images: ImageAccount = field(default_factory=ImageAccount)

    def to_dict(self) -> dict[str, Any]:
        """Return the inspection as JSON-serialisable values."""
        names = (
            "format",
            "encoding",
            "columns",
            "unused",
            "rows",
            "products",
            "variants",
            "set_aside",
            "warnings",
        )
        values = {name: getattr(self, name) for name in names}
        return {
            **values,
            "unused": list(self.unused),
            "warnings": list(self.warnings),
            "sample": [asdict(each) for each in self.sample],
        }

    def lines(self) -> Iterator[str]:
        """Yield the inspection for the terminal."""
        yield from self.about
        variants = f", {self.variants} variants" if self.variants else ""
        yield f"{self.rows} rows: {self.products} products{variants}"
        yield from (f"  set aside: {count} ({reason})" for reason, count in self.set_aside.items())
        yield from (f"  {line}" for line in self.images.lines())
        said = {line.strip().removeprefix("note: ") for line in self.about}
        yield from (f"warning: {line}" for line in self.warnings if line not in said)
        for each in self.sample[:SHOWN]:
            yield f"product {each.sku}"
            cost = "" if each.price is None else f"{_number(each.price)} {each.currency or ''}".strip()
            shown = {"name": each.name, "description": each.description, "category": each.category}
            shown |= {"price": cost, "images": ", ".join(map(_short, each.images)), "parent": each.parent}
            yield from (f"  {name}: {text[:_LONGEST]}" for name, text in shown.items() if text)


def _number(price: float) -> str:
    return f"{price:.10f}".rstrip("0").rstrip(".")


def _short(image: str) -> str:
    return "an image in the cell" if is_image_data(image) else image


def inspect(recognition: Recognition, minimum: int | None = None) -> Inspection:
    """Read a whole table as `core.catalogue.reading.catalogue_of` does, without opening images.

    Parameters
    ----------
    recognition
        The table, and how it is read.
    minimum
        Products that a category needs; None warns of small categories and keeps them.

    Raises
    ------
    CatalogueError
        When the table cannot be read.
    """
    work = _Work(recognition, minimum)
    done = 0
    recognition.tally.clear()
    for columns in recognition.shape.chunks(_ROWS, recognition.tally):
        work.add(columns, done)
        done += len(next(iter(columns.values()), ()))
    return work.result()


class _Work:
    def __init__(self, recognition: Recognition, minimum: int | None) -> None:
        files = recognition.images()
        self._recognition = recognition
        self._minimum = minimum
        self._images = TableImages(files, lambda: recognition.frames(tally=Tally()))
        self._has_files = bool(len(files) or files.refused or recognition.raw.read_image)
        self._skus: set[str] = set()
        self._categories: Counter[str] = Counter()
        self._set_aside: Counter[str] = Counter()
        self._products = self._without_image = self._several = 0
        self._sample: list[Sample] = []
        self._of_sample: list[str] = []  # their categories at the level asked for
        self._level = recognition.rules.matching.level
        self._paths: dict[str, None] = {}  # if a level is asked for

    def add(self, columns: Columns, done: int) -> None:
        recognition = self._recognition
        if self._has_files or len(self._sample) < SAMPLES:
            frame = recognition.rules.frame(columns, done, recognition.tally)
            cells = {name: frame[name].tolist() for name in _CELLS}
            self._has_files |= any(map(is_image_data, cells["image"]))
            images = self._images.of(frame) if self._has_files else None
        else:
            frame, images = None, None
            cells = recognition.rules.cells(columns, done, recognition.tally)
        has_image = [bool(each) for each in images] if images else [False] * len(cells["sku"])
        if self._level is not None:
            self._paths.update(dict.fromkeys(cells[PATH]))
        labelled = self._recognition.has_category
        skus, holds = cells["sku"], cells[PLACEHOLDER]
        names, texts, categories, named = (
            cells[name] for name in ("name", "description", "category", "image")
        )
        for row, sku in enumerate(skus):
            reason = ""
            if labelled and holds[row]:
                reason = f"{holds[row]!r} is no category; --keep-placeholders keeps it"
            elif labelled and not categories[row]:
                reason = "no category"
            elif sku in self._skus:
                reason = "duplicate sku"
            elif not (has_image[row] or _has_text(names[row]) or _has_text(texts[row])):
                # What is not fetched yet may be an image.
                reason = "" if named[row] and not self._has_files else NO_CONTENT
            self._skus.add(sku)
            if reason:
                self._set_aside[reason] += 1
                continue
            self._products += 1
            self._categories[categories[row]] += 1
            if frame is not None and len(self._sample) < SAMPLES:
                self._of_sample.append(categories[row])
                self._sample.append(_sample(frame.iloc[row], images[row] if images else ()))

    def result(self) -> Inspection:
        recognition, problems = self._recognition, self._recognition.raw.problems
        warnings = [*recognition.warnings, *problems.notes, *recognition.tally.lines()]
        warnings += problems.mended_lines()
        if not recognition.has_category:
            warnings.append("no category column: the table can be classified, but nothing be learned from it")
        warnings += self._about_categories()
        account = self._images.account()
        if account.not_fetched or (not self._has_files and any(map(_has_addresses, self._sample))):
            warnings.append("images are addresses: download them with python -m core fetch-images")
        set_aside = {reason: each.rows for reason, each in problems.set_aside.items()}
        set_aside |= self._set_aside
        return Inspection(
            format=recognition.format,
            encoding=recognition.raw.encoding,
            columns=recognition.of_file.to_dict(),
            unused=recognition.of_file.unused,
            rows=problems.rows + problems.lost,
            products=self._products,
            variants=recognition.tally.variants,
            set_aside=set_aside,
            warnings=tuple(dict.fromkeys(warnings)),
            sample=self._sample,
            about=tuple(recognition.lines()),
            images=account,
        )

    def _about_categories(self) -> Iterator[str]:
        """Yield what is to be said of the categories; small ones are set aside where a minimum is given."""
        if not self._recognition.rules.plain_categories:
            counts = {tuple(name.split(JOINED)): count for name, count in self._categories.items()}
            changed = one_spelling(counts)
            yield from said_of_spellings(changed, counts)
            for path, best in changed.items():
                self._categories[JOINED.join(best)] += self._categories.pop(JOINED.join(path))
            spelled = {JOINED.join(path): JOINED.join(best) for path, best in changed.items()}
            self._sample = [
                replace(each, category=spelled.get(each.category, each.category)) for each in self._sample
            ]
            self._of_sample = [spelled.get(each, each) for each in self._of_sample]
        yield from said_of_parents((tuple(path.split(JOINED)) for path in self._paths), self._level)
        self._categories.pop("", None)
        rows = self._products + sum(self._set_aside.values())
        least = self._minimum or self._recognition.layout.smallest_class(rows)
        small = {name: count for name, count in self._categories.items() if count < least}
        if not small:
            return
        products = sum(small.values())
        if self._minimum is not None:
            self._set_aside[f"category with fewer than {least} products"] += products
            self._products -= products
            pairs = zip(self._sample, self._of_sample, strict=True)
            self._sample = [each for each, category in pairs if category not in small]
            return
        yield (
            f"{len(small)} of {len(self._categories)} categories have fewer than {least} products, "
            f"{products} in all, which build leaves out unless --minimum says otherwise: "
            f"{', '.join(list(small)[:5])}"
        )
        if any(JOINED in name for name in small):
            yield (
                "the category is the whole path, since names of a level can stand below several others; "
                "--label COLUMN@1 takes its top level, COLUMN@-1 its last"
            )


def _has_text(text: str) -> bool:
    return bool(text) and bool(_LETTER.search(text) if "<" not in text and "&" not in text else plain(text))


def _sample(row: pd.Series[Any], images: Sequence[str]) -> Sample:
    references = unpacked(row["image_url"] or row["image"], row["images"])
    price = row.get("price")
    return Sample(
        sku=row["sku"],
        name=plain(row["name"]),
        description=plain(row["description"]),
        category=row[PATH] or row["category"],
        price=None if price is None or pd.isna(price) else float(price),
        currency=row.get("currency") or None,
        images=list(references or images),
        parent=row.get("parent") or "",
    )


def _has_addresses(sample: Sample) -> bool:
    return any(map(image_address, sample.images))
