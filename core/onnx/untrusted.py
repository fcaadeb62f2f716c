"""What an ONNX file from elsewhere may hold, checked before ONNX Runtime sees it.

The file is walked through as the protocol buffer it is (https://protobuf.dev/programming-guides/encoding/,
fields as in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); numbers are passed over, so that this
takes a millisecond and no further package.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.common.errors import CoreError

_OPERATORS = """
    Abs Add And ArgMax ArrayFeatureExtractor BatchNormalization Cast Clip Concat Constant Div Elu
    Equal Erf Exp FeatureVectorizer Flatten GRU Gather Gelu Gemm Greater Identity LSTM
    LayerNormalization LeakyRelu Less LinearClassifier LinearRegressor Log LogSoftmax MatMul Max
    Min Mul Neg Normalizer Not Or Pow Reciprocal ReduceMax ReduceMean ReduceMin ReduceSum Relu
    Reshape SVMClassifier Scaler Shape Sigmoid Slice Softmax Softplus Split Sqrt Squeeze Sub Sum
    Tanh Transpose TreeEnsembleClassifier TreeEnsembleRegressor Unsqueeze Where ZipMap
"""
HEAD_OPERATORS = frozenset(_OPERATORS.split())
"""What heads are made of: no loops, no branches, nothing that makes large arrays out of small ones."""
HEAD_BYTES = 1 << 30
ENCODER_BYTES = 4 << 30
"""The largest file of each."""
_DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")
_NEVER = frozenset(("Loop", "Scan", "If", "SequenceMap"))
_MOST_NODES = 20_000
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5

Field = tuple[int, int, int, int]
"""A field: its number, its value where that is a number, and where its content begins and ends."""


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
    for number, _, start, end in _fields(content, 0, len(content)):
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
    for number, _, first, last in _fields(content, start, end):
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
    for number, _, first, last in _fields(content, start, end):
        if number == 4:
            operator = bytes(content[first:last]).decode("utf-8")
        elif number == 7:
            domain = bytes(content[first:last]).decode("utf-8")
        elif number == 5 and (problem := _attribute(content, first, last)):
            return problem
    if domain not in _DOMAINS:
        return f"an operator of domain {domain[:40]!r}"
    if operator in _NEVER or (head and operator not in HEAD_OPERATORS):
        return f"operator {operator[:40]!r}, which a {'head' if head else 'model'} may not have"
    return ""


def _attribute(content: memoryview, start: int, end: int) -> str:
    for number, _, first, last in _fields(content, start, end):
        if number in (6, 11):
            return "a graph inside an operator"
        if number in (22, 23):
            return "sparse numbers"
        if number in (5, 10) and (problem := _tensor(content, first, last)):
            return problem
    return ""


def _tensor(content: memoryview, start: int, end: int) -> str:
    for number, value, _, _ in _fields(content, start, end):
        if number == 13 or (number == 14 and value):
            return "numbers kept in another file"
    return ""


def _fields(content: memoryview, at: int, end: int) -> Iterator[Field]:
    """Yield the fields of a message; ValueError or IndexError where it is none."""
    while at < end:
        key, at = _varint(content, at)
        number, kind, value, start = key >> 3, key & 7, 0, at
        if kind == _VARINT:
            value, at = _varint(content, at)
        elif kind == _EIGHT:
            at += 8
        elif kind == _FOUR:
            at = _after_floats(content, key, at + 4, end)
        elif kind == _BYTES:
            length, start = _varint(content, at)
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


def _varint(content: memoryview, at: int) -> tuple[int, int]:
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
