"""Encoders of other libraries by name: ``keras/NAME``, ``timm/NAME``, ``hf/OWNER/NAME``, ``st/OWNER/NAME``.

A local folder in place of the name works as well: ``hf/models/my-vit``, ``st//srv/models/e5``.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.common.errors import EncoderError
from core.common.progress import Progress
from core.features.encoders import hub_folders, keras_by_name
from core.features.encoders.encoder import Encoder, EncoderEntry, Weights
from core.features.encoders.image import ImageEncoder
from core.features.encoders.text import TextEncoder
from core.features.encoders.trainable import Trainable
from core.onnx import sessions
from core.onnx.export import cached_export, run_export

if TYPE_CHECKING:
    from core.features.encoders.hub_folders import ModelFolder


@dataclass(frozen=True)
class Source:
    """A library whose models can be named.

    Attributes
    ----------
    title
        For people to read.
    exporters
        Modality -> module whose ``export`` writes the ONNX file.
    """

    title: str
    exporters: dict[str, str]


SOURCES = {
    keras_by_name.PREFIX: Source("keras.applications", {"image": "keras_vision"}),
    "timm": Source("timm", {"image": "timm_vision"}),
    "hf": Source("transformers", {"image": "hub_vision", "text": "hub_text"}),
    "st": Source("sentence-transformers", {"text": "hub_text"}),
}
"""What stands before the slash -> library."""
IMAGE_FILES = ("preprocessor_config.json", "processor_config.json")
"""Files that only models have which read images."""


def forms(modality: str | None) -> list[str]:
    """Return how models that read `modality` (None: any) can be named."""
    names = {"timm": "timm/NAME", keras_by_name.PREFIX: "keras/NAME"}
    return [
        names.get(prefix, f"{prefix}/OWNER/NAME")
        for prefix, source in SOURCES.items()
        if modality is None or modality in source.exporters
    ]


def named_entry(name: str, modality: str | None) -> EncoderEntry:
    """Return an entry like the registry's for another library's model; nothing is loaded or downloaded.

    Raises
    ------
    EncoderError
        If there is no such library, or none of its models reads `modality`.
    """
    prefix, _, place = name.partition("/")
    source = SOURCES.get(prefix)
    if source is None or not place:
        raise EncoderError(
            f"unknown encoder '{name}'; expected {', '.join(forms(modality))}, or a name without a slash"
        )
    if modality is not None and modality not in source.exporters:
        readable = " or ".join(f"{kind}s" for kind in source.exporters)
        raise EncoderError(
            f"encoder '{name}': expected one that reads {modality}s, {prefix}/ reads {readable}"
        )
    is_keras = prefix == keras_by_name.PREFIX
    if is_keras:
        keras_by_name.check(place)
    return EncoderEntry(
        name=name,
        modality=modality or next(iter(source.exporters)),
        dim=0,
        licence="the model's own",
        size_mb=0,
        origin=f"{source.title}, by name",
        find=partial(keras_by_name.find if is_keras else _find, place),
        factory=partial(keras_by_name.load, place) if is_keras else partial(load, name, modality),
    )


def load(name: str, modality: str | None, named: Path | None, progress: Progress) -> Encoder:
    """Load another library's model, exported and checked on first use.

    Parameters
    ----------
    name
        As on the command line.
    modality
        What it must read; None takes what its files say.
    named
        Must be None: the folder stands in the name.
    progress
        Told about a download and the export.

    Raises
    ------
    EncoderError
        If the model cannot be found, downloaded, loaded without code of its own, or exported as it is.
    """
    prefix, _, place = name.partition("/")
    if named is not None:
        raise EncoderError(
            f"encoder '{name}': its folder stands in its name, {prefix}/FOLDER; got {named} too"
        )
    folder = _folder(name, prefix, place, progress)
    # A path of the user's machine has no business in a bundle.
    public = name if folder.revision else f"{prefix}/{folder.path.name}"
    modality = modality or modality_of(prefix, folder)
    weights_id = folder.fingerprint
    module = f"core.features.encoders.{SOURCES[prefix].exporters[modality]}"
    onnx_path = cached_export(
        public,
        f"{weights_id}-{modality}",
        "function",
        folder.path,
        f"{module}:export",
        public,
        metadata={"revision": folder.revision or ""},
        progress=progress,
    )
    output = sessions.session(onnx_path, gpu=True).get_outputs()[0]
    dim = int(output.shape[-1])
    trainable = Trainable(f"{module}:trainable", (str(Path(folder.path).absolute()), public))
    if modality == "text":
        return TextEncoder(public, dim, weights_id, onnx_path, trainable=trainable)
    return ImageEncoder(public, dim, None, weights_id, onnx_path, trainable=trainable)


def modality_of(prefix: str, folder: ModelFolder) -> str:
    """Return what a model reads, by its files: images if there is a preparation of images."""
    exporters = SOURCES[prefix].exporters
    if len(exporters) == 1:
        return next(iter(exporters))
    return "image" if any((folder.path / file).is_file() for file in IMAGE_FILES) else "text"


def _find(place: str, named: Path | None) -> Weights | None:
    found = hub_folders.find(place)
    return Weights(found.path) if found else None


def _folder(name: str, prefix: str, place: str, progress: Progress) -> ModelFolder:
    found = hub_folders.find(place)
    if found is None and prefix == "timm" and "/" not in place:
        found = hub_folders.find(f"timm/{place}")
        if found is None:
            place = _timm_repository(place)
    return found or hub_folders.obtain(name, place, progress)


def _timm_repository(name: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "repository.txt")
        run_export("function", Path(name), answer, "core.features.encoders.timm_vision:write_repository")
        return answer.read_text(encoding="utf-8")
