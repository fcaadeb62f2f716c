"""What an ONNX file from elsewhere may hold, checked before ONNX Runtime sees it.

The file is walked through as the protocol buffer it is (`core.onnx.protobuf`; fields as in
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); numbers are passed over, so that this takes a
millisecond. How much memory a head takes, `core.onnx.head_sizes` bounds.
"""

from __future__ import annotations

import mmap
from pathlib import Path

from core.common.errors import CoreError
from core.onnx.head_rules import RULES
from core.onnx.protobuf import fields_of

HEAD_BYTES = 1 << 30
ENCODER_BYTES = 4 << 30
"""The largest file of each."""
_DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
_NEVER = frozenset(("Loop", "Scan", "If", "SequenceMap"))
_MOST_NODES = 20_000


def check_onnx(file: Path, *, head: bool) -> None:
    """Check that an ONNX file can be handed to ONNX Runtime.

    Parameters
    ----------
    file
        The file.
    head
        Whether it is a head, which is made of few operators, or an encoder, which may have any but loops and
        branches.

    Raises
    ------
    CoreError
        It is no ONNX file, too large, or has operators, functions or other files that it may not have.
    """
    size, most = file.stat().st_size, HEAD_BYTES if head else ENCODER_BYTES
    if not 0 < size <= most:
        raise CoreError(f"{file.name}: expected a model of up to {most:,} bytes, got {size:,}")
    with (
        file.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as content,
    ):
        try:
            problem = _problem(content, head=head)
        except (IndexError, ValueError):
            problem = "expected an ONNX model, got something else"
    if problem:
        raise CoreError(f"{file.name}: {problem}")


def _problem(content: memoryview, *, head: bool) -> str:
    graphs = 0
    for number, _, start, end in fields_of(content, 0, len(content)):
        if number == 7:
            graphs += 1
            if problem := _graph(content, start, end, head=head):
                return problem
        elif number == 25:
            return "a model with functions of its own"
        elif number == 20:
            return "a model with training steps"
    return "" if graphs == 1 else f"expected one graph, got {graphs}"


def _graph(content: memoryview, start: int, end: int, *, head: bool) -> str:
    nodes = 0
    for number, _, first, last in fields_of(content, start, end):
        problem = ""
        if number == 1:
            nodes += 1
            problem = _node(content, first, last, head=head)
        elif number == 5:
            problem = _tensor(content, first, last)
        elif number == 15:
            problem = "sparse numbers"
        if problem:
            return problem
        if nodes > _MOST_NODES:
            return f"more than {_MOST_NODES:,} operators"
    return ""


def _node(content: memoryview, start: int, end: int, *, head: bool) -> str:
    operator, domain = "", ""
    for number, _, first, last in fields_of(content, start, end):
        if number == 4:
            operator = bytes(content[first:last]).decode("utf-8")
        elif number == 7:
            domain = bytes(content[first:last]).decode("utf-8")
        elif number == 5 and (problem := _attribute(content, first, last)):
            return problem
    if domain not in _DOMAINS:
        return f"an operator of domain {domain[:40]!r}"
    if operator in _NEVER or (head and operator not in RULES):
        return f"operator {operator[:40]!r}, which a {'head' if head else 'model'} may not have"
    return ""


def _attribute(content: memoryview, start: int, end: int) -> str:
    for number, _, first, last in fields_of(content, start, end):
        if number in (6, 11):
            return "a graph inside an operator"
        if number in (22, 23):
            return "sparse numbers"
        if number in (5, 10) and (problem := _tensor(content, first, last)):
            return problem
    return ""


def _tensor(content: memoryview, start: int, end: int) -> str:
    for number, value, _, _ in fields_of(content, start, end):
        if number == 13 or (number == 14 and value):
            return "numbers kept in another file"
    return ""
