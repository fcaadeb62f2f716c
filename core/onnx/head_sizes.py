"""What a head from elsewhere may take in memory and time, known before ONNX Runtime sees it.

Each operator's result is bounded from the shapes of its inputs (`core.onnx.head_rules`), and so is what it
has to do (`core.onnx.head_work`), for as many products as readers hand over at once. What only a text says,
such as how many words it has, stays unknown: both may grow with it, not with its square.
"""

from __future__ import annotations

import mmap
from pathlib import Path

from core.common.errors import CoreError
from core.onnx.head_graph import HeadGraph, read_graph
from core.onnx.head_rules import RULES
from core.onnx.head_work import operations
from core.onnx.sizes import ONE, UNKNOWN, Array, Size, known

MOST_ROWS = 4096
"""Products that a head is asked for at once."""
_PER_ROW = 4096
_PER_CLASS = 4
"""Numbers that an array may have for each product, more for each category."""
_PER_PIECE = 2048
"""Numbers for each product and each of its words, n-grams or other heads, more for each category."""
_ARRAYS = 4
"""All arrays together may have so many times what one may have."""
_MOST_CLASSES = 10_000
_OPERATIONS = (64_000_000, 4_000_000)
"""Multiplications for each product, and for each product and word; our own heads need 1% and 3% of them."""


def check_head_sizes(file: Path, classes: int) -> None:
    """Check that a head takes no more memory and time than heads of so many categories do.

    Parameters
    ----------
    file
        An ONNX file that `core.onnx.untrusted.check_onnx` let pass as a head.
    classes
        How many categories it knows.

    Raises
    ------
    CoreError
        Something in it may be too large or too slow, or has a size that cannot be known before.
    """
    with (
        file.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as content,
    ):
        try:
            problem = _problem(read_graph(content), min(classes, _MOST_CLASSES))
        except (ArithmeticError, LookupError, ValueError) as error:
            reason = str(error) if type(error) is ValueError else "something that is no head"
            problem = f"its size cannot be known: {reason}"
    if problem:
        raise CoreError(f"{file.name}: {problem}")


def _problem(graph: HeadGraph, classes: int) -> str:
    fed = {name: _fed(axes, classes) for name, axes in graph.inputs.items() if name not in graph.constants}
    width = sum(each.count.numbers // MOST_ROWS for each in fed.values() if not each.count.power)
    most = (
        MOST_ROWS * (_PER_ROW + _PER_CLASS * classes + 2 * width),
        MOST_ROWS * (_PER_PIECE + _PER_CLASS * classes),
    )
    arrays = {"": Array((), ONE)} | graph.constants | fed
    together, work = [0, 0], [0, 0]
    for node in graph.nodes:
        inputs = [arrays[name] for name in node.inputs]
        made = RULES[node.operator](node, inputs)
        if (problem := _too_large(made.count, most)) or any(name in arrays for name in node.outputs if name):
            return f"operator {node.operator!r} makes {problem or 'what is there already'}"
        needed = operations(node, inputs, made)
        if needed.power >= len(work):
            return f"operator {node.operator!r} takes time that grows with the square of what it is given"
        work[needed.power] += needed.numbers
        outputs = [name for name in node.outputs if name]
        arrays |= dict.fromkeys(outputs, made)
        # Quantised numbers have 16 bits at most.
        part = 2 if node.operator == "QuantizeLinear" else 1
        together[made.count.power] += -(-made.count.numbers // part) * len(outputs)
    return _all_too_large(together, most) or _too_slow(work)


def _fed(axes: tuple[int, ...], classes: int) -> Array:
    """Return what a reader hands over: a row for each product; of three axes, the last are categories."""
    inner = [known(each) if each else UNKNOWN for each in axes[1:]]
    if len(axes) == 3 and not axes[2]:
        inner[1] = known(classes)
    return Array.of((known(MOST_ROWS), *inner))


def _too_large(count: Size, most: tuple[int, int]) -> str:
    if count.power >= len(most):
        return "an array that grows with the square of what it is given"
    if count.numbers > most[count.power]:
        per_row = f"{-(-count.numbers // MOST_ROWS):,} numbers for each product"
        return f"{per_row}, expected up to {most[count.power] // MOST_ROWS:,}"
    return ""


def _all_too_large(together: list[int], most: tuple[int, int]) -> str:
    for numbers, one in zip(together, most, strict=True):
        if numbers > _ARRAYS * one:
            return (
                f"its operators make {-(-numbers // MOST_ROWS):,} numbers for each product, "
                f"expected up to {_ARRAYS * one // MOST_ROWS:,}"
            )
    return ""


def _too_slow(work: list[int]) -> str:
    for numbers, most in zip(work, _OPERATIONS, strict=True):
        if numbers > MOST_ROWS * most:
            return (
                f"its operators need {-(-numbers // MOST_ROWS):,} multiplications for each product, "
                f"expected up to {most:,}"
            )
    return ""
