"""What runs an encoder over many products: ONNX Runtime or OpenVINO, and in which precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.common.errors import CoreError
from core.common.kept_files import forget, is_whole, keep
from core.common.progress import Progress, silent
from core.features.encoders.encoder import Encoder
from core.features.encoders.side_by_side import SideBySide
from core.onnx.export import cached_path, run_export
from core.onnx.lanes import Lanes, onnx_lanes
from core.onnx.openvino_lanes import has_bf16, openvino_lanes, require_openvino

BACKENDS = ("onnx", "openvino")
PRECISIONS = ("fp32", "bf16", "int8")


@dataclass(frozen=True)
class Backend:
    """A way to run encoders.

    Attributes
    ----------
    name
        ``onnx`` or ``openvino``.
    precision
        ``fp32``; ``bf16`` (OpenVINO, on processors that have it); ``int8`` (ONNX Runtime, texts only: images
        stay in fp32). Never mix vectors of different precision.
    """

    name: str = "onnx"
    precision: str = "fp32"

    @classmethod
    def chosen(cls, name: str, precision: str | None) -> Backend:
        """Check a user's choice and return it; without a precision, the fastest that is safe to use.

        Raises
        ------
        CoreError
            If the backend is not installed, or has no such precision here.
        """
        if name == "openvino":
            require_openvino()
            if precision == "int8":
                raise CoreError("--precision int8 needs --backend onnx; openvino has fp32 and bf16")
            if precision == "bf16" and not has_bf16():
                raise CoreError("--precision bf16: this processor does not support bf16; use fp32")
            return cls(name, precision or ("bf16" if has_bf16() else "fp32"))
        if precision == "bf16":
            raise CoreError("--precision bf16 needs --backend openvino; onnx has fp32, and int8 for texts")
        return cls(name, precision or "fp32")

    def applied(self, encoder: Encoder, progress: Progress = silent) -> Encoder:
        """Return an encoder with the same weights that runs on this backend.

        An encoder without a network (code alone, or a service) stays as it is, and so does an image encoder
        if the precision is int8. One that computes in 8 bits already stays as it is then, too.

        Parameters
        ----------
        encoder
            As loaded.
        progress
            Told when int8 weights are made, on first use.

        Raises
        ------
        CoreError
            If int8 weights cannot be made.
        """
        if self == Backend():
            return encoder
        if isinstance(encoder, SideBySide):
            return encoder.of([self.applied(member, progress) for member in encoder.members])
        if self.name == "openvino":
            return encoder.on(partial(openvino_lanes, precision=self.precision), self.precision)
        if encoder.modality != "text" or encoder.onnx_path is None or _in_8_bits(encoder):
            return encoder
        weights = int8_export(encoder.name, encoder.weights_id, encoder.onnx_path, progress)

        def lanes(_: Path) -> Lanes:
            return onnx_lanes(weights)

        return encoder.on(lanes, self.precision)


def _in_8_bits(encoder: Encoder) -> bool:
    return encoder.compression is not None and encoder.compression.taken


def int8_export(name: str, weights_id: str, onnx_path: Path, progress: Progress = silent) -> Path:
    """Return a text encoder's ONNX file with its weights in 8 bits per channel, made on first use.

    Activations are quantised as they come (dynamic quantisation,
    https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html) by the range of the whole
    batch, so a text's vector depends on the texts beside it. Such vectors are never stored.

    Parameters
    ----------
    name, weights_id
        The encoder's.
    onnx_path
        Its file in fp32.
    progress
        Told when the file is made.

    Raises
    ------
    CoreError
        If the export fails.
    """
    plain = cached_path(name, weights_id)
    path = plain.with_name(f"{plain.stem}-int8.onnx")
    if not is_whole(path):
        forget(path)
        stage = f"Preparing {name} in 8 bits"
        progress(stage, 0, 1)
        run_export("int8", onnx_path, path)
        keep(path)
        progress(stage, 1, 1)
    return path
