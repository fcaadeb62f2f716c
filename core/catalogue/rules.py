"""How the cells of a table become products: which columns, and what they say; decided from a sample."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import pandas as pd

from core.catalogue.columns.levels import level_paths
from core.catalogue.columns.matching import Matching
from core.catalogue.images.lists import packed
from core.catalogue.images.names import image_address, image_name
from core.catalogue.layouts.layout import IMAGE_ADDRESS, Tally
from core.catalogue.layouts.levels import PATH, level_columns, level_names
from core.catalogue.sources.raw import IMAGE_REFERENCE, Columns, refers_to_images
from core.catalogue.values.categories import CategoryColumn, CategoryRule, decide_categories
from core.catalogue.values.category_levels import at_level, skips_a_level
from core.catalogue.values.identifiers import IdentifierRule, decide_identifiers
from core.catalogue.values.image_cells import gather_images
from core.catalogue.values.lists import list_of
from core.catalogue.values.missing import MissingRule, decide_missing
from core.catalogue.values.paths import JOINED, Path
from core.catalogue.values.placeholder_names import is_placeholder
from core.catalogue.values.prices import PriceRule, decide_prices
from core.catalogue.values.texts import tidy

TEXT_COLUMNS = ("sku", "name", "description", "image", "category")
PLACEHOLDER = "placeholder"
"""A column of a product's frame that a catalogue does not keep."""

_WORDS = ("brand", "language", "colour", "size", "material", "gender", "usage", "url")


@dataclass(frozen=True)
class Rules:
    """How products are read from the rows of a table.

    Attributes
    ----------
    matching
        Which column is what.
    price
        Of the price column; None without one.
    category
        Of the category column; None without one, or where several columns are its levels.
    plain_categories, keep_placeholders
        Whether categories are taken as they are; whether "Uncategorized" is one.
    identifiers, missing
        Field -> how its cells are read.
    has_levels
        Whether categories are paths, whose levels become columns.
    kept
        Columns that the frame gets as they are.
    addresses
        A column of image addresses to add.
    """

    matching: Matching
    price: PriceRule | None
    category: CategoryRule | None
    plain_categories: bool
    keep_placeholders: bool
    identifiers: Mapping[str, IdentifierRule]
    missing: Mapping[str, MissingRule]
    has_levels: bool
    kept: tuple[str, ...] = ()
    addresses: str | None = None
    spelled: dict[Path, str] = field(default_factory=dict, repr=False)

    def frame(self, columns: Columns, first_row: int, tally: Tally) -> pd.DataFrame:
        """Return rows as products.

        Parameters
        ----------
        columns
            Rows of the table, in the layout's shape.
        first_row
            Products before these; one without an sku becomes ``row-<number, from 1>``.
        tally
            Counts what is not taken as it stands.

        Returns
        -------
        DataFrame
            ``sku, name, description, image, category, images, image_url, category_path, placeholder`` (str,
            "" if absent), then what else the table says. ``image`` is the first image's file name,
            ``image_url`` its address in the table, ``images`` a JSON list of all references if there are
            several.
        """
        cells = self.cells(columns, first_row, tally)
        frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in cells.items()})
        if self.price is not None:
            self._add_prices(frame, columns)
        return frame

    def cells(self, columns: Columns, first_row: int, tally: Tally) -> dict[str, list[str]]:
        """Return the columns of `frame` that are texts."""
        rows = len(next(iter(columns.values()), []))
        nothing = [""] * rows
        cells: dict[str, list[str]] = dict.fromkeys(TEXT_COLUMNS, nothing)
        for name in ("sku", "parent"):
            if self.matching.columns_of(name):
                cells[name] = self._identifiers(name, columns)
        for name in ("name", "description", *_WORDS):
            if self.matching.columns_of(name):
                cells[name] = self._words(name, columns)
        cells |= self._image_cells(columns, nothing)
        cells |= self._category_cells(columns, nothing, tally)
        cells |= {name: _each(tidy, columns[name]) for name in self.kept}
        if self.price is not None:
            tally.prices.update(self.price.kinds(columns[self.matching.columns_of("price")[0]]))
        cells["sku"] = [sku or f"row-{first_row + row + 1}" for row, sku in enumerate(cells["sku"])]
        return cells

    def category_of(self, path: Path) -> str:
        """Return the category that a path stands for: the whole, or the level asked for."""
        known = self.spelled.get(path)
        if known is None:
            level = self.matching.level
            known = JOINED.join(path) if level is None else at_level(path, level)
            self.spelled[path] = known
        return known

    def category_column(self, columns: Columns) -> CategoryColumn:
        """Return the category paths of rows."""
        of = self.matching.columns_of("category")
        if self.category is not None:
            cells = columns[of[0]]
            if self.identifiers["category"].from_floats:
                cells = self.identifiers["category"].read_column(cells)
            return self.category.read_column(cells, self.keep_placeholders)
        paths, placeholders = level_paths([columns[column] for column in of]), dict[str, int]()
        if not self.keep_placeholders:
            for row, path in enumerate(paths):
                real = tuple(name for name in path if not is_placeholder(name))
                if path and not real:
                    placeholders[JOINED.join(path)] = placeholders.get(JOINED.join(path), 0) + 1
                paths[row] = real
        return CategoryColumn(paths, 0, placeholders)

    def _identifiers(self, name: str, columns: Columns) -> list[str]:
        return self.identifiers[name].read_column(
            self.missing[name].blank(columns[self.matching.columns_of(name)[0]])
        )

    def _words(self, name: str, columns: Columns) -> list[str]:
        cells = columns[self.matching.columns_of(name)[0]]
        blank = self.missing[name].blank(cells)
        if name in ("name", "description"):
            return [_listed_text(cell) if cell.startswith("[") else _clean(cell) for cell in blank]
        return _each(tidy, blank)

    def _image_cells(self, columns: Columns, nothing: list[str]) -> dict[str, list[str]]:
        of = self.matching.columns_of("images")
        if not of:
            made = {"images": nothing, "image_url": nothing}
            listed: list[list[str]] = [[] for _ in nothing]
        else:
            listed = _images([columns[column] for column in of])
            firsts = [each[0] if each else "" for each in listed]
            addressed = columns.get(IMAGE_ADDRESS)
            made = {
                "image": [image_name(each) for each in firsts],
                "images": [packed(each) for each in listed],
                "image_url": [image_address(each) for each in _firsts(addressed, firsts)],
            }
        if self.addresses is not None:
            made["address"] = [image_address(each) for each in _firsts(columns[self.addresses], nothing)]
        return made

    def _category_cells(self, columns: Columns, nothing: list[str], tally: Tally) -> dict[str, list[str]]:
        of = self.matching.columns_of("category")
        if not of:
            return {PATH: nothing, PLACEHOLDER: nothing}
        if self.plain_categories:
            cells = [_clean(cell) for cell in self.missing["category"].blank(columns[of[0]])]
            levels = [name for name in level_names() if name in columns]
            made = {name: [_clean(cell) for cell in columns[name]] for name in levels}
            if PATH in columns:
                whole = [_clean(cell) for cell in columns[PATH]]
            else:
                whole = [JOINED.join(filter(None, row)) for row in zip(*made.values(), strict=True)]
            return {"category": cells, PATH: whole or cells, PLACEHOLDER: nothing, **made}
        column = self.category_column(columns)
        tally.several += column.several
        if len(of) > 1:
            tally.skipping += sum(map(skips_a_level, zip(*(columns[each] for each in of), strict=True)))
        made = {
            "category": [self.category_of(path) for path in column.paths],
            PATH: [JOINED.join(path) for path in column.paths],
            PLACEHOLDER: self._placeholders(column, columns, of) if column.placeholders else nothing,
        }
        return made | (level_columns(column.paths) if self.has_levels else {})

    def _placeholders(self, column: CategoryColumn, columns: Columns, of: Sequence[str]) -> list[str]:
        """Return the name of the placeholder where a row has no other category."""
        cells = [
            " ".join(filter(None, map(tidy, row)))
            for row in zip(*(columns[each] for each in of), strict=True)
        ]
        return [cell if cell and not path else "" for cell, path in zip(cells, column.paths, strict=True)]

    def _add_prices(self, frame: pd.DataFrame, columns: Columns) -> None:
        assert self.price is not None
        beside = self.matching.columns_of("currency")
        cells = columns[self.matching.columns_of("price")[0]]
        read = self.price.read_column(cells, columns[beside[0]] if beside else None)
        frame["price"] = pd.Series(
            [float("nan") if value is None else value for value in read.values], dtype="float64"
        )
        frame["currency"] = pd.Series([code or "" for code in read.currencies], dtype="str")


def decide_rules(
    matching: Matching,
    sample: Columns,
    *,
    separator: str | None = None,
    placements: str | None = None,
    plain_categories: bool = False,
    keep_placeholders: bool = False,
    kept: tuple[str, ...] = (),
    addresses: str | None = None,
) -> Rules:
    """Decide from a sample how the cells of matched columns are read; arguments as in `Rules` and layouts."""

    def cells_of(name: str) -> list[str]:
        return [cell for column in matching.columns_of(name) for cell in sample[column]]

    category = matching.columns_of("category")
    rule = None
    if len(category) == 1 and not plain_categories:
        rule = decide_categories(sample[category[0]], separator, placements)
    price = matching.columns_of("price")
    currency = matching.columns_of("currency")
    return Rules(
        matching=matching,
        price=(
            decide_prices(sample[price[0]], price[0], sample[currency[0]] if currency else ())
            if price
            else None
        ),
        category=rule,
        plain_categories=plain_categories,
        keep_placeholders=keep_placeholders,
        identifiers={
            name: decide_identifiers(cells_of(name), name)
            for name in ("sku", "parent", "category")
            if matching.columns_of(name)
        },
        missing={
            name: decide_missing(name, cells_of(name))
            for name in ("sku", "parent", "name", "description", "category", *_WORDS)
            if matching.columns_of(name)
        },
        has_levels=len(category) > 1 or bool(rule and (rule.separator or rule.listed_levels)),
        kept=kept,
        addresses=addresses,
    )


def _each(change: Callable[[str], str], cells: Sequence[str]) -> list[str]:
    """Return changed cells; each value is changed once."""
    changed = {cell: change(cell) for cell in set(cells)}
    return [changed[cell] for cell in cells]


def _images(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the images of rows; references to images in the table itself are kept as they are."""
    if any(map(refers_to_images, chain.from_iterable(columns))):
        rows = zip(*columns, strict=True)
        return [list(dict.fromkeys(image for cell in row for image in _of_table(cell))) for row in rows]
    return gather_images(columns)


def _of_table(cell: str) -> list[str]:
    if cell.startswith(IMAGE_REFERENCE):
        return [cell]
    listed = list_of(cell) if refers_to_images(cell) else None
    if listed is None:
        return gather_images([[cell]])[0]
    return [each for each in listed if isinstance(each, str)]


def _firsts(cells: Sequence[str] | None, default: list[str]) -> list[str]:
    return default if cells is None else [each[0] if each else "" for each in gather_images([cells])]


def _listed_text(cell: str) -> str:
    """Return the texts of a JSON list as one, and any other cell as it is."""
    try:
        read = json.loads(cell)
    except (json.JSONDecodeError, RecursionError):
        return _clean(cell)
    if not isinstance(read, list) or not all(isinstance(each, str) for each in read):
        return _clean(cell)
    return _clean(" ".join(read))


def _clean(cell: str) -> str:
    """Return a cell without outer space, NUL and half characters, which JSON can smuggle in."""
    cell = cell.replace("\x00", "").strip()
    return cell if cell.isascii() else cell.encode("utf-8", "replace").decode("utf-8")
