"""Protocol buffers, field by field and without a package (https://protobuf.dev/programming-guides/encoding/)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5

Field = tuple[int, int, int, int]
"""A field: its number, its value where that is a number, and where its content begins and ends."""


def fields_of(content: memoryview, at: int, end: int) -> Iterator[Field]:
    """Yield the fields of a message; of a run of floats of one number, one field for all.

    Raises
    ------
    IndexError, ValueError
        It is no message.
    """
    while at < end:
        key, at = varint_at(content, at)
        number, kind, value, start = key >> 3, key & 7, 0, at
        if kind == _VARINT:
            value, at = varint_at(content, at)
        elif kind == _EIGHT:
            at += 8
        elif kind == _FOUR:
            at = _after_floats(content, key, at + 4, end)
        elif kind == _BYTES:
            length, start = varint_at(content, at)
            at = start + length
        else:
            raise ValueError("an unknown kind of field")
        if at > end or not number:
            raise ValueError("a field beyond its message")
        yield number, value, start, at


def _after_floats(content: memoryview, key: int, at: int, end: int) -> int:
    """Return where a run of floats ends: coefficients are thousands of fields of the same number."""
    if key > 127:
        return at
    run = np.frombuffer(content[at : at + (end - at) // 5 * 5], np.uint8)[::5]
    others = np.flatnonzero(run != key)
    return at + 5 * int(others[0] if len(others) else len(run))


def varint_at(content: memoryview, at: int) -> tuple[int, int]:
    """Return a number and where it ends; errors as :func:`fields_of`."""
    if (value := content[at]) < 128:  # most are
        return value, at + 1
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number without an end")
