"""What an encoder is, and what the registry knows of it before it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core.common.progress import Progress


class Encoder(Protocol):
    """A frozen model: items in, one vector of length 1 each out.

    An item's vector does not depend on the batch it is encoded in (to 1e-5). `name`, `weights_id` and
    `preprocessing` together say which vectors are comparable.

    Attributes
    ----------
    name
        The registry's name.
    modality
        ``text`` or ``image``.
    dim
        Numbers per vector.
    weights_id
        First 16 hex digits of the SHA-256 of the weights file the encoder was made from.
    preprocessing
        Version of how items are prepared, raised when that changes.
    side
        Pictures: how many pixels the model needs along the shorter edge, so that large photos can be decoded
        smaller. Texts: None.
    onnx_path
        The ONNX file that runs; it holds all the encoder needs. None where there is none: the encoder is code
        alone and `bundled`, or a service is asked over the network, which nobody can carry and somebody pays
        for.
    bundled
        Whether all it needs comes with the installation, so that a bundle need not carry it.

    Notes
    -----
    Four methods are used where an encoder has them. ``prepare(picture)`` returns what `encode` takes in the
    picture's place, small enough to wait in memory. ``slices(texts)`` returns slices, one for each call of
    `encode`. ``announce(texts)`` returns what the user is to be told before the texts are encoded, such as
    what it costs; "" for nothing. ``on(open_lanes, precision)`` returns the encoder run by something else
    (`core.features.backends`); it then has a ``precision``, which without that is fp32.
    """

    name: str
    modality: str
    dim: int
    weights_id: str
    preprocessing: int
    side: int | None
    onnx_path: Path | None
    bundled: bool

    def encode(self, items: Sequence[Any]) -> np.ndarray:
        """Return float32 (n, dim), each row of length 1; items are texts, or RGB pictures."""
        ...


@dataclass(frozen=True)
class Weights:
    """Weights found on this machine."""

    path: Path
    bundled: bool = False
    """Whether they come with the installation (a pip package, or the project's own ``artifacts/``)."""


@dataclass(frozen=True)
class EncoderEntry:
    """A line of the registry.

    Attributes
    ----------
    name, modality, dim
        As the encoder's own.
    licence
        Of the weights (SPDX).
    size_mb
        Of the weights file, in megabytes.
    origin
        Where its weights come from, for people.
    find
        Called with the weights the user named (or None): says where they lie on this machine, without loading
        or downloading; None if nowhere.
    factory
        Called with the same and a `Progress` for a download: loads the encoder.
    text_side
        Image encoders: name of the text encoder whose vectors lie in the same space, made from the same
        weights; their cosine says how well a text fits a picture, and both have a `logit_scale` for it. None
        where there is no such encoder.
    learned
        Image encoders: a ``.npy`` file with hashes of the pictures the weights were trained on, uint64, the
        first eight bytes of `core.catalogue.images.files.bytes_digest`; None where users' catalogues hold
        none of them.
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
    learned: Path | None = None


@dataclass(frozen=True)
class EncoderInfo:
    """What ``python -m core encoders`` shows.

    `path` is where the weights lie, for a service where its client lies; None if it cannot be used as it is.
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
    """Return float32 rows scaled to length 1 (a row of zeros stays so)."""
    vectors = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, np.float32(1e-12))
