"""The registry of encoders: name -> entry.

A new encoder is one file with its `EncoderEntry` in `ENTRIES`, and the file's name in `MODULES`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from core.common.errors import EncoderError
from core.common.progress import Progress, silent
from core.features.encoders.by_name import forms, named_entry
from core.features.encoders.encoder import Encoder, EncoderEntry, EncoderInfo

MODULES = (
    "minilm",
    "bert",
    "glove",
    "openai",
    "compact",
    "mobilenet",
    "efficientnet_lite",
    "keras_applications",
    "huggingface",
    "clip",
)
"""Files of this folder that define encoders, each in its `ENTRIES`."""

ENCODERS: dict[str, EncoderEntry] = {
    entry.name: entry
    for module in MODULES
    for entry in import_module(f"core.features.encoders.{module}").ENTRIES
}
"""Name -> entry of every encoder."""


def get_encoder(name: str, modality: str | None = None) -> EncoderEntry:
    """Return the registry's entry for `name`, or one for another library's model (`by_name`).

    Raises
    ------
    EncoderError
        If there is none of that name, or none of the `modality` given; lists those there are.
    """
    if "/" in name:
        return named_entry(name, modality)
    known = [entry.name for entry in ENCODERS.values() if modality in (None, entry.modality)]
    if name not in known:
        kind = f"{modality} encoder" if modality else "encoder"
        raise EncoderError(f"unknown {kind} '{name}'; known: {', '.join([*known, *forms(modality)])}")
    return ENCODERS[name]


def load_encoder(
    name: str, weights: Path | None = None, *, modality: str | None = None, progress: Progress = silent
) -> Encoder:
    """Load an encoder by name, exporting it to ONNX when it is used on this machine for the first time.

    Parameters
    ----------
    name
        One of `ENCODERS`, or another library's model: ``timm/NAME``, ``hf/OWNER/NAME``, ``st/OWNER/NAME``.
    weights
        Its weights, if they are not in one of the usual places: the pip package, ``artifacts/encoder/``, the
        caches of Hugging Face and Keras, the network.
    modality
        ``text`` or ``image``: what the encoder must read. None accepts both.
    progress
        Told about the download and the export.

    Raises
    ------
    EncoderError
        If the name is unknown, or the weights are missing or belong to another model.
    """
    return get_encoder(name, modality).factory(None if weights is None else Path(weights), progress)


def describe_encoders() -> list[EncoderInfo]:
    """Describe every encoder, and say where its weights are on this machine."""
    infos = []
    for entry in ENCODERS.values():
        weights = entry.find(None)
        infos.append(
            EncoderInfo(
                name=entry.name,
                modality=entry.modality,
                dim=entry.dim,
                licence=entry.licence,
                size_mb=entry.size_mb,
                origin=entry.origin,
                path=weights.path if weights else None,
            )
        )
    return infos
