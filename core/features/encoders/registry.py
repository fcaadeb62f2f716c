"""Frozen models that turn texts and pictures into vectors: one registry, name -> entry.

A new encoder is one file with its `EncoderEntry` in `ENTRIES`, and the file's name in `MODULES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from core.common.errors import EncoderError
from core.common.progress import Progress, silent
from core.features.encoders import openai
from core.features.encoders.encoder import Encoder, EncoderEntry, EncoderInfo
from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder
from core.onnx.export import cached_path

MODULES = (
    "minilm",
    "bert",
    "glove",
    "openai",
    "compact",
    "mobilenet",
    "keras_applications",
    "huggingface",
    "clip",
)
"""Files of this folder; the `ENTRIES` of each are encoders."""

ENCODERS: dict[str, EncoderEntry] = {
    entry.name: entry
    for module in MODULES
    for entry in import_module(f"core.features.encoders.{module}").ENTRIES
}
"""Every encoder there is."""


def get_encoder(name: str, modality: str | None = None) -> EncoderEntry:
    """Return the registry's entry for `name`.

    Raises
    ------
    EncoderError
        If there is none of that name, or it is not of the `modality` asked for; lists those there are.
    """
    known = [entry.name for entry in ENCODERS.values() if modality in (None, entry.modality)]
    if name not in known:
        kind = f"{modality} encoder" if modality else "encoder"
        raise EncoderError(f"unknown {kind} '{name}'; known: {', '.join(known)}")
    return ENCODERS[name]


def load_encoder(
    name: str, weights: Path | None = None, *, modality: str | None = None, progress: Progress = silent
) -> Encoder:
    """Load an encoder by name, exporting it to ONNX when it is used on this machine for the first time.

    Parameters
    ----------
    name
        One of `ENCODERS`.
    weights
        Its weights, if not where they are looked for: the pip package or ``artifacts/encoder/``, the caches
        of Hugging Face and Keras, the network.
    modality
        ``text`` or ``image``, to have the name checked for it.
    progress
        Told about a download, and about the export.

    Raises
    ------
    EncoderError
        If the name is unknown, or the weights are missing or another model's.
    """
    return get_encoder(name, modality).factory(None if weights is None else Path(weights), progress)


def load_text_side(encoder: Encoder) -> Encoder | None:
    """Load the text encoder whose vectors lie in the space of an image encoder's; None if there is none.

    Raises
    ------
    EncoderError
        If its weights are nowhere to be had, or are not those the image encoder was made from.
    """
    entry = ENCODERS.get(encoder.name)
    if entry is None or entry.text_side is None:
        return None
    side = get_encoder(entry.text_side, "text")
    # Both sides are exported at once, so the weights themselves may be gone by now.
    exported = cached_path(side.name, encoder.weights_id)
    if exported.exists():
        return TextEncoder(side.name, side.dim, encoder.weights_id, exported, bundled=encoder.bundled)
    made = load_encoder(side.name)
    if made.weights_id != encoder.weights_id:
        raise EncoderError(
            f"encoder '{side.name}': expected weights {encoder.weights_id}, "
            f"as '{encoder.name}' was made from, got {made.weights_id}"
        )
    return made


def learned_rows(encoders: Mapping[str, Encoder], digests: Sequence[str]) -> np.ndarray:
    """Return which pictures an encoder's own weights were trained on.

    Parameters
    ----------
    encoders
        Modality -> encoder.
    digests
        A hash of each picture as `core.catalogue.images.files.bytes_digest` makes it, "" for none.

    Returns
    -------
    np.ndarray
        bool (n,).
    """
    image = encoders.get("image")
    entry = ENCODERS.get(image.name) if image is not None else None
    # Weights that the user named are others.
    if entry is None or entry.learned is None or not image.bundled:
        return np.zeros(len(digests), dtype=bool)
    hashes = np.array([bytes.fromhex(digest)[:8].ljust(8, b"\0") for digest in digests], dtype="S8")
    return np.isin(hashes, np.load(entry.learned).view("S8"))


def describe_encoders() -> list[EncoderInfo]:
    """Return what is known of every encoder, and where on this machine its weights lie."""
    infos = []
    for entry in ENCODERS.values():
        found = entry.find(None)
        infos.append(
            EncoderInfo(
                name=entry.name,
                modality=entry.modality,
                dim=entry.dim,
                licence=entry.licence,
                size_mb=entry.size_mb,
                origin=entry.origin,
                path=found.path if found else None,
            )
        )
    return infos


def encoder_info(encoder: Encoder) -> dict[str, Any]:
    """Return what a bundle's manifest says of an encoder (plain JSON); `load_bundled_encoder` reads it."""
    return {
        "name": encoder.name,
        "modality": encoder.modality,
        "dim": encoder.dim,
        "side": encoder.side,
        "weights_id": encoder.weights_id,
        "preprocessing": encoder.preprocessing,
        "bundled": encoder.bundled,
        "file": Path(encoder.onnx_path).name if encoder.onnx_path else None,
    }


def load_bundled_encoder(info: Mapping[str, Any], folder: Path) -> Encoder:
    """Load the encoder that a bundle's features were made with.

    Parameters
    ----------
    info
        As `encoder_info` made it; ``file`` is relative to `folder` unless ``bundled``, and None for an
        encoder that asks a service: nothing is asked yet.
    folder
        The bundle's.

    Raises
    ------
    EncoderError
        If it is not here, or not the same: other weights, or another preprocessing.
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
        If there is no such file, or it is not what `info` says.
    """
    path = Path(path)
    if not path.is_file():
        raise EncoderError(f"encoder '{name}': no model file at {path}")
    made: Encoder
    if info["modality"] == "text":
        made = TextEncoder(name, info["dim"], info["weights_id"], path, bundled=info["bundled"])
    else:
        made = ImageEncoder(
            name, info["dim"], info["side"], info["weights_id"], path, bundled=info["bundled"]
        )
    return _checked(made, info)


def _checked(encoder: Encoder, info: Mapping[str, Any]) -> Encoder:
    if encoder.weights_id != info["weights_id"]:
        raise EncoderError(
            f"encoder '{encoder.name}': expected weights {info['weights_id']}, as the bundle was built with, "
            f"got {encoder.weights_id}; build the bundle again"
        )
    if encoder.preprocessing != info["preprocessing"]:
        raise EncoderError(
            f"encoder '{encoder.name}': expected preprocessing {info['preprocessing']}, "
            f"as the bundle was built with, got {encoder.preprocessing}; build the bundle again"
        )
    return encoder
