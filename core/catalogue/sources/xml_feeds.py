"""XML feeds: Google Merchant (RSS, Atom), Yandex YML, any XML with an element that repeats and has elements.

An element becomes a row: its elements' texts are cells, ``a.b`` for an element in an element; what occurs
several times is a JSON list; an attribute is ``price@currency``; ``<param name="Size">`` is ``param.Size``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from core.catalogue.sources.encodings import TextFile, recognise_text
from core.catalogue.sources.raw import SET_ASIDE, Block, Event, RawTable, unique_names
from core.catalogue.sources.source import Source
from core.catalogue.sources.xml_scan import Node, feed, new_parser, read_nodes
from core.common.errors import CatalogueError

MOST_COLUMNS = 2000
"""Columns of a feed."""

CATEGORY_ID, CATEGORY_PATH = "categoryId", "category path"
"""The columns of an offer's category in a tree beside the offers, and of the path that it stands for."""

USUAL = ("item", "entry", "offer", "product", "row", "record")
"""Names of products' elements, for a feed with a single one."""

_MOST_NAMES = 5000  # of elements in one place
_DEEPEST = 20  # levels that are surveyed
_BLOCK = 512
_DECLARATION = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")


@dataclass(frozen=True)
class XmlOrigin:
    """Where the products of a feed stand.

    Attributes
    ----------
    text, path, lenient
        The file, the names of elements down to the product's, and whether lone ampersands are letters.
    names
        Column -> name of the element below the product's, with its prefix.
    categories
        Id -> name and id of the category above; {} for a feed without a tree.
    """

    text: TextFile
    path: tuple[str, ...]
    lenient: bool
    names: Mapping[str, str]
    categories: Mapping[str, tuple[str, str]]


@dataclass
class _Place:
    """An element's place in a feed: a name below a place.

    Attributes
    ----------
    path
        The names from the outermost element on.
    count
        How often it occurs.
    together
        How often within one element above it, at most.
    below
        Name -> places below.
    """

    path: tuple[str, ...]
    count: int = 0
    together: int = 0
    below: dict[str, _Place] = field(default_factory=dict)
    _above: int = 0  # which of the elements above it was the last that held one
    _here: int = 0  # how many that one holds

    def add(self, above: int) -> None:
        """Count an element within the `above`-th element above."""
        self.count += 1
        self._here = self._here + 1 if above == self._above else 1
        self._above = above
        if self._here > self.together:
            self.together = self._here


@dataclass
class _Survey:
    """What a first pass over a feed finds.

    Attributes
    ----------
    top
        The place above the outermost element.
    elements
        How many elements there are.
    categories
        Id -> name and id of the category above, of ``<category id="" parentId="">``.
    damage
        What is wrong with the feed, "" if nothing is.
    """

    top: _Place = field(default_factory=lambda: _Place((), 1))
    elements: int = 0
    categories: dict[str, tuple[str, str]] = field(default_factory=dict)
    damage: str = ""

    def holders(self) -> Iterator[_Place]:
        """Yield the places that have others below, the outermost first."""
        waiting = [self.top]
        for place in waiting:
            waiting += place.below.values()
            if place.below and place.path:
                yield place


def looks_like_xml(text: TextFile) -> bool:
    """Whether a text is XML, by its beginning.

    Raises
    ------
    CatalogueError
        If it is a web page, or a workbook as XML.
    """
    head = text.head(4096).lstrip("\ufeff \t\r\n")
    if not re.match(r"<(?:\?xml|!DOCTYPE|!--|[A-Za-z_][\w:.-]*[\s/>])", head, re.IGNORECASE):
        return False
    if re.search(r"<html[\s>]|<!doctype html|<table[\s>]", head, re.IGNORECASE):
        raise CatalogueError(
            f"{text.name}: a web page; open it in a spreadsheet and save the table as CSV or xlsx"
        )
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise CatalogueError(f"{text.name}: a workbook saved as XML; save it as xlsx or CSV")
    return True


def read_xml(source: Source, text: TextFile) -> RawTable:
    """Read the products of an XML feed.

    Raises
    ------
    CatalogueError
        If it is damaged before the first product, defines entities of its own, or nothing in it repeats.
    """
    source.without_sheets()
    text = _declared(text, source)
    survey, lenient = _survey(text), False
    if survey.damage:
        again = _survey(text, lenient=True)
        if not again.damage or again.elements > survey.elements:
            survey, lenient = again, True
            source.note("ampersands that begin no entity of XML are read as letters")
    path = _repeated(survey)
    if path is None:
        damage = f" ({survey.damage})" if survey.damage else ""
        raise CatalogueError(f"{source.name}: no product in this XML file{damage}")
    raw_names = _columns(text, path, lenient)
    columns = unique_names(_short_names(raw_names))
    if not columns:
        raise CatalogueError(f"{source.name}: no product in this XML file")
    if len(columns) > MOST_COLUMNS:
        raise CatalogueError(f"{source.name}: {len(columns)} columns; this is no product feed")
    places = {name: place for place, name in enumerate(raw_names)}
    category = places.get(CATEGORY_ID) if survey.categories else None
    if category is not None:
        columns = unique_names([*columns, CATEGORY_PATH])
    if text.guessed:
        source.note(f"read as {text.encoding}, recognised by its letters; --encoding names another")
    if text.bad:
        source.note(f"some bytes are not {text.encoding}; they are replaced")
    return source.table(
        "xml",
        columns,
        lambda: _blocks(text, path, lenient, places, category, survey.categories),
        unit="entry",
        encoding=text.encoding,
        details={"element": "/".join(path)},
        origin=XmlOrigin(text, path, lenient, dict(zip(columns, raw_names, strict=False)), survey.categories),
    )


def _declared(text: TextFile, source: Source) -> TextFile:
    """Return the text with the encoding that its declaration names, unless a mark or the owner decides."""
    match = _DECLARATION.match(text.head(1024).lstrip("\ufeff \t\r\n"))
    if source.encoding or match is None or text.encoding.startswith(("utf-16", "utf-32", "utf-8-sig")):
        return text
    if not text.guessed and not text.bad:
        return text  # it is UTF-8, whatever it says
    try:
        return replace(recognise_text(text.path, text.name, match[1]), guessed=False)
    except CatalogueError:
        return text


def _survey(text: TextFile, lenient: bool = False) -> _Survey:
    found = _Survey()
    places = [found.top]
    category: list[str] = []
    letters: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.elements += 1
        above = places[-1]
        place = above.below.get(name)
        if place is None:
            place = _Place((*above.path, name))
            if len(above.path) < _DEEPEST and len(above.below) < _MOST_NAMES:
                above.below[name] = place
        place.add(above.count)
        places.append(place)
        if name == "category" and "id" in attributes and above.path[-1:] == ("categories",):
            category[:] = attributes["id"], attributes.get("parentId", "")
            letters.clear()

    def end(_: str) -> None:
        places.pop()
        if category and len(found.categories) < 1_000_000:
            found.categories[category[0]] = (" ".join("".join(letters).split()), category[1])
        category.clear()

    def text_in(piece: str) -> None:
        if category:
            letters.append(piece)

    parser = new_parser(text.name, start, end)
    parser.CharacterDataHandler = text_in
    found.damage = feed(parser, text, lenient)
    return found


def _repeated(survey: _Survey) -> tuple[str, ...] | None:
    """Return the element that is a product: the outermost that repeats and has elements."""
    several = [place for place in survey.holders() if place.together > 1]
    if several:
        depth = len(several[0].path)
        return max(
            (place for place in several if len(place.path) == depth), key=lambda place: place.count
        ).path
    single = (place.path for place in survey.holders() if place.path[-1].lower().rpartition(":")[2] in USUAL)
    return next(single, None)


def _columns(text: TextFile, path: tuple[str, ...], lenient: bool) -> list[str]:
    names: dict[str, None] = {}
    for node in read_nodes(text, path, lenient):
        if isinstance(node, Node):
            names.update(dict.fromkeys(name for name, _ in _cells(node)))
            if len(names) > MOST_COLUMNS:
                break
    return list(names)


def _cells(node: Node) -> list[tuple[str, str]]:
    """Return the names and texts of all there is in an element, in the file's order."""
    found = [(key, value) for key, value in node.attributes.items() if not key.startswith("xmlns")]
    _add_cells(node, "", found)
    return found


def _add_cells(node: Node, above: str, found: list[tuple[str, str]]) -> None:
    for child in node.children:
        name, attributes = above + child.name, child.attributes
        if attributes and not child.children and attributes.get("name", "").strip():
            name = f"{name}.{attributes['name'].strip()}"
            attributes = {key: value for key, value in attributes.items() if key != "name"}
        cell = "".join(child.text).strip()
        if cell or not (child.children or attributes):
            found.append((name, cell))
        for key, value in attributes.items():
            if not key.startswith("xmlns"):
                found.append((f"{name}@{key}", value))
        if child.children:
            _add_cells(child, f"{name}.", found)


def _short_names(names: list[str]) -> list[str]:
    """Return names without the prefix of a name space (``g:id``), where that leaves them different."""
    short = [re.sub(r"(^|\.)[\w-]+:", r"\1", name) for name in names]
    counts = Counter(short)
    return [new if counts[new] == 1 or new == old else old for new, old in zip(short, names, strict=True)]


def _blocks(
    text: TextFile,
    path: tuple[str, ...],
    lenient: bool,
    places: dict[str, int],
    category: int | None,
    categories: dict[str, tuple[str, str]],
) -> Iterator[Block]:
    numbers: list[int] = []
    rows: list[list[str]] = []
    for number, node in enumerate(chain(read_nodes(text, path, lenient), [None]), 1):
        damaged = isinstance(node, str)
        if len(rows) == _BLOCK or node is None or damaged:
            yield Block(numbers, rows, [Event(number, SET_ASIDE, node)] if isinstance(node, str) else [])
            numbers, rows = [], []
        if isinstance(node, Node):
            cells: list[list[str]] = [[] for _ in places]
            for name, cell in _cells(node):
                cells[places[name]].append(cell)
            row = [_joined(each) for each in cells]
            if category is not None:
                row.append(category_path(row[category], categories))
            numbers.append(number)
            rows.append(row)


def _joined(cells: list[str]) -> str:
    filled = [cell for cell in cells if cell]
    return json.dumps(filled, ensure_ascii=False) if len(filled) > 1 else "".join(filled)


def category_path(key: str, categories: Mapping[str, tuple[str, str]]) -> str:
    """Return the path of a category by its id."""
    names: list[str] = []
    seen: set[str] = set()
    while key in categories and key not in seen:
        seen.add(key)
        name, key = categories[key]
        names.append(name)
    return " > ".join(name for name in reversed(names) if name)
