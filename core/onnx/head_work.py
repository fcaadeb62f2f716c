"""How much an operator of a head from elsewhere has to do, bounded from the shapes of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.onnx.head_graph import Node
from core.onnx.sizes import Array, Size, known, total

Inputs = Sequence[Array]


def operations(node: Node, inputs: Inputs, made: Array) -> Size:
    """Return at most how many multiplications or comparisons an operator needs.

    Parameters
    ----------
    node, inputs
        The operator and what is known of its inputs.
    made
        What bounds each of its outputs.
    """
    count = _COUNTS.get(node.operator)
    return count(node, inputs, made) if count else made.count


def _product(node: Node, inputs: Inputs, made: Array) -> Size:
    shape = inputs[0].shape
    return made.count.by(shape[-1]) if shape else inputs[0].count.by(inputs[1].count)


def _gemm(node: Node, inputs: Inputs, made: Array) -> Size:
    shape = inputs[0].shape
    if shape is None or len(shape) != 2:
        return inputs[0].count.by(inputs[1].count)
    return made.count.by(shape[0 if node.numbers.get("transA") else 1])


def _lstm(node: Node, inputs: Inputs, made: Array) -> Size:
    words, units = inputs[0].shape or (), (made.shape or ())[-1:]
    return made.count.by(known(4)).by(total([*words[-1:], *units]))  # four gates read word and state


def _coefficients(node: Node, inputs: Inputs, made: Array) -> Size:
    return _rows(made).by(known(max(1, node.lengths.get("coefficients", 0))))


def _trees(node: Node, inputs: Inputs, made: Array) -> Size:
    lists = ("nodes_nodeids", "class_nodeids", "target_nodeids")
    return _rows(made).by(known(max(1, sum(node.lengths.get(each, 0) for each in lists))))


def _rows(made: Array) -> Size:
    return made.shape[0] if made.shape else made.count


_COUNTS: dict[str, Callable[[Node, Inputs, Array], Size]] = {
    "MatMul": _product,
    "Gemm": _gemm,
    "LSTM": _lstm,
    "LinearClassifier": _coefficients,
    "TreeEnsembleClassifier": _trees,
    "TreeEnsembleRegressor": _trees,
}
"""Operator -> its own count; all others do a fixed number of steps for each number they make."""
