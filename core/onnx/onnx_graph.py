"""Write ONNX files from torch modules, simplify and quantize them, and add metadata.

Used in the process of `core.onnx.export_process`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

OPSET = 17


def trace(
    module: torch.nn.Module, example: tuple[torch.Tensor, ...], target: str, inputs: dict[str, dict[int, str]]
) -> None:
    """Export a torch module; `inputs` names its inputs and their dynamic axes; its output is ``output``."""
    import torch

    with torch.no_grad():
        torch.onnx.export(
            module.eval(),
            example,
            target,
            input_names=list(inputs),
            output_names=["output"],
            dynamic_axes=inputs | {"output": {0: "batch"}},
            # The newer exporter writes attention in a form that ONNX Runtime cannot fuse.
            dynamo=False,
            opset_version=OPSET,
        )


def fold_constants(path: str) -> None:
    """Replace what does not depend on the input by constants, with ONNX Runtime's portable optimisations."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = path
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def fold_padding(path: str) -> None:
    """Merge zero padding into the convolution that follows it.

    ONNX Runtime runs convolutions in its own memory layout; a separate padding step between two of them costs
    two layout conversions, about a seventh of MobileNet's time.
    """
    import onnx

    model = onnx.load(path)
    graph = model.graph
    constants = {one.name: one for one in graph.initializer}
    for pad in [node for node in graph.node if node.op_type == "Pad"]:
        users = [node for node in graph.node if pad.output[0] in node.input]
        mode = next((a.s for a in pad.attribute if a.name == "mode"), b"constant")
        with_value = len(pad.input) > 2 and pad.input[2]
        if mode != b"constant" or with_value or pad.input[1] not in constants:
            continue
        amounts = onnx.numpy_helper.to_array(constants[pad.input[1]]).tolist()
        half = len(amounts) // 2
        if [node.op_type for node in users] != ["Conv"] or any(amounts[:2] + amounts[half : half + 2]):
            continue
        spatial = amounts[2:half] + amounts[half + 2 :]
        own = next((a for a in users[0].attribute if a.name == "pads"), None)
        if own is None:
            users[0].attribute.append(onnx.helper.make_attribute("pads", spatial))
        else:
            own.ints[:] = [one + other for one, other in zip(own.ints, spatial, strict=True)]
        users[0].input[0] = pad.input[0]
        graph.node.remove(pad)
    onnx.save(model, path)


def quantize_weights(source: str, target: str) -> None:
    """Write a copy of an ONNX file whose matrix products have int8 weights, with one scale per column."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Without shape inference, which matrix products do not need and which writes to another folder.
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def set_width(path: str, width: int) -> None:
    """Write how many numbers a row of the output has, which tracing cannot always tell."""
    import onnx

    model = onnx.load(path)
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = width
    onnx.save(model, path)


def add_metadata(path: str, metadata: Mapping[str, str]) -> None:
    """Add entries to the metadata of an ONNX file; existing keys are overwritten."""
    import onnx

    model = onnx.load(path)
    existing = {entry.key: entry.value for entry in model.metadata_props}
    onnx.helper.set_model_props(model, existing | dict(metadata))
    onnx.save(model, path)
