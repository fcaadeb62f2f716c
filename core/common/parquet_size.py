"""How much memory a Parquet file takes when it is read, found out without unpacking any of it.

The sizes in a file's footer are only said, and a page of a few kilobytes can unpack to two gigabytes. What a
reader really allocates stands in the header of each page, so that these are walked through: Thrift's compact
protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md), of which only
two numbers matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow.parquet as pq

LONGEST_HEADER = 1 << 20
"""Bytes of a page's header, which holds the least and the greatest value of the page."""
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12
_INTEGERS = (4, 5, 6)
_DEEPEST = 16
_DICTIONARY = 2


class _Thrift:
    """Reads one structure of Thrift's compact protocol."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def integers(self) -> dict[int, int]:
        """Return the whole numbers among a structure's fields, by id; the other fields are passed over."""
        found: dict[int, int] = {}
        field = 0
        while kind := self._byte():
            step = kind >> 4
            field = field + step if step else self._zigzag()
            if kind & 15 in _INTEGERS:
                found[field] = self._zigzag()
            else:
                self._skip(kind & 15, 0)
        return found

    def _skip(self, kind: int, depth: int) -> None:
        if depth > _DEEPEST:
            raise ValueError("a page's header is nested too deeply")
        if kind in _INTEGERS:
            self._varint()
        elif kind == _BYTE:
            self.at += 1
        elif kind == _DOUBLE:
            self.at += 8
        elif kind == _BINARY:
            length = self._varint()
            self.at += length
        elif kind in (_LIST, _SET):
            head = self._byte()
            for _ in range(self._few(self._varint() if head >> 4 == 15 else head >> 4)):
                self._skip_item(head & 15, depth)
        elif kind == _MAP:
            if count := self._few(self._varint()):
                kinds = self._byte()
                for _ in range(count):
                    self._skip_item(kinds >> 4, depth)
                    self._skip_item(kinds & 15, depth)
        elif kind == _STRUCT:
            while inner := self._byte():
                if not inner >> 4:
                    self._zigzag()
                self._skip(inner & 15, depth + 1)
        elif kind not in (_TRUE, _FALSE):
            raise ValueError("a page's header is damaged")

    def _skip_item(self, kind: int, depth: int) -> None:
        """Pass over a value in a list, where true and false take a byte each."""
        if kind in (_TRUE, _FALSE):
            self.at += 1
        else:
            self._skip(kind, depth + 1)

    def _few(self, count: int) -> int:
        if count > len(self.content):
            raise ValueError("a page's header is damaged")
        return count

    def _byte(self) -> int:
        if self.at >= len(self.content):
            raise ValueError("a page's header is cut short")
        self.at += 1
        return self.content[self.at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("a page's header is damaged")

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)


@dataclass(frozen=True)
class GroupSize:
    """What a group of rows unpacks to.

    Attributes
    ----------
    pages
        Bytes of all its pages.
    dictionary
        Bytes of its largest dictionary: no value that is stored once for many rows is longer.
    """

    pages: int
    dictionary: int


def group_sizes(file: Path, parquet: pq.ParquetFile) -> list[GroupSize]:
    """Return what each group of rows unpacks to.

    Raises
    ------
    OSError
        The file cannot be read.
    ValueError
        It is no sound Parquet file.
    """
    size = Path(file).stat().st_size
    sizes = []
    with Path(file).open("rb") as stream:
        for group in range(parquet.num_row_groups):
            facts = parquet.metadata.row_group(group)
            total = largest = 0
            for column in range(facts.num_columns):
                chunk = facts.column(column)
                dictionary = chunk.dictionary_page_offset if chunk.has_dictionary_page else None
                starts = [start for start in (chunk.data_page_offset, dictionary) if start]
                pages = _pages(stream, min(starts, default=0), chunk.total_compressed_size, size)
                total, largest = total + pages.pages, max(largest, pages.dictionary)
            sizes.append(GroupSize(total, largest))
    return sizes


def _pages(stream: IO[bytes], start: int, length: int, size: int) -> GroupSize:
    """Return what a column's pages unpack to."""
    end = start + length
    if start < 0 or length < 0 or end > size:
        raise ValueError("a column lies outside the file")
    total = dictionary = 0
    while start < end:
        stream.seek(start)
        # Most headers are small; only those with long statistics are read again in full.
        header = _header(stream.read(min(512, end - start)))
        if header is None:
            stream.seek(start)
            header = _header(stream.read(min(LONGEST_HEADER, end - start)))
        if header is None:
            raise ValueError("a page's header is cut short")
        taken, kind, unpacked, packed = header
        total += unpacked
        if kind == _DICTIONARY:
            dictionary = max(dictionary, unpacked)
        start += taken + packed
    return GroupSize(total, dictionary)


def _header(content: bytes) -> tuple[int, int, int, int] | None:
    """Return a page header's length, and the page's kind and size, unpacked and packed; None if cut short."""
    thrift = _Thrift(content)
    try:
        found = thrift.integers()
    except ValueError:
        if len(content) >= 512:
            return None
        raise
    if thrift.at > len(content):
        return None
    unpacked, packed = found.get(2, -1), found.get(3, -1)
    if unpacked < 0 or packed < 0:
        raise ValueError("a page's header is damaged")
    return thrift.at, found.get(1, -1), unpacked, packed
