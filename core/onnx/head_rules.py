"""The operators that heads are made of, and how large what each of them makes is at most.

No loops, no branches, no texts, and nothing that makes arrays of a size that only numbers say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.onnx.head_graph import Node
from core.onnx.sizes import ONE, Array, Shape, Size, broadcast, known, product, total

Inputs = Sequence[Array]
Rule = Callable[[Node, Inputs], Array]
"""What bounds each output of an operator, given its inputs; an input that is left out is a scalar."""

_TEXT = 8


def _same(node: Node, inputs: Inputs) -> Array:
    if node.operator == "Cast" and node.numbers.get("to") == _TEXT:
        raise ValueError("texts")
    return Array(inputs[0].shape, inputs[0].count)


def _element_by_element(node: Node, inputs: Inputs) -> Array:
    return Array.of(broadcast([each.shape for each in inputs]), product([each.count for each in inputs]))


def _constant(node: Node, inputs: Inputs) -> Array:
    if "value" in node.constants:
        return node.constants["value"]
    (length,) = node.lengths.values()
    return Array.of((known(length),)) if length else Array((), ONE)


def _concat(node: Node, inputs: Inputs) -> Array:
    count = total([each.count for each in inputs])
    shape = broadcast([each.shape for each in inputs])
    axis = _axis(node.numbers.get("axis"), shape)
    if shape is None or axis is None or len({len(each.shape or ()) for each in inputs}) > 1:
        return Array(None, count)
    together = total([each.shape[axis] for each in inputs if each.shape])
    return Array.of((*shape[:axis], together, *shape[axis + 1 :]), count)


def _gather(node: Node, inputs: Inputs) -> Array:
    taken, wanted = inputs[0], inputs[1]
    count = taken.count.by(wanted.count)
    axis = _axis(node.numbers.get("axis", 0), taken.shape)
    if taken.shape is None or wanted.shape is None or axis is None:
        return Array(None, count)
    return Array.of((*taken.shape[:axis], *wanted.shape, *taken.shape[axis + 1 :]), count)


def _columns(node: Node, inputs: Inputs) -> Array:
    taken, wanted = inputs[0], inputs[1]
    if not taken.shape:
        return Array(None, taken.count.by(wanted.count))
    return Array.of((*(taken.shape[:-1] or (ONE,)), wanted.count))


def _product(node: Node, inputs: Inputs) -> Array:
    first, second = inputs[0], inputs[1]
    count = first.count.by(second.count)
    if not first.shape or not second.shape:
        return Array(None, count)
    before = broadcast([first.shape[:-2], second.shape[:-2]]) or ()
    return Array.of((*before, *first.shape[-2:-1], *second.shape[-1:][: len(second.shape) - 1]), count)


def _gemm(node: Node, inputs: Inputs) -> Array:
    first, second = inputs[0].shape, inputs[1].shape
    if first is None or second is None or not len(first) == len(second) == 2:
        return Array(None, inputs[0].count.by(inputs[1].count))
    rows = first[1 if node.numbers.get("transA") else 0]
    return Array.of((rows, second[0 if node.numbers.get("transB") else 1]))


def _reshape(node: Node, inputs: Inputs) -> Array:
    array, values = inputs[0], inputs[1].values
    if values is None or values.count(-1) > 1 or min(values, default=0) < -1 or node.numbers.get("allowzero"):
        return Array(None, array.count)
    copied = {at for at, value in enumerate(values) if value == 0}
    shape = array.shape or ()
    if any(at >= len(shape) for at in copied):
        return Array(None, array.count)
    fixed = product([known(each) for each in values if each > 0]).numbers
    others = product([each for at, each in enumerate(shape) if at not in copied])
    whole = min(array.count, others) if copied else array.count
    rest = Size(whole.power, whole.numbers // fixed)
    axes = (
        shape[at] if at in copied else known(each) if each > 0 else rest for at, each in enumerate(values)
    )
    return Array(tuple(axes), array.count)


def _flatten(node: Node, inputs: Inputs) -> Array:
    axis = _axis(node.numbers.get("axis", 1), inputs[0].shape, 1)
    if inputs[0].shape is None or axis is None:
        return Array(None, inputs[0].count)
    shape = inputs[0].shape
    return Array((product(shape[:axis]), product(shape[axis:])), inputs[0].count)


def _transpose(node: Node, inputs: Inputs) -> Array:
    shape = inputs[0].shape
    if shape is None:
        return inputs[0]
    order = node.lists.get("perm", tuple(reversed(range(len(shape)))))
    if sorted(order) != list(range(len(shape))):
        return Array(None, inputs[0].count)
    return Array(tuple(shape[each] for each in order), inputs[0].count)


def _squeeze(node: Node, inputs: Inputs) -> Array:
    shape, axes = inputs[0].shape, _axes(node, inputs, 0)
    if shape is None or not axes:
        return Array(None, inputs[0].count)
    return Array(tuple(each for at, each in enumerate(shape) if at not in axes), inputs[0].count)


def _unsqueeze(node: Node, inputs: Inputs) -> Array:
    shape = inputs[0].shape
    given = node.lists.get("axes") or (inputs[1].values if len(inputs) > 1 else None)
    axes = _axes(node, inputs, len(given or ()))
    if shape is None or not axes:
        return Array(None, inputs[0].count)
    sizes = iter(shape)
    length = len(shape) + len(axes)
    return Array(tuple(ONE if at in axes else next(sizes) for at in range(length)), inputs[0].count)


def _reduce(node: Node, inputs: Inputs) -> Array:
    array, axes = inputs[0], _axes(node, inputs, 0)
    if node.operator == "ArgMax" and array.shape is not None:
        axis = _axis(node.numbers.get("axis", 0), array.shape)
        axes = () if axis is None else (axis,)
    kept = node.numbers.get("keepdims", 1) != 0
    if array.shape is None or (not axes and not kept):
        return Array(None, array.count)
    if not axes:
        return Array(array.shape, array.count)
    shape = (ONE if at in axes else each for at, each in enumerate(array.shape) if kept or at not in axes)
    return Array.of(tuple(shape), array.count)


def _lstm(node: Node, inputs: Inputs) -> Array:
    words, weights = inputs[0].shape, inputs[2].shape
    if words is None or weights is None or not len(words) == len(weights) == 3 or node.numbers.get("layout"):
        raise ValueError("an LSTM of unknown size")
    units = weights[2].larger(known(max(node.numbers.get("hidden_size", 0), 0)))
    return Array.of((words[0], known(2), words[1], units))


def _classifier(node: Node, inputs: Inputs) -> Array:
    array = inputs[0]
    rows = array.count if array.shape is None or len(array.shape) != 2 else array.shape[0]
    names = ("classlabels_ints", "classlabels_int64s", "intercepts")
    return Array.of((rows, known(max(2, *(node.lengths.get(name, 0) for name in names)))))


def _regressor(node: Node, inputs: Inputs) -> Array:
    array = inputs[0]
    rows = array.count if array.shape is None or len(array.shape) != 2 else array.shape[0]
    return Array.of((rows, known(max(1, node.numbers.get("n_targets", 1)))))


def _axis(axis: int | None, shape: Shape | None, beyond: int = 0) -> int | None:
    """Return an axis counted from the front; None where there is no such axis."""
    if axis is None or shape is None or not -len(shape) <= axis < len(shape) + beyond:
        return None
    return axis % len(shape) if axis < 0 else axis


def _axes(node: Node, inputs: Inputs, more: int) -> tuple[int, ...]:
    """Return the axes that an operator names, of an array with `more` axes more; none where not sure."""
    given = node.lists.get("axes") or (inputs[1].values if len(inputs) > 1 else None)
    shape = inputs[0].shape
    if given is None or shape is None:
        return ()
    length = len(shape) + more
    if not all(-length <= each < length for each in given):
        return ()
    axes = tuple(each % length for each in given)
    return axes if len(set(axes)) == len(axes) else ()


_RULES: dict[Rule, str] = {
    _same: """
        Abs BatchNormalization Cast Clip DequantizeLinear Elu Erf Exp Gelu Identity LayerNormalization
        LeakyRelu Log LogSoftmax Neg Normalizer Not QuantizeLinear Reciprocal Relu Scaler Sigmoid Slice
        Softmax Softplus Split Sqrt Tanh
    """,
    _element_by_element: "Add And Div Equal Greater Less Max Min Mul Or Pow Sub Sum Where",
    _constant: "Constant",
    _concat: "Concat",
    _gather: "Gather",
    _columns: "ArrayFeatureExtractor",
    _product: "MatMul",
    _gemm: "Gemm",
    _reshape: "Reshape",
    _flatten: "Flatten",
    _transpose: "Transpose",
    _squeeze: "Squeeze",
    _unsqueeze: "Unsqueeze",
    _reduce: "ArgMax ReduceMax ReduceMean ReduceMin ReduceSum",
    _lstm: "LSTM",
    _classifier: "LinearClassifier TreeEnsembleClassifier",
    _regressor: "TreeEnsembleRegressor",
}
RULES: dict[str, Rule] = {name: rule for rule, names in _RULES.items() for name in names.split()}
"""Operator -> what bounds what it makes."""
