"""Write a JSON file back: objects get keys; numbers stay as they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.catalogue.sources.encodings import BAD, REPLACEMENT
from core.catalogue.sources.json_scan import read_line
from core.catalogue.sources.json_tables import JsonOrigin
from core.catalogue.writing.changes import Changes, RowChange
from core.common.errors import CatalogueError

_INDENT = re.compile(r"[\[{]\r?\n( +|\t+)\S")


class _Number(str):
    """A number as it is written."""


_DECODER = json.JSONDecoder(parse_float=_Number, parse_int=_Number, parse_constant=_Number, strict=False)


def write_json(origin: JsonOrigin, added: Sequence[str], changes: Changes, out: Path) -> None:
    """Write the products of a JSON file with keys added or values replaced.

    Raises
    ------
    CatalogueError
        If the file is damaged.
    """
    encoding = _encoding(origin)
    if origin.collection is None:
        with origin.text.open() as file, out.open("w", encoding=encoding, newline="") as target:
            target.writelines(_changed_lines(origin, file, added, changes))
        return
    text = origin.text.path.read_bytes().decode("utf-8-sig", "replace")
    try:
        whole = _DECODER.decode(text)
        holder = whole
        for key in origin.collection.path:
            holder = holder[key]
        elements = list(holder.values()) if isinstance(holder, dict) else holder
        for number, change in changes:
            _change(elements[number - 1], origin, added, change)
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise CatalogueError(
            f"{origin.text.name}: damaged, so that it cannot be written back as JSON; "
            "name a file that ends in .csv or .xlsx"
        ) from error
    indent = _INDENT.search(text)
    out.write_text(_dumped(whole, indent[1] if indent else "", encoding) + "\n", encoding=encoding)


def _encoding(origin: JsonOrigin) -> str:
    """Return the file's encoding; UTF-8 where some of its bytes are none of that encoding."""
    return "utf-8" if origin.text.bad else origin.text.encoding


def _changed_lines(
    origin: JsonOrigin, lines: Iterable[str], added: Sequence[str], changes: Changes
) -> Iterator[str]:
    number, change = next(changes, (0, RowChange()))
    for place, line in enumerate(lines, 1):
        line = line.replace(BAD, REPLACEMENT)
        if place != number:
            yield line
            continue
        plain = line.lstrip("\ufeff")
        try:
            value = _DECODER.decode(plain)
        except ValueError:
            value = read_line(plain)  # one of Python's literals
        _change(value, origin, added, change)
        yield _dumped(value, "", _encoding(origin)) + (line[len(line.rstrip("\r\n")) :] or "\n")
        number, change = next(changes, (0, RowChange()))


def _change(product: dict[str, Any], origin: JsonOrigin, added: Sequence[str], change: RowChange) -> None:
    for column, cell in change.replaced.items():
        holder: Any = product
        *above, last = origin.paths[column]
        for key in above:
            holder = holder.setdefault(key, {})
        holder[last] = _as_before(holder.get(last), cell)
    for name, value in zip(added, change.added, strict=True):
        product[name] = round(value, 6) if isinstance(value, float) else value


def _as_before(old: Any, cell: str) -> Any:
    """Return a list where there was one."""
    if not isinstance(old, list):
        return cell
    try:
        read = _DECODER.decode(cell)
    except ValueError:
        return [cell]
    return read if isinstance(read, list) else [cell]


def _dumped(value: Any, indent: str, encoding: str, depth: int = 0) -> str:
    """Return a value as JSON, each entry of a list or object on a line of its own if there is an indent."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, Mapping):
        parts = [
            f"{_text(str(key), encoding)}: {_dumped(inner, indent, encoding, depth + 1)}"
            for key, inner in value.items()
        ]
        return _between("{}", parts, indent, depth)
    if isinstance(value, (list, tuple)):
        parts = [_dumped(inner, indent, encoding, depth + 1) for inner in value]
        return _between("[]", parts, indent, depth)
    if value is None or isinstance(value, (bool, int, float)):
        return json.dumps(value)
    return _text(str(value), encoding)


def _text(value: str, encoding: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def _between(brackets: str, parts: list[str], indent: str, depth: int) -> str:
    if not indent or not parts:
        return brackets[0] + ", ".join(parts) + brackets[1]
    line = "\n" + indent * (depth + 1)
    return brackets[0] + line + f",{line}".join(parts) + "\n" + indent * depth + brackets[1]
