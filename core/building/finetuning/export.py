"""Write a trained network as an ONNX file, and check that it answers as the network does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.common.errors import CoreError
from core.onnx.onnx_graph import add_metadata, fold_constants, fold_padding, set_width, trace

if TYPE_CHECKING:
    import torch

TOLERANCE = 1e-4


def export(
    module: torch.nn.Module, inputs: tuple[np.ndarray, ...], metadata: Mapping[str, str], target: Path
) -> None:
    """Write a network as the ONNX file of an encoder.

    Parameters
    ----------
    module
        The network.
    inputs
        Some products as it takes them: one array of pixels, or ids and mask of texts.
    metadata
        Of the frozen encoder's file: its tokenizer, or how images are prepared.
    target
        The file.

    Raises
    ------
    CoreError
        The file gives other vectors than the network.
    """
    import torch

    examples = tuple(map(torch.from_numpy, inputs))
    module = module.eval().cpu()
    with torch.no_grad():
        expected = module(*examples).numpy()
    is_text = len(inputs) == 2
    if is_text:
        free = {0: "batch", 1: "tokens"}
        trace(module, examples, str(target), {"input_ids": free, "attention_mask": free})
    else:
        trace(module, examples, str(target), {"input": {0: "batch"}})
        fold_constants(str(target))
        fold_padding(str(target))
    set_width(str(target), expected.shape[1])
    add_metadata(str(target), metadata)
    _check(target, inputs, expected)


def _check(file: Path, inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    feed = {each.name: array for each, array in zip(session.get_inputs(), inputs, strict=True)}
    got = session.run(None, feed)[0]
    apart = float(np.abs(got - expected).max() / np.abs(expected).max())
    if not apart <= TOLERANCE:
        raise CoreError(
            f"the exported network differs from the trained one by {apart:.1e} of its largest number: "
            f"expected {TOLERANCE:.0e} or less"
        )
