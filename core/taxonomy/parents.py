"""Trees from tables of categories and their parents, such as ``categories.json``."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.catalogue.layouts.layout import find
from core.taxonomy.taxonomy import ROOT, Taxonomy

ID = ("id", "category id", "cat id", "code", "category code", "key", "gid")
NAME = ("name", "category name", "title", "label", "category", "description")
PARENT = ("parent", "parent id", "parent category id", "parent category", "parent code", "parent name")
ABOVE = ("path", "ancestors", "breadcrumb", "breadcrumbs")
BELOW = ("sub categories", "children", "subcategories", "child categories")
"""How columns are called: of ids, names, parents, of lists of those above and of those below."""


@dataclass
class ParentTable:
    """Categories by their ids, as a table lists them, and what was odd.

    Attributes
    ----------
    names
        Id -> name.
    parents
        Id -> the parents it was given, in order; "" for the top.
    found
        Kind of `core.taxonomy.findings.KINDS` -> categories.
    """

    names: dict[str, str] = field(default_factory=dict)
    parents: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, key: str, name: str) -> None:
        """Add a category; one that is known keeps its name."""
        self.names.setdefault(key, name or key)

    def put(self, key: str, parent: str) -> None:
        """Note a parent of a category, "" for the top."""
        if parent not in self.parents[key]:
            self.parents[key].append(parent)

    def tree(self) -> Taxonomy:
        """Return the tree: parents before children, each below its first parent."""
        above = self._first_parents()
        names, parents, numbers = [""], [-1], {"": ROOT}
        for key in self.names:
            way = []
            while key not in numbers:
                way.append(key)
                key = above[key]
            for each in reversed(way):
                numbers[each] = len(names)
                names.append(self.names[each])
                parents.append(numbers[above[each]])
        return Taxonomy(tuple(names), np.array(parents))

    def _first_parents(self) -> dict[str, str]:
        """Return id -> its parent, "" for the top; circles are cut."""
        above = {}
        for key, name in self.names.items():
            known = [each for each in self.parents[key] if each in self.names or not each]
            if len(known) > 1:
                self.found["two parents"].append(name)
            elif self.parents[key] and not known:
                self.found["unknown parent"].append(name)
            above[key] = known[0] if known else ""
        self._cut_circles(above)
        return above

    def _cut_circles(self, above: dict[str, str]) -> None:
        """Put one category of each circle at the top."""
        sound = {""}
        for key in above:
            way: dict[str, None] = {}
            while key not in sound and key not in way:
                way[key] = None
                key = above[key]
            if key not in sound:
                self.found["cycle"].append(self.names[key])
                above[key] = ""
            sound.update(way)


def is_parent_table(columns: Sequence[str], sample: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a table has a column of names, and one of parents or of lists of those above."""
    if find(columns, *NAME) is None:
        return False
    above = find(columns, *ABOVE)
    return find(columns, *PARENT) is not None or (above is not None and any(map(_steps, sample[above])))


def parent_table(chunks: Iterable[Mapping[str, Sequence[str]]], columns: Sequence[str]) -> ParentTable:
    """Read a table with a row a category.

    Parameters
    ----------
    chunks
        Column -> cells. Without a column of ids, names are ids; parents may be ids or names. Lists of those
        above or below are JSON, of objects with ``id`` and ``name``.
    columns
        All columns; `is_parent_table`.
    """
    name = find(columns, *NAME) or ""
    key, parent = find(columns, *ID) or name, find(columns, *PARENT)
    above, below = find(columns, *ABOVE), find(columns, *BELOW)
    rows: list[tuple[str, ...]] = []
    for chunk in chunks:
        nothing = [""] * len(chunk[name])
        cells = [chunk[each] if each else nothing for each in (key, name, parent, above, below)]
        rows += (tuple(map(str.strip, row)) for row in zip(*cells, strict=True))
    return _table_of([row for row in rows if row[0] or row[1]])


def _table_of(rows: Sequence[tuple[str, ...]]) -> ParentTable:
    """Read rows of id, name, parent, those above and those below."""
    table = ParentTable()
    ids = {own or called for own, called, *_ in rows}
    by_name: dict[str, str] = {"": ""}
    for own, called, *_ in rows:
        by_name.setdefault(called, own or called)
    for own, called, over, path, _ in rows:
        own = own or called
        if own in table.names and not over and not path:
            table.found["repeated"].append(called or own)
        if not called:
            table.found["nameless"].append(own)
        table.add(own, called)
        if steps := _steps(path):
            _add_path(table, own, steps)
        else:
            table.put(own, over if over in ids else by_name.get(over, over))
    for own, called, *_, children in rows:
        # Those that have no row may be pages that are no categories.
        for child, _ in _steps(children):
            if child in ids:
                table.put(child, own or called)
    return table


def _add_path(table: ParentTable, own: str, steps: list[tuple[str, str]]) -> None:
    """Add those above a category; the list may end with itself."""
    if steps[-1][0] != own:
        steps = [*steps, (own, table.names[own])]
    parent = ""
    for key, name in steps:
        table.add(key, name)
        table.put(key, parent)
        parent = key


def _steps(cell: str) -> list[tuple[str, str]]:
    """Return ids and names of a JSON list of objects."""
    try:
        read: Any = json.loads(cell) if cell.startswith("[") else []
    except (json.JSONDecodeError, RecursionError):
        return []
    steps = [each for each in read if isinstance(each, dict) and each.get("id")]
    return [(str(each["id"]), str(each.get("name") or "")) for each in steps]
