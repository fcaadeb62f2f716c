"""The graph of a head as far as sizes follow from it: operators, shapes, and short constants.

Fields as in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from core.onnx.protobuf import fields_of, varint_at
from core.onnx.sizes import Array, known

_SHORT = 64
"""Whole numbers of a list or constant that are read."""
_INT64 = 7
_TEXT = 8
_MOST_AXES = 32


@dataclass
class Node:
    """An operator.

    Attributes
    ----------
    operator, inputs, outputs
        Its name, and the names of arrays; "" for one that is left out.
    numbers
        Attribute -> its whole number.
    lists
        Attribute -> its whole numbers, where they are few.
    lengths
        Attribute -> how many numbers it has.
    constants
        Attribute -> the array that it is.
    """

    operator: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    lists: dict[str, tuple[int, ...]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    constants: dict[str, Array] = field(default_factory=dict)


@dataclass
class HeadGraph:
    """A head's operators in their order, its constants, and its inputs' declared axes, 0 where not known."""

    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    inputs: dict[str, tuple[int, ...]] = field(default_factory=dict)


def read_graph(content: memoryview) -> HeadGraph:
    """Return the graph of a model; ValueError or IndexError where it is none, or holds texts."""
    graph = HeadGraph()
    for _, _, start, end in _only(content, 0, len(content), 7):
        for number, _, first, last in fields_of(content, start, end):
            if number == 1:
                graph.nodes.append(_node(content, first, last))
            elif number == 5:
                name, array = _tensor(content, first, last)
                graph.constants[name] = array
            elif number == 11:
                name, axes = _input(content, first, last)
                graph.inputs[name] = axes
    return graph


def _only(content: memoryview, start: int, end: int, wanted: int) -> Iterator[tuple[int, int, int, int]]:
    return (each for each in fields_of(content, start, end) if each[0] == wanted)


def _text(content: memoryview, start: int, end: int) -> str:
    return bytes(content[start:end]).decode("utf-8")


def _node(content: memoryview, start: int, end: int) -> Node:
    node = Node()
    for number, _, first, last in fields_of(content, start, end):
        if number == 1:
            node.inputs.append(_text(content, first, last))
        elif number == 2:
            node.outputs.append(_text(content, first, last))
        elif number == 4:
            node.operator = _text(content, first, last)
        elif number == 5:
            _attribute(content, first, last, node)
    return node


def _attribute(content: memoryview, start: int, end: int, node: Node) -> None:
    name, number_of = "", None
    tensors: list[Array] = []
    length, short = 0, _Short()
    for number, value, first, last in fields_of(content, start, end):
        if number == 1:
            name = _text(content, first, last)
        elif number == 3:
            number_of = _signed(value)
        elif number == 5:
            tensors.append(_tensor(content, first, last)[1])
        elif number == 7:
            length += (last - first + 4) // 4  # at least so many, packed or not
        elif number == 8:
            length += short.add(content, first, last)
    if name in node.lengths or len(tensors) > 1:
        raise ValueError("an attribute that is given twice")
    if name in ("classlabels_strings", "value_string", "value_strings"):
        raise ValueError("texts")
    node.lengths[name] = length
    if tensors:
        node.constants[name] = tensors[0]
    if number_of is not None:
        node.numbers[name] = number_of
    if short.values is not None:
        node.lists[name] = tuple(short.values)


def _tensor(content: memoryview, start: int, end: int) -> tuple[str, Array]:
    name, kind = "", 0
    axes, values = _Short(), _Short()
    raw: tuple[int, ...] | None = None
    for number, value, first, last in fields_of(content, start, end):
        if number == 1:
            axes.add(content, first, last)
        elif number == 2:
            kind = value
        elif number == 7:
            values.add(content, first, last)
        elif number == 8:
            name = _text(content, first, last)
        elif number == 9 and last - first <= 8 * _SHORT:
            whole = content[first : last - (last - first) % 8]
            raw = tuple(np.frombuffer(whole, "<i8").tolist())
    if kind == _TEXT:
        raise ValueError("texts")
    if axes.values is None or len(axes.values) > _MOST_AXES or min(axes.values, default=0) < 0:
        raise ValueError("an array without a shape")
    array = Array.of(tuple(map(known, axes.values)))
    if array.count.numbers > 2 * (end - start):
        raise ValueError("a constant that is longer than its file")
    found = raw or (None if values.values is None else tuple(values.values))
    if kind == _INT64 and found is not None and len(found) == array.count.numbers:
        array = Array(array.shape, array.count, found)
    return name, array


def _input(content: memoryview, start: int, end: int) -> tuple[str, tuple[int, ...]]:
    name, axes, shapes = "", [], 0
    for number, _, first, last in fields_of(content, start, end):
        if number == 1:
            name = _text(content, first, last)
        elif number == 2:
            for _, _, one, two in _only(content, first, last, 1):
                for _, _, three, four in _only(content, one, two, 2):
                    shapes += 1
                    axes += [_axis(content, *each[2:]) for each in _only(content, three, four, 1)]
    if shapes != 1 or len(axes) > _MOST_AXES:
        raise ValueError("an input without a shape")
    return name, tuple(axes)


def _axis(content: memoryview, start: int, end: int) -> int:
    value = 0
    for number, found, _, _ in fields_of(content, start, end):
        if number in (1, 2):
            value = _signed(found) if number == 1 else 0
    return max(value, 0)


class _Short:
    """Whole numbers of a list as long as they are few; then None."""

    def __init__(self) -> None:
        self.values: list[int] | None = []

    def add(self, content: memoryview, start: int, end: int) -> int:
        """Add a field, one number or several packed; return how many it has."""
        length = int((np.frombuffer(content[start:end], np.uint8) < 128).sum())
        if self.values is None or len(self.values) + length > _SHORT:
            self.values = None
        else:
            self.values += map(_signed, _packed(content, start, end))
        return length


def _packed(content: memoryview, start: int, end: int) -> Iterator[int]:
    while start < end:
        value, start = varint_at(content, start)
        yield value


def _signed(value: int) -> int:
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value
