"""Read an XML feed element by element with expat, which keeps nothing; no other file is opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from core.catalogue.sources.encodings import BAD, REPLACEMENT, TextFile
from core.common.errors import CatalogueError

LARGEST = 1 << 24
"""Letters that one product may take."""

_PIECE = 1 << 18
_DEEPEST = 200
_LONGEST_ENTITY = 12
_LONE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ufeff]")


@dataclass
class Node:
    """An element: its name, its attributes, its text and the elements in it."""

    name: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


class _Found(Exception):
    """Ends the reading from inside of a handler."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def new_parser(
    name: str, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]
) -> expat.XMLParserType:
    """Return a parser that refuses entities of the file's own and never opens another file."""
    parser = expat.ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse(*_: object) -> None:
        raise _Found(
            f"{name}: it defines entities of its own, which are not read; save the feed without them"
        )

    parser.EntityDeclHandler = refuse
    return parser


def pieces(text: TextFile, lenient: bool = False) -> Iterator[bytes]:
    """Yield the text as UTF-8, whatever its declaration says, without the letters that XML forbids.

    `lenient` makes letters of ampersands that begin none of XML's entities, as in ``Salt & Pepper&nbsp;``.
    """
    with text.open() as file:
        rest = ""
        while piece := file.read(_PIECE):
            piece = rest + _FORBIDDEN.sub("", piece.replace(BAD, REPLACEMENT))
            rest = ""
            if lenient:
                cut = piece.rfind("&", len(piece) - _LONGEST_ENTITY)
                piece, rest = (piece[:cut], piece[cut:]) if cut >= 0 else (piece, "")
                piece = _LONE_AMPERSAND.sub("&amp;", piece)
            yield piece.encode("utf-8", "replace")
        yield _LONE_AMPERSAND.sub("&amp;", rest).encode("utf-8", "replace")


def feed(parser: expat.XMLParserType, text: TextFile, lenient: bool = False) -> str:
    """Feed a text to a parser; return "" or what is wrong with it and where."""
    try:
        for piece in pieces(text, lenient):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        return f"{expat.ErrorString(error.code)}, line {error.lineno}"
    except _Found as found:
        raise CatalogueError(found.message) from None
    return ""


def read_nodes(text: TextFile, path: tuple[str, ...], lenient: bool = False) -> Iterator[Node | str]:
    """Yield the elements at `path`; at last what is wrong with the text, if it is damaged."""
    names: list[str] = []
    open_nodes: list[Node] = []
    ready: list[Node] = []
    size = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal size
        names.append(name)
        if len(names) > _DEEPEST:
            raise _Found(f"{text.name}: elements lie more than {_DEEPEST} deep; this is no product feed")
        if open_nodes or tuple(names) == path:
            node = Node(name, attributes)
            if open_nodes:
                open_nodes[-1].children.append(node)
            else:
                size = 0
            open_nodes.append(node)

    def end(_: str) -> None:
        names.pop()
        if open_nodes:
            node = open_nodes.pop()
            if not open_nodes:
                ready.append(node)

    def letters(found: str) -> None:
        nonlocal size
        if open_nodes:
            size += len(found)
            if size > LARGEST:
                raise _Found(
                    f"{text.name}: a product of more than {LARGEST >> 20} MB; this is no product feed"
                )
            open_nodes[-1].text.append(found)

    parser = new_parser(text.name, start, end)
    parser.CharacterDataHandler = letters
    try:
        for piece in pieces(text, lenient):
            parser.Parse(piece, False)
            yield from ready
            ready.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        yield from ready
        yield f"damaged at line {error.lineno} ({expat.ErrorString(error.code)}); the rest is not read"
        return
    except _Found as found:
        raise CatalogueError(found.message) from None
    yield from ready
