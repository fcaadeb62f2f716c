"""Export EfficientNet-Lite to ONNX; runs in the process of `core.onnx.export_process`."""

from __future__ import annotations

from core.onnx.onnx_graph import fold_constants, fold_padding, trace


def export_efficientnet_lite(source: str, target: str, number: str) -> None:
    """Export Lite `number`; batch normalisation and padding become part of the convolutions."""
    import torch

    from core.onnx.efficientnet_lite import load_network

    network = load_network(source, int(number))
    pixels = torch.zeros((2, 3, network.side, network.side))
    trace(network, (pixels,), target, {"input": {0: "batch"}})
    fold_constants(target)
    fold_padding(target)
