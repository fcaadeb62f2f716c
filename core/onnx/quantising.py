"""Quantise a model to 8 bits with ranges that calibration rows show.

Static quantisation (Jacob et al. 2018, https://arxiv.org/abs/1712.05877) with onnxruntime.quantization:
weights in 8 bits, per channel where an operator allows it; activations in 8 bits by the range that they had
for the calibration rows. Unlike with dynamic quantisation, the result for a row does not depend on the rows
beside it. Tables of vectors are kept in 8 bits, too (`core.onnx.tables`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CoreError
from core.common.files import atomic_path
from core.onnx.lanes import Feed
from core.onnx.tables import shrink_tables

if TYPE_CHECKING:
    import onnx

OPERATORS = ("Conv", "MatMul", "Gemm")
"""Where the multiplications are."""


def can_quantise(source: Path, operators: Sequence[str] = OPERATORS) -> bool:
    """Whether an ONNX file has any of the operators."""
    import onnx

    graph = onnx.load(source, load_external_data=False).graph
    return not {node.op_type for node in graph.node}.isdisjoint(operators)


def quantise(source: Path, target: Path, rows: Iterable[Feed], operators: Sequence[str] = OPERATORS) -> None:
    """Write a copy of an ONNX file that computes in 8 bits; its metadata stay.

    Parameters
    ----------
    source, target
        ONNX files; `target` is written whole or not at all.
    rows
        What the model is fed: training rows, never test rows. A hundred are enough.
    operators
        The operators that compute in 8 bits.

    Raises
    ------
    CoreError
        There are no rows, or the model cannot be quantised.
    """
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    fed = [dict(row) for row in rows]
    if not fed:
        raise CoreError(f"{source.name} cannot be quantised: expected calibration rows, got none")

    if not can_quantise(source, operators):
        raise CoreError(f"{source.name} cannot be quantised: it has none of {', '.join(operators)}")

    class Rows(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types here
        def __init__(self) -> None:
            self.left = iter(fed)

        def get_next(self) -> dict[str, np.ndarray] | None:
            return next(self.left, None)

    with tempfile.TemporaryDirectory() as folder, atomic_path(target) as temporary:
        prepared = Path(folder, "prepared.onnx")
        try:
            quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
            quantize_static(
                str(prepared),
                str(temporary),
                Rows(),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=list(operators),
                nodes_to_exclude=_first_convolution(onnx.load(prepared).graph),
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
        except Exception as error:  # onnxruntime's errors have no common base class
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CoreError(f"{source.name} cannot be quantised: {reason}") from error
        metadata = {entry.key: entry.value for entry in onnx.load(source).metadata_props}
        model = onnx.load(temporary)
        shrink_tables(model)
        onnx.helper.set_model_props(model, metadata)
        onnx.save(model, temporary)


def _first_convolution(graph: onnx.GraphProto) -> list[str]:
    """Return the convolution that reads the image: it has few weights, and what it rounds is lost to all."""
    return [node.name for node in graph.node if node.op_type == "Conv"][:1]
