"""JSON: an array, an object that holds the products at any depth, or a value a line.

Objects are flattened: ``{"a": {"b": 1}}`` has the column ``a.b``; a list is one cell, as JSON.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from core.catalogue.sources.encodings import BAD, HANDLER, REPLACEMENT, TextFile
from core.catalogue.sources.headers import find_header
from core.catalogue.sources.json_choice import choose_collection
from core.catalogue.sources.json_rows import (
    NO_OBJECT,
    Elements,
    array_blocks,
    array_cells,
    object_blocks,
    survey_fields,
)
from core.catalogue.sources.json_scan import (
    DECODER,
    Collection,
    Damaged,
    find_collections,
    read_elements,
    read_line,
)
from core.catalogue.sources.raw import RawTable, unique_names
from core.catalogue.sources.source import Source
from core.common.errors import CatalogueError
from core.common.files import temporary_folder

_SAMPLE = 300
_LONGEST_LINE = 1 << 22  # letters of a product in a line
_KEY = "key"
_PIECE = 1 << 18
_WHOLE = 1 << 28  # bytes of a file that is read whole because its columns are lists
_BYTEWISE = ("utf-8", "utf-8-sig", "ascii")


@dataclass(frozen=True)
class JsonOrigin:
    """Where the products of a JSON file stand.

    Attributes
    ----------
    text
        The file.
    collection
        The list or object that holds them; None for one a line.
    paths
        Column -> the keys that lead to its value in a product.
    """

    text: TextFile
    collection: Collection | None
    paths: Mapping[str, tuple[str, ...]]


def looks_like_json(text: TextFile) -> bool:
    """Whether a text is JSON, or Python literals a line, by its beginning."""
    head = text.head(1 << 16).lstrip("\ufeff \t\r\n")
    if head[:1] not in "[{" or not head:
        return False
    inside = head[1:].lstrip()
    if head[0] == "{":
        return inside[:1] in ('"', "'", "}")
    return inside[:1] in '[{"]' or inside[:1].isdigit() or inside[:4] in ("null", "true", "fals")


def read_json(source: Source, text: TextFile) -> RawTable:
    """Read the products of a JSON file.

    Raises
    ------
    CatalogueError
        If there are none, or it holds several lists and it is not clear which is meant.
    """
    if _is_lines(text):
        source.without_sheets()
        details = {"layout": "a product a line"}
        return _table(source, text, lambda: _read_lines(text), details, "line", JsonOrigin(text, None, {}))
    if text.encoding not in _BYTEWISE:
        folder = temporary_folder()
        text = _as_utf8(text, Path(folder.name, "table.json"))
        source = source.but(keeps=(source.keeps, folder))
    collection = choose_collection(source, find_collections(text.path))
    if collection is None or _holds_columns(text, collection):
        return _by_columns(source, text)
    where = ".".join(collection.path) or "the whole file"
    origin = JsonOrigin(text, collection, {})
    return _table(source, text, lambda: _read_list(text, collection), {"list": where}, "entry", origin)


def _is_lines(text: TextFile) -> bool:
    """Whether the first line that is not empty is a whole object, and another follows."""
    with text.open() as file:
        lines = (line for line in iter(lambda: file.readline(_LONGEST_LINE), "") if line.strip())
        first, second = next(lines, ""), next(lines, "")
    value = read_line(first.replace("\ufeff", ""))
    if isinstance(value, Damaged):
        # The first line may be the damaged one.
        return second.lstrip()[:1] == "{" and isinstance(read_line(second), dict) and first[:1] != "["
    return isinstance(value, (dict, list)) and (second.lstrip()[:1] in ("{", "[") if second else False)


def _holds_columns(text: TextFile, collection: Collection) -> bool:
    """Whether columns stand side by side, as pandas writes them, with names apart or by number of row."""
    if not collection.keyed:
        return collection.path == ("data",) and not collection.objects
    _, _, first = next(_read_list(text, collection), (0, "", None))
    return isinstance(first, dict) and bool(first) and list(first) == [str(row) for row in range(len(first))]


def _as_utf8(text: TextFile, file: Path) -> TextFile:
    with text.open() as source, file.open("w", encoding="utf-8", newline="") as target:
        while piece := source.read(_PIECE):
            target.write(piece.replace(BAD, REPLACEMENT))
    return replace(text, path=file)  # the encoding stays that of the owner's file


def _read_lines(text: TextFile) -> Iterator[tuple[int, str, Any]]:
    with text.open() as file:
        for number, line in enumerate(file, 1):
            yield number, "", read_line(line.lstrip("\ufeff")) if line.strip() else None


def _read_list(text: TextFile, collection: Collection) -> Iterator[tuple[int, str, Any]]:
    with text.path.open("rb") as raw:
        raw.seek(collection.start)
        file = io.TextIOWrapper(raw, encoding="utf-8", errors=HANDLER, newline="")
        elements = read_elements(iter(lambda: file.read(_PIECE), ""), collection)
        for number, (key, value) in enumerate(elements, 1):
            yield number, key, Damaged(NO_OBJECT) if value is None else value
            if isinstance(value, Damaged):  # the brackets tell how many follow
                rest = range(number + 1, collection.objects + collection.others + 1)
                yield from ((lost, "", value) for lost in rest)


def _table(
    source: Source,
    text: TextFile,
    elements: Elements,
    details: dict[str, str],
    unit: str,
    origin: JsonOrigin | None = None,
) -> RawTable:
    fields, arrays, keyed = survey_fields(elements, source.name)
    if text.guessed:
        source.note(f"read as {text.encoding}, recognised by its letters; --encoding names another")
    if not fields.columns:
        if arrays:
            return _of_arrays(source, text, elements, details, unit)
        raise CatalogueError(f"{source.name}: no products in this JSON file")
    names = unique_names([*([_KEY] if keyed else []), *(".".join(path) for path in fields.columns)])
    if fields.whole:
        source.note(
            f"many different fields; kept as JSON: {', '.join('.'.join(path) for path in fields.whole)}"
        )
    paths = dict(zip(names[keyed:], fields.columns, strict=True))
    return source.table(
        "json",
        names,
        lambda: object_blocks(elements, fields, keyed),
        unit=unit,
        encoding=text.encoding,
        details=details,
        origin=None if origin is None else replace(origin, paths=paths),
    )


def _of_arrays(
    source: Source, text: TextFile, elements: Elements, details: dict[str, str], unit: str
) -> RawTable:
    """Read arrays of cells, the first of which is the header."""
    sample = [cells for _, _, value in islice(elements(), _SAMPLE) if (cells := array_cells(value))]
    sample = [row for row in sample if any(map(str.strip, row))]
    if len(sample) < 2:
        raise CatalogueError(f"{source.name}: no products in this JSON file")
    width = max(map(len, sample))
    header = find_header(sample, width)
    skipped = [] if header.row is None else sample[: header.first]
    return source.table(
        "json",
        header.names,
        lambda: array_blocks(elements, width, skipped),
        unit=unit,
        encoding=text.encoding,
        details=details,
    )


def _by_columns(source: Source, text: TextFile) -> RawTable:
    """Read an object whose values are columns, as lists or as objects by row; or one product."""
    found = _load(text.path, source.name)
    value = found if isinstance(found, dict) else {}
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        rows = [value["columns"], *value["data"]]
        return _of_arrays(source, text, lambda: _numbered(rows, 0), {}, "entry")
    cells = {key: list(each.values()) if isinstance(each, dict) else each for key, each in value.items()}
    lists = {key: each for key, each in cells.items() if isinstance(each, list)}
    lengths = {len(each) for each in lists.values()}
    if len(lists) == len(value) and len(lengths) == 1 and lengths != {0}:
        records = [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    elif len(lists) < len(value):
        records = [value]
    else:
        raise CatalogueError(f"{source.name}: no list of products in this JSON file")
    return _table(source, text, lambda: _numbered(records, 1), {}, "entry")


def _numbered(values: Sequence[Any], first: int) -> Iterator[tuple[int, str, Any]]:
    return ((number, "", value) for number, value in enumerate(values, first))


def _load(path: Path, name: str) -> Any:
    if path.stat().st_size > _WHOLE:
        raise CatalogueError(f"{name}: no list of products in this JSON file")
    try:
        return DECODER.decode(path.read_bytes().decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{name}: not valid JSON ({error})") from error
