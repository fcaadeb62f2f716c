"""What it costs to encode a product, as measured when the bundle was built."""

from __future__ import annotations

from dataclasses import dataclass

from core.bundle.json_fields import Fields


@dataclass(frozen=True)
class EncodingCost:
    """What the encoder of an input costs.

    Attributes
    ----------
    bytes
        Size of its ONNX file, of all of them where several stand side by side; 0 where it is code alone.
    milliseconds
        Median time of one product alone, from its text or image file to its vector, where it was built.
    """

    bytes: int
    milliseconds: float

    @classmethod
    def read(cls, fields: Fields) -> EncodingCost:
        """Return what a manifest holds; BundleError where it is something else."""
        return cls(fields.whole("bytes"), fields.number("milliseconds"))
