"""The process that `core.onnx.export` starts: it loads a framework's model and writes an ONNX file.

All models are traced by torch's TorchScript exporter; Keras models run on Keras's torch backend, which can
read the files of every backend. The ONNX files take and return float32 and accept any batch size.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module

from core.common.errors import CoreError
from core.onnx.export import REFUSED
from core.onnx.export_efficientnet_lite import export_efficientnet_lite
from core.onnx.export_keras import export_keras, export_network
from core.onnx.export_transformers import (
    export_clip_image,
    export_clip_text,
    export_sentence_encoder,
    export_vision,
)
from core.onnx.onnx_graph import add_metadata, quantize_weights


def call_function(source: str, target: str, function: str, *arguments: str) -> None:
    """Let a function of another package, ``module:function``, write the file."""
    module, _, name = function.partition(":")
    getattr(import_module(module), name)(source, target, *arguments)


EXPORTERS: dict[str, Callable[..., None]] = {
    "clip_image": export_clip_image,
    "clip_text": export_clip_text,
    "efficientnet_lite": export_efficientnet_lite,
    "function": call_function,
    "int8": quantize_weights,
    "keras": export_keras,
    "network": export_network,
    "sentence_encoder": export_sentence_encoder,
    "vision": export_vision,
}
"""Kind -> exporter, called with source, target and any further arguments."""


def main(metadata: str, kind: str, source: str, target: str, *arguments: str) -> None:
    """Write an ONNX file and add `metadata`, a JSON object of texts, to that of the exporter."""
    try:
        EXPORTERS[kind](source, target, *arguments)
    except CoreError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
    if added := json.loads(metadata):
        add_metadata(target, added)


if __name__ == "__main__":
    main(*sys.argv[1:])
