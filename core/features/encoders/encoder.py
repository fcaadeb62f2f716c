"""What an encoder is, and what the registry knows about it before it is loaded."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from core.common.errors import EncoderError
from core.common.progress import Progress
from core.features.parts import PartsProjection

if TYPE_CHECKING:
    from PIL import Image

    from core.features.encoders.compression import Compression
    from core.features.encoders.fine_tuned import FineTuned
    from core.features.encoders.trainable import Trainable
    from core.onnx.lanes import Lanes

ENGLISH = frozenset(("en",))
BATCH_TEXTS = 512
"""Most texts in one call of `Encoder.encode`."""
BATCH_CHARACTERS = 32_768
"""Most characters in one call of `Encoder.encode`, padding included: about a second of work."""


@dataclass(frozen=True, eq=False)
class EncoderOutput:
    """What an encoder makes of some items.

    Attributes
    ----------
    rows
        Their positions.
    vectors
        float32 (n, dim), rows of length 1.
    parts
        float32 (n, parts, numbers): tokens or regions; zeros where an item has no more.
    """

    rows: Sequence[int]
    vectors: np.ndarray
    parts: np.ndarray


class Encoder(Protocol):
    """A frozen model: items in, one vector of length 1 each out.

    Subclass it: every member below has a default except `name`, `modality`, `dim`, `weights_id`,
    `preprocessing` and `encode`. An item's vector must not depend on the batch it is encoded in (to 1e-5).
    Vectors are comparable if `name`, `weights_id`, `preprocessing` and `precision` are equal.

    Attributes
    ----------
    name
        Its name in the registry.
    modality
        ``text`` or ``image``.
    dim
        Numbers per vector.
    weights_id
        First 16 hex digits of the SHA-256 of the weights file the encoder was made from.
    preprocessing
        Version of how items are prepared; raise it when that changes.
    side
        Image encoders: pixels the model needs along the shorter edge, so that large photos can be decoded at
        a smaller size. Text encoders: None.
    onnx_path
        The ONNX file that runs, with all the encoder needs. None if the encoder is code alone (`bundled`) or
        asks a service (`asks_service`).
    bundled
        Whether all it needs comes with the installation, so that a bundle need not carry it.
    precision
        What the network computes in: ``fp32``, ``bf16`` or ``int8``.
    members
        Encoders side by side (`core.features.encoders.side_by_side`): each of them. Empty for all others.
    trainable
        How to make the network that is behind the vectors so that it can be trained further. None if it
        cannot.
    fine_tuned
        What an encoder that was trained further was made from; None for all others.
    compression
        What came of writing it in 8 bits with calibration rows; None where nobody asked for that.
    logit_scale
        Encoders that share their space with one of the other modality: the cosine of an image and a text,
        times this, is the logit they were trained with. None for all others.
    revision
        Models from the Hugging Face hub, by name: the commit they were loaded from. None for all others.
    parts
        How the parts are reduced that `read` puts beside the vectors (`reading_parts`); None: no parts.
    """

    name: str
    modality: str
    dim: int
    weights_id: str
    preprocessing: int
    side: int | None = None
    onnx_path: Path | None = None
    bundled: bool = False
    precision: str = "fp32"
    members: tuple[Encoder, ...] = ()
    logit_scale: float | None = None
    revision: str | None = None
    trainable: Trainable | None = None
    fine_tuned: FineTuned | None = None
    compression: Compression | None = None
    parts: PartsProjection | None = None

    @property
    def parts_shape(self) -> tuple[int, int] | None:
        """How many parts an item has at most, and how many numbers each; None where there are no parts."""
        return None

    @property
    def width(self) -> int:
        """Numbers per item that `read` returns."""
        return self.dim + (self.parts.numbers if self.parts else 0)

    @property
    def asks_service(self) -> bool:
        """Whether a paid service is asked over the network."""
        return self.onnx_path is None and not self.bundled

    def encode(self, items: Sequence[Any]) -> np.ndarray:
        """Return float32 (n, dim), rows of length 1.

        Items are texts (str), or images: RGB, or what `prepare` returned.
        """
        ...

    def outputs(self, items: Sequence[Any]) -> Iterator[EncoderOutput]:
        """Yield vectors and parts of some items after the other; only where there is a `parts_shape`."""
        raise EncoderError(f"encoder '{self.name}' has no parts")

    def reading_parts(self, projection: PartsProjection) -> Self:
        """Return this encoder with `read` returning parts as well.

        Raises
        ------
        EncoderError
            It has no such parts.
        """
        wanted = (projection.count, len(projection.mean))
        if self.parts_shape != wanted:
            raise EncoderError(
                f"encoder '{self.name}': expected {wanted[0]} parts of {wanted[1]} numbers, "
                f"got {self.parts_shape or 'none'}; build the bundle again"
            )
        other = copy.copy(self)
        other.parts = projection
        return other

    def read(self, items: Sequence[Any]) -> np.ndarray:
        """Return float32 (n, width): what `encode` returns, beside it each item's reduced parts."""
        if self.parts is None:
            return self.encode(items)
        read = np.zeros((len(items), self.width), np.float32)
        for each in self.outputs(items):
            read[each.rows, : self.dim] = each.vectors
            read[each.rows, self.dim :] = self.parts.reduced(each.parts).reshape(len(each.rows), -1)
        return read

    def prepare(self, image: Image.Image) -> Image.Image | np.ndarray | tuple[Any, ...]:
        """Return what `encode` takes in place of an RGB image, small enough to wait in memory.

        An array is uint8 (height, width, 3); a tuple holds what each of several encoders takes. By default
        the image itself.
        """
        return image

    def visible_box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Return the part of an image of this size that the model sees: left, top, right, bottom, 0 to 1."""
        return 0.0, 0.0, 1.0, 1.0

    def batches(self, texts: Sequence[str]) -> list[slice]:
        """Return slices of `texts`, which are sorted by length, shortest first: one per call of `encode`."""
        return text_batches(texts)

    def cost_notice(self, texts: Sequence[str]) -> str:
        """Return what the user should know before `texts` are encoded, such as the cost; "" for nothing."""
        return ""

    def on(self, open_lanes: Callable[[Path], Lanes], precision: str) -> Self:
        """Return this encoder with its ONNX file run by another backend (`core.features.backends`).

        An encoder without a network returns itself.

        Parameters
        ----------
        open_lanes
            Opens an ONNX file.
        precision
            What the result computes in.
        """
        return self


def text_batches(
    texts: Sequence[str], most_texts: int = BATCH_TEXTS, most_characters: int = BATCH_CHARACTERS
) -> list[slice]:
    """Divide texts into batches that are padded to their longest text.

    Parameters
    ----------
    texts
        Sorted by length, the shortest first.
    most_texts, most_characters
        Limits of a batch, padding included; a single text may be longer.
    """
    batches: list[slice] = []
    start = 0
    while start < len(texts):
        stop = start + 1
        end = min(len(texts), start + most_texts)
        while stop < end and (stop + 1 - start) * len(texts[stop]) <= most_characters:
            stop += 1
        batches.append(slice(start, stop))
        start = stop
    return batches


@dataclass(frozen=True)
class Weights:
    """Weights on this machine."""

    path: Path
    bundled: bool = False
    """Whether they come with the installation (a pip package, or the project's own ``artifacts/``)."""


@dataclass(frozen=True)
class EncoderEntry:
    """An entry of the registry.

    Attributes
    ----------
    name, modality, dim
        As in `Encoder`.
    licence
        Of the weights (SPDX).
    size_mb
        Size of the weights file in megabytes.
    origin
        Where the weights come from, for people to read.
    find
        Takes the weights the user named (or None) and returns where they are on this machine, without loading
        or downloading them; None if they are not here.
    factory
        Takes the same and a `Progress` for a download; loads the encoder.
    text_side
        Image encoders: name of the text encoder made from the same weights, whose vectors lie in the same
        space: the cosine says how well a text fits an image. None if there is no such encoder.
    languages
        Text encoders: ISO 639-1 codes of the languages it was trained on.
    learned
        Image encoders: a ``.npy`` file with hashes of the images the weights were trained on, uint64, the
        first eight bytes of `core.catalogue.images.digest.bytes_digest`. None if no user's catalogue holds
        any of them.
    """

    name: str
    modality: str
    dim: int
    licence: str
    size_mb: float
    origin: str
    find: Callable[[Path | None], Weights | None]
    factory: Callable[[Path | None, Progress], Encoder]
    text_side: str | None = None
    languages: frozenset[str] = ENGLISH
    learned: Path | None = None


@dataclass(frozen=True)
class EncoderInfo:
    """What ``python -m core encoders`` shows.

    `path` is where the weights are (for a service: its client); None if the encoder cannot be used as it is.
    """

    name: str
    modality: str
    dim: int
    licence: str
    size_mb: float
    origin: str
    path: Path | None

    @property
    def here(self) -> bool:
        """Whether the weights are on this machine."""
        return self.path is not None


def normalised(vectors: np.ndarray) -> np.ndarray:
    """Return float32 rows scaled to length 1; a row of zeros stays as it is."""
    vectors = np.asarray(vectors, dtype=np.float32)
    lengths: np.ndarray = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-12)))
