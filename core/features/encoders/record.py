"""What a bundle says of the encoder that its features were made with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EncoderRecord:
    """Enough to load the same encoder again, or to notice that it is not the same.

    Attributes
    ----------
    name, modality, dim, weights_id, preprocessing, side, bundled
        As the encoder's own (`core.features.encoders.encoder.Encoder`).
    file
        Its ONNX file: a name alone where it is `bundled`, else a path inside the bundle. None for an encoder
        that asks a service.
    """

    name: str
    modality: str
    dim: int
    side: int | None
    weights_id: str
    preprocessing: int
    bundled: bool
    file: str | None
