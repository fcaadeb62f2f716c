"""The encoders of a bundle, loaded again from what its manifest records of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.common.errors import EncoderError
from core.common.kept_files import is_whole
from core.features.encoders import openai
from core.features.encoders.encoder import Encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.record import EncoderRecord
from core.features.encoders.registry import load_encoder
from core.features.encoders.side_by_side import SideBySide
from core.features.encoders.text import TextEncoder
from core.features.given.vectors import GIVEN
from core.onnx.export import cached_path


def load_bundled_encoder(record: EncoderRecord, file: Path | None) -> Encoder:
    """Load the encoder that a bundle's features were made with.

    Parameters
    ----------
    record
        Its manifest entry. An encoder that asks a service is not contacted yet.
    file
        The ONNX file that the bundle carries of it; None where it is on this machine or asks a service.

    Raises
    ------
    EncoderError
        If the encoder is not on this machine, or has other weights or another preprocessing.
    """
    if record.name == GIVEN:
        raise EncoderError(
            f"the {record.modality} vectors of this bundle were given: what made them is not here"
        )
    if record.bundled:
        exported = cached_path(record.name, record.weights_id)
        if is_whole(exported):
            return load_onnx_encoder(record.name, exported, record)
        return _checked(load_encoder(record.name), record)
    if file is None:
        return _checked(openai.OpenAIEncoder(record.name), record)
    return load_onnx_encoder(record.name, file, record)


def load_side_by_side(record: EncoderRecord, members: Sequence[Encoder], scaling: np.ndarray) -> SideBySide:
    """Put a bundle's encoders side by side again.

    Parameters
    ----------
    record
        Their manifest entry.
    members
        Each of its members, loaded.
    scaling
        float32 (2, dim), as `core.features.encoders.side_by_side.SideBySide` takes it.

    Raises
    ------
    EncoderError
        They are not those that the bundle was built with.
    """
    together = SideBySide(members, scaling)
    _checked(together, record)
    return together


def load_onnx_encoder(name: str, path: Path, record: EncoderRecord) -> Encoder:
    """Load an encoder from its ONNX file alone.

    Raises
    ------
    EncoderError
        If there is no such file, or it does not match `record`.
    """
    path = Path(path)
    if not path.is_file():
        raise EncoderError(f"encoder '{name}': no model file at {path}")
    encoder: Encoder
    if record.modality == "text":
        encoder = TextEncoder(name, record.dim, record.weights_id, path, bundled=record.bundled)
    elif record.side is not None:
        side = record.side
        encoder = ImageEncoder(name, record.dim, side, record.weights_id, path, bundled=record.bundled)
    else:
        raise EncoderError(f"encoder '{name}': expected the side of its images, got none")
    encoder.fine_tuned, encoder.compression = record.fine_tuned, record.compression
    return _checked(encoder, record)


def _checked(encoder: Encoder, record: EncoderRecord) -> Encoder:
    if encoder.weights_id != record.weights_id:
        raise EncoderError(
            f"encoder '{encoder.name}': the bundle was built with weights {record.weights_id}, "
            f"but this machine has {encoder.weights_id}; build the bundle again"
        )
    if encoder.preprocessing != record.preprocessing:
        raise EncoderError(
            f"encoder '{encoder.name}': the bundle was built with preprocessing {record.preprocessing}, "
            f"but this version has {encoder.preprocessing}; build the bundle again"
        )
    return encoder
