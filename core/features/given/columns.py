"""Which columns of a table of vectors hold the ids, and which the numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.common.errors import EncoderError

IDS = (
    *("sku", "id", "productid", "uniqid", "asin"),
    *("imagename", "image", "imagepath", "imagefile", "filename", "file", "path"),
)
"""Names of columns with ids, as `_plain` makes them; of several, the first of these counts."""
LISTS = ("embeddings", "embedding", "vectors", "vector", "features")
"""Names of columns with a list of numbers a row."""
_NUMBERED = re.compile(r"(.*?)0*(\d+)")


@dataclass(frozen=True)
class VectorColumns:
    """The columns of a table of vectors.

    Attributes
    ----------
    ids
        The column of ids.
    numbers
        The column of lists, alone, or the columns of one number each, in their order.
    listed
        Whether it is one column of lists.
    """

    ids: str
    numbers: tuple[str, ...]
    listed: bool


def find_columns(names: Sequence[str], file: str) -> VectorColumns:
    """Find the ids and the numbers among a table's columns.

    Raises
    ------
    EncoderError
        It has none, or numbered columns with gaps.
    """
    ids = id_column(names)
    if ids is None:
        raise EncoderError(
            f"{file}: expected a column of ids, such as sku, id or ImageName, among its columns, "
            f"got {_few(names)}"
        )
    others = [name for name in names if name != ids]
    plain = {_plain(name): name for name in reversed(others)}
    for name in LISTS:
        if name in plain:
            return VectorColumns(ids, (plain[name],), listed=True)
    numbered = _numbered(others)
    if len(numbered) < 2:
        raise EncoderError(
            f"{file}: expected a column of lists, such as embeddings, or one column a number, such as v0, "
            f"v1, v2, beside {ids}, got {_few(others)}"
        )
    numbers = sorted(numbered)
    if numbers[0] > 1 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        gap = next((n for n in range(numbers[0], numbers[-1]) if n not in numbered), numbers[0] - 1)
        raise EncoderError(f"{file}: expected a column for each number, got none for number {gap}")
    return VectorColumns(ids, tuple(numbered[number] for number in numbers), listed=False)


def id_column(names: Sequence[str]) -> str | None:
    """Return the column of ids; None where no column is called like one."""
    plain = {_plain(name): name for name in reversed(names)}
    return next((plain[name] for name in IDS if name in plain), None)


def _numbered(names: Sequence[str]) -> dict[int, str]:
    """Return number -> column of the largest family of columns that differ in a number at the end."""
    families: dict[str, dict[int, str]] = {}
    for name in names:
        if found := _NUMBERED.fullmatch(name.strip()):
            families.setdefault(found[1], {})[int(found[2])] = name
    return max(families.values(), key=len, default={})


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown or "none"
