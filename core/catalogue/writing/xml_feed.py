"""Write an XML feed back: products get elements, or the text of one is replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.parsers import expat

from core.catalogue.sources.xml_feeds import CATEGORY_ID, CATEGORY_PATH, XmlOrigin, category_path
from core.catalogue.sources.xml_scan import new_parser, pieces
from core.catalogue.writing.changes import Changes, RowChange, text_of
from core.catalogue.writing.splicing import Edit, element, spliced
from core.common.errors import CatalogueError

_NO_NAME = re.compile(r"[^\w.-]")
_DECLARATION = re.compile(rb"(<\?xml[^>]*?encoding\s*=\s*[\"'])[\w.-]+")
_INDENT = re.compile(rb"\s*\Z")


def write_xml(origin: XmlOrigin, added: Sequence[str], changes: Changes, out: Path) -> None:
    """Write a feed with elements added to its products, or the text of one replaced.

    Raises
    ------
    CatalogueError
        If a product has no content to add to, or its category is none of the feed's tree.
    """
    data = b"".join(pieces(origin.text, origin.lenient))
    edits = _Editor(origin, data, added, changes).edits()
    encoding = origin.text.encoding
    named = encoding.replace("utf-8-sig", "utf-8").encode()
    whole = _DECLARATION.sub(rb"\g<1>" + named, spliced(data, edits), count=1)
    out.write_bytes(whole.decode("utf-8").encode(encoding, "xmlcharrefreplace"))


class _Editor:
    """Finds what to change while the feed is parsed.

    Parameters
    ----------
    origin, data
        The feed, and its bytes as UTF-8.
    added, changes
        Names of elements to add, and what changes in each product.
    """

    def __init__(self, origin: XmlOrigin, data: bytes, added: Sequence[str], changes: Changes) -> None:
        self._origin, self._data, self._changes = origin, data, changes
        self._added = [_NO_NAME.sub("_", name) for name in added]
        self._ids: dict[str, str] = {}
        for key in origin.categories:
            self._ids.setdefault(category_path(key, origin.categories), key)
        self._names: list[str] = []
        self._number = 0
        self._next: tuple[int, RowChange] = next(changes, (0, RowChange()))
        self._starts: dict[str, list[int]] = {}  # of elements that change
        self._edits: list[Edit] = []
        self._parser = new_parser(origin.text.name, self._start, self._end)

    def edits(self) -> list[Edit]:
        """Return all changes.

        Raises
        ------
        CatalogueError
            If the feed is damaged, so that not all of its products were read.
        """
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise CatalogueError(
                f"{self._origin.text.name}: damaged ({error}), so that it cannot be written back as XML; "
                "name a file that ends in .csv or .xlsx"
            ) from error
        return self._edits

    def _start(self, name: str, _: Mapping[str, str]) -> None:
        self._names.append(name)
        depth = len(self._names)
        if tuple(self._names) == self._origin.path:
            self._number += 1
            self._starts = {}
        elif depth == len(self._origin.path) + 1 and tuple(self._names[:-1]) == self._origin.path:
            self._starts.setdefault(name, []).append(self._parser.CurrentByteIndex)

    def _end(self, name: str) -> None:
        path, at = tuple(self._names), self._parser.CurrentByteIndex
        self._names.pop()
        if self._number != self._next[0]:
            return
        if path == self._origin.path:
            self._add(at)
            self._next = next(self._changes, (0, RowChange()))
        elif path[:-1] == self._origin.path and len(path) == len(self._origin.path) + 1:
            self._replace(name, at)

    def _replace(self, name: str, end: int) -> None:
        for column, cell in self._next[1].replaced.items():
            if self._element_of(column) != name:
                continue
            start = self._starts[name][-1]
            if len(self._starts[name]) > 1:  # the first stands for all
                after = self._data.index(b">", end) + 1
                self._edits.append((start, after, b""))
                continue
            opened = self._data.index(b">", start) + 1
            self._edits.append((opened, end, element("x", self._text(column, cell))[3:-4]))

    def _text(self, column: str, cell: str) -> str:
        """Return a cell as it stands in the feed: for a path of the tree, the category's id."""
        if column != CATEGORY_PATH:
            return cell
        if cell not in self._ids:
            raise CatalogueError(
                f"{self._origin.text.name}: category {cell!r} is none of the feed's tree; "
                "add it there, or name a file that ends in .csv or .xlsx"
            )
        return self._ids[cell]

    def _element_of(self, column: str) -> str:
        return self._origin.names[CATEGORY_ID if column == CATEGORY_PATH else column]

    def _add(self, end: int) -> None:
        change = self._next[1]
        cells = list(zip(self._added, map(text_of, change.added), strict=True))
        for column, cell in change.replaced.items():
            if self._element_of(column) not in self._starts:
                cells.append((self._element_of(column), self._text(column, cell)))
        if not cells:
            return
        if not self._data.startswith(b"</", end):
            raise CatalogueError(
                f"{self._origin.text.name}: product {self._number} has no content to add to; "
                "name a file that ends in .csv or .xlsx"
            )
        before = _INDENT.search(self._data, max(0, end - 200), end)
        space = before[0] if before else b""
        inner = space + b"  " if b"\n" in space else b""
        new = b"".join(inner + element(name, text) for name, text in cells)
        self._edits.append((end - len(space), end - len(space), new))
