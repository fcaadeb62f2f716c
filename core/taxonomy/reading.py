"""Read a tree of categories from a file: a table of parents, of paths or of levels, or a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalogue.columns.levels import find_levels
from core.catalogue.layouts.layout import find
from core.catalogue.sources.encodings import recognise_text
from core.catalogue.sources.opening import open_table
from core.catalogue.sources.raw import Columns, RawTable
from core.catalogue.values.categories import decide_categories
from core.catalogue.values.category_levels import skips_a_level
from core.catalogue.values.paths import Path as CategoryPath
from core.common.errors import CatalogueError
from core.taxonomy.findings import Finding, findings, same_names
from core.taxonomy.lists import listed_paths
from core.taxonomy.parents import is_parent_table, parent_table
from core.taxonomy.taxonomy import ROOT, Taxonomy

LISTS = (".txt", ".text", ".md", ".lst", "")
"""Endings of files that are lists, a category a line."""
_GS1 = ("segment", "family", "class", "brick")
_PATHS = (
    *("category path", "full path", "full name", "path", "breadcrumb", "breadcrumbs", "taxonomy"),
    *("product category tree", "category tree", "hierarchy", "category", "categories", "name"),
)


@dataclass(frozen=True, eq=False)
class ReadTaxonomy:
    """A tree, what it was read from, in words, and what is odd about it."""

    tree: Taxonomy
    read_as: str
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what ``taxonomy --json`` prints: each category's path from the top, in depth-first order."""
        tree = self.tree
        return {
            "read_as": self.read_as,
            "categories": len(tree) - 1,
            "leaves": len(tree.leaves),
            "levels": tree.depth,
            "findings": [vars(each) for each in self.findings],
            "paths": [tree.path(node) for node in tree.walk() if node != ROOT],
        }

    def lines(self) -> list[str]:
        """Return the tree's size and what is odd about it, for people."""
        tree = self.tree
        size = (
            f"{len(tree) - 1:,} categories, {len(tree.leaves):,} of them without any below, "
            f"{tree.depth} levels, {len(tree.children(ROOT)):,} at the top"
        )
        return [f"read as {self.read_as}", size, *(f"warning: {each.line()}" for each in self.findings)]


def read_taxonomy(file: Path, separator: str | None = None) -> ReadTaxonomy:
    """Read a tree of categories and check it.

    Parameters
    ----------
    file
        A list, a category a line, in a text file: Google's ``166 - Apparel > Clothing``, Shopify's
        ``gid://... : Animals > Pets``, or any delimited or indented one. Or a table in any format of
        `core.catalogue.sources.opening`: a row a category with its parent or those above it
        (``categories.json``), a column of paths, or columns of levels (GS1's segment to brick).
    separator
        What separates the levels of paths where that is known.

    Raises
    ------
    CatalogueError
        If the file cannot be read, or holds no categories.
    """
    if file.is_file() and file.suffix.lower() in LISTS:
        text = recognise_text(file, file.name)
        with text.open() as lines:
            listed = listed_paths(lines, separator)
        return _checked(file, Taxonomy.from_paths(listed.paths), "a list", listed.found)
    raw = open_table(file)
    sample = next(iter(raw.chunks()), {})
    if sample and is_parent_table(raw.columns, sample):
        table = parent_table(raw.chunks(), raw.columns)
        return _checked(file, table.tree(), "a table of categories and their parents", table.found)
    if levels := _level_columns(raw, sample):
        return _of_levels(file, raw, levels)
    return _of_paths(file, raw, separator)


def _checked(file: Path, tree: Taxonomy, read_as: str, found: dict[str, list[str]]) -> ReadTaxonomy:
    if len(tree) == 1:
        raise CatalogueError(f"{file.name}: expected categories, got none")
    found["same name"] = same_names(tree)
    return ReadTaxonomy(tree, read_as, findings(found))


def _level_columns(raw: RawTable, sample: Columns) -> tuple[str, ...]:
    """Return the columns of levels from the top, those of GS1 first; () if there are none."""
    gs1 = [find(raw.columns, *(f"{level} {word}" for word in ("title", "description"))) for level in _GS1]
    if gs1[0] and gs1[1]:
        return tuple(column for column in gs1 if column)
    levels = find_levels(raw.columns, sample)
    return levels.columns if levels else ()


def _of_levels(file: Path, raw: RawTable, columns: Sequence[str]) -> ReadTaxonomy:
    found: dict[str, list[str]] = defaultdict(list)
    paths: dict[CategoryPath, None] = {}
    for chunk in raw.chunks():
        for cells in zip(*(chunk[column] for column in columns), strict=True):
            path = tuple(filter(None, map(str.strip, cells)))
            if path and path not in paths and skips_a_level(cells):
                found["skipped level"].append(" > ".join(path))
            paths[path] = None
    return _checked(file, Taxonomy.from_paths(paths), f"levels in columns {', '.join(columns)}", found)


def _of_paths(file: Path, raw: RawTable, separator: str | None) -> ReadTaxonomy:
    column = find(raw.columns, *_PATHS) or (raw.columns[0] if len(raw.columns) == 1 else None)
    if column is None:
        raise CatalogueError(
            f"{file.name}: expected a column of category paths, of parents, or several of levels, got "
            f"{', '.join(raw.columns[:8])}"
        )
    cells = [cell for chunk in raw.chunks() for cell in chunk[column]]
    rule = decide_categories(cells, separator)
    paths = dict.fromkeys(path for cell in dict.fromkeys(cells) for path in rule.paths(cell))
    return _checked(file, Taxonomy.from_paths(paths), f"paths in column {column}", {})
