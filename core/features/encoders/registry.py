"""The registry of encoders: name -> entry.

A new encoder is one file with its `EncoderEntry` in `ENTRIES`, and the file's name in `MODULES`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from core.common.errors import EncoderError
from core.common.progress import Progress, silent
from core.features.encoders.by_name import forms, named_entry
from core.features.encoders.encoder import Encoder, EncoderEntry, EncoderInfo
from core.features.encoders.record import EncoderRecord
from core.features.encoders.side_by_side import SIGN, SideBySide, names_of

MODULES = (
    "minilm",
    "use",
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
    """Return the registry's entry for `name`; for encoders side by side (``minilm+use``) that of all.

    A name with a slash is another library's model (`core.features.encoders.by_name`).

    Raises
    ------
    EncoderError
        If there is none of that name, or none of the `modality` given; lists those there are. Or encoders
        side by side do not read the same.
    """
    if SIGN in name:
        return _together([get_encoder(each, modality) for each in names_of(name)])
    if "/" in name:
        return named_entry(name, modality)
    known = [entry.name for entry in ENCODERS.values() if modality in (None, entry.modality)]
    if name not in known:
        kind = f"{modality} encoder" if modality else "encoder"
        raise EncoderError(f"unknown {kind} '{name}'; known: {', '.join([*known, *forms(modality)])}")
    return ENCODERS[name]


def load_encoder(
    name: str,
    weights: Path | Mapping[str, Path] | None = None,
    *,
    modality: str | None = None,
    progress: Progress = silent,
) -> Encoder:
    """Load an encoder by name, exporting it to ONNX when it is used on this machine for the first time.

    Parameters
    ----------
    name
        One of `ENCODERS`, another library's model (``keras/NAME``, ``timm/NAME``, ``hf/OWNER/NAME``,
        ``st/OWNER/NAME``), or several side by side: ``minilm+use``.
    weights
        Its weights, if they are not in one of the usual places: the pip package, ``artifacts/encoder/``, the
        caches of Hugging Face and Keras, the network. Or name -> weights, of some of those side by side.
    modality
        ``text`` or ``image``: what the encoder must read. None accepts both.
    progress
        Told about the download and the export.

    Raises
    ------
    EncoderError
        If the name is unknown, or the weights are missing or belong to another model.
    """
    entry = get_encoder(name, modality)
    if not isinstance(weights, Mapping):
        return entry.factory(None if weights is None else Path(weights), progress)
    members = [load_encoder(each, weights.get(each), progress=progress) for each in names_of(name)]
    return SideBySide(members) if len(members) > 1 else members[0]


def languages_of(encoders: Mapping[str, Encoder | EncoderRecord]) -> frozenset[str]:
    """Return the languages (ISO 639) that the text encoder among these covers; none without one.

    Parameters
    ----------
    encoders
        Modality -> encoder.
    """
    text = encoders.get("text")
    if text is None or any(each.name not in ENCODERS for each in text.members or (text,)):
        return frozenset()
    return get_encoder(text.name).languages


def _together(entries: Sequence[EncoderEntry]) -> EncoderEntry:
    name = SIGN.join(entry.name for entry in entries)
    modality = entries[0].modality
    for entry in entries:
        if entry.modality != modality:
            raise EncoderError(
                f"encoders '{name}': expected all to read the same, got {entries[0].name} ({modality}) and "
                f"{entry.name} ({entry.modality})"
            )

    def factory(weights: Path | None, progress: Progress) -> SideBySide:
        if weights is not None:
            raise EncoderError(f"encoders '{name}': --weights names those of one encoder; got {weights}")
        return SideBySide([entry.factory(None, progress) for entry in entries])

    return EncoderEntry(
        name=name,
        modality=modality,
        dim=sum(entry.dim for entry in entries),
        licence=", ".join(dict.fromkeys(entry.licence for entry in entries)),
        size_mb=sum(entry.size_mb for entry in entries),
        origin="; ".join(entry.origin for entry in entries),
        find=lambda weights: None,
        factory=factory,
        languages=frozenset.intersection(*(entry.languages for entry in entries)),
    )


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
