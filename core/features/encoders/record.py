"""What a bundle says of the encoder that its features were made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.features.encoders.compression import Compression
from core.features.encoders.fine_tuned import FineTuned

if TYPE_CHECKING:
    from core.features.encoders.encoder import Encoder


@dataclass(frozen=True)
class EncoderRecord:
    """Enough to load the same encoder again, or to notice that it is not the same.

    Attributes
    ----------
    name, modality, dim, weights_id, preprocessing, side, bundled
        As the encoder's own (`core.features.encoders.encoder.Encoder`).
    images_per_product
        Image encoders: of how many images of a product the vectors are the mean, at most.
    members
        Encoders side by side: each of them. The file is then that of what standardises their numbers.
    file
        Its ONNX file: a name alone where it is `bundled`, else a path inside the bundle. None for an encoder
        that asks a service.
    revision
        As the encoder's own.
    fine_tuned
        What it was made from, if it was trained on this catalogue.
    compression
        What came of writing it in 8 bits, if that was asked for.
    """

    name: str
    modality: str
    dim: int
    side: int | None
    weights_id: str
    preprocessing: int
    bundled: bool
    file: str | None
    images_per_product: int = 1
    revision: str | None = None
    members: tuple[EncoderRecord, ...] = ()
    fine_tuned: FineTuned | None = None
    compression: Compression | None = None

    @classmethod
    def of(cls, encoder: Encoder) -> EncoderRecord:
        """Return the record of a loaded encoder."""
        return cls(
            name=encoder.name,
            modality=encoder.modality,
            dim=encoder.dim,
            side=encoder.side,
            weights_id=encoder.weights_id,
            preprocessing=encoder.preprocessing,
            bundled=encoder.bundled,
            file=encoder.onnx_path.name if encoder.onnx_path else None,
            revision=encoder.revision,
            members=tuple(cls.of(member) for member in encoder.members),
            fine_tuned=encoder.fine_tuned,
            compression=encoder.compression,
        )
