"""The encoders of a bundle: what its manifest says of them, and how they are loaded again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.common.errors import EncoderError
from core.features.encoders import openai
from core.features.encoders.encoder import Encoder
from core.features.encoders.image import ImageEncoder
from core.features.encoders.registry import load_encoder
from core.features.encoders.text import TextEncoder
from core.onnx.export import cached_path


def encoder_info(encoder: Encoder) -> dict[str, Any]:
    """Return a bundle's manifest entry for an encoder (plain JSON); `load_bundled_encoder` reads it."""
    return {
        "name": encoder.name,
        "modality": encoder.modality,
        "dim": encoder.dim,
        "side": encoder.side,
        "weights_id": encoder.weights_id,
        "preprocessing": encoder.preprocessing,
        "bundled": encoder.bundled,
        "file": encoder.onnx_path.name if encoder.onnx_path else None,
    }


def load_bundled_encoder(info: Mapping[str, Any], folder: Path) -> Encoder:
    """Load the encoder that a bundle's features were made with.

    Parameters
    ----------
    info
        From `encoder_info`. ``file`` is relative to `folder` unless ``bundled``, and None for an encoder that
        asks a service, which is not contacted yet.
    folder
        The bundle's folder.

    Raises
    ------
    EncoderError
        If the encoder is not on this machine, or has other weights or another preprocessing.
    """
    if info["bundled"]:
        exported = cached_path(info["name"], info["weights_id"])
        if exported.exists():
            return load_onnx_encoder(info["name"], exported, info)
        return _checked(load_encoder(info["name"]), info)
    if info["file"] is None:
        return _checked(openai.OpenAIEncoder(info["name"]), info)
    return load_onnx_encoder(info["name"], Path(folder) / info["file"], info)


def load_onnx_encoder(name: str, path: Path, info: Mapping[str, Any]) -> Encoder:
    """Load an encoder from its ONNX file alone.

    Raises
    ------
    EncoderError
        If there is no such file, or it does not match `info`.
    """
    path = Path(path)
    if not path.is_file():
        raise EncoderError(f"encoder '{name}': no model file at {path}")
    encoder: Encoder
    if info["modality"] == "text":
        encoder = TextEncoder(name, info["dim"], info["weights_id"], path, bundled=info["bundled"])
    else:
        encoder = ImageEncoder(
            name, info["dim"], info["side"], info["weights_id"], path, bundled=info["bundled"]
        )
    return _checked(encoder, info)


def _checked(encoder: Encoder, info: Mapping[str, Any]) -> Encoder:
    if encoder.weights_id != info["weights_id"]:
        raise EncoderError(
            f"encoder '{encoder.name}': the bundle was built with weights {info['weights_id']}, "
            f"but this machine has {encoder.weights_id}; build the bundle again"
        )
    if encoder.preprocessing != info["preprocessing"]:
        raise EncoderError(
            f"encoder '{encoder.name}': the bundle was built with preprocessing {info['preprocessing']}, "
            f"but this version has {encoder.preprocessing}; build the bundle again"
        )
    return encoder
