"""What a bundle says of the encoder that its features were made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.features.encoders.compression import Compression
from core.features.encoders.cost import NOTHING, EncoderCost
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
    size_bytes
        Of the file it runs from; None where it has none, and in bundles from before it was recorded.
    cost
        What it takes where the bundle was built, its libraries loaded already: measured when it was built.
        None for vectors that were given or asked for, and in bundles from before it was recorded. Records of
        equal encoders are equal, whatever was measured.
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
    size_bytes: int | None = None
    cost: EncoderCost | None = field(default=None, compare=False)
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
            size_bytes=encoder.onnx_path.stat().st_size if encoder.onnx_path else None,
            compression=encoder.compression,
        )

    @property
    def parts(self) -> tuple[EncoderRecord, ...]:
        """The encoders side by side, or the one that there is."""
        return self.members or (self,)

    @property
    def total_bytes(self) -> int | None:
        """The size of all parts; None where that of one is not known."""
        sizes = [part.size_bytes for part in self.parts if part.size_bytes is not None]
        return sum(sizes) if len(sizes) == len(self.parts) else None

    @property
    def total_cost(self) -> EncoderCost | None:
        """The cost of all parts; None where that of one is not known."""
        costs = [part.cost for part in self.parts if part.cost is not None]
        return sum(costs, NOTHING) if len(costs) == len(self.parts) else None
