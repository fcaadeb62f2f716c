"""Check the container of an xls file: in a damaged one, chains of sectors may go round in circles for ever.

The layout is that of [MS-CFB]: a header, then sectors, and tables that tell which sector follows which.
"""

from __future__ import annotations

from array import array
from pathlib import Path

from core.common.errors import CatalogueError

_HEADER = 512
_LARGEST_SECTOR = 0xFFFFFFFA
"""Sectors are numbered below this; larger numbers end a chain or mark a sector as free."""


def check_compound(path: Path, name: str) -> None:
    """Check that the chains of sectors in an xls end.

    Raises
    ------
    CatalogueError
        If they do not, or the header is damaged.
    """
    content = path.read_bytes()
    shift = int.from_bytes(content[30:32], "little")
    if len(content) < _HEADER or shift not in (9, 12) or not _sound(content, 1 << shift):
        raise CatalogueError(f"{name}: the workbook is damaged or cut off")


def _sound(content: bytes, size: int) -> bool:
    sectors = len(content) // size
    numbers = _numbers(content[40:76])  # [MS-CFB] 2.2: counts of sectors of the tables, and where these begin
    if any(numbers[place] > sectors for place in (0, 1, 6, 8)):
        return False
    table = array("I")
    for sector in _table_sectors(content, size, numbers[7]):
        table.extend(_numbers(_sector(content, size, sector)))
    if _has_circle(table):
        return False
    small = array("I")
    sector = numbers[5]
    while sector < len(table):  # it ends, as there is no circle
        small.extend(_numbers(_sector(content, size, sector)))
        sector = table[sector]
    return not _has_circle(small)


def _table_sectors(content: bytes, size: int, more: int) -> list[int]:
    """Return the sectors that hold the table: the first 109 stand in the header, others in a chain."""
    found = list(_numbers(content[76:_HEADER]))
    seen: set[int] = set()
    while more < _LARGEST_SECTOR and more not in seen:
        seen.add(more)
        numbers = _numbers(_sector(content, size, more))
        if not numbers:
            break
        found += numbers[:-1]
        more = numbers[-1]
    return [sector for sector in found if sector < _LARGEST_SECTOR]


def _sector(content: bytes, size: int, number: int) -> bytes:
    start = max(size, _HEADER) + number * size
    return content[start : start + size]


def _numbers(content: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(content[: len(content) // 4 * 4])
    return numbers


def _has_circle(following: array[int]) -> bool:
    """Whether going from a sector to the one that follows it leads back to it, from any sector."""
    done = bytearray(len(following))  # 1: on the way from the present start, 2: leads to an end
    for start in range(len(following)):
        way = []
        sector = start
        while sector < len(following) and not done[sector]:
            done[sector] = 1
            way.append(sector)
            sector = following[sector]
        if sector < len(following) and done[sector] == 1:
            return True
        for passed in way:
            done[passed] = 2
    return False
