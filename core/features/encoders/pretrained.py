"""Models as Hugging Face's transformers saves them, config.json beside the weights: found and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.common.errors import EncoderError
from core.common.progress import Progress
from core.features.encoders import weights
from core.features.encoders.encoder import Weights

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_TORCH = (b"PK\x03\x04", b"\x80")  # how a zip archive and a pickle begin


@dataclass(frozen=True)
class Pretrained:
    """A published model.

    Attributes
    ----------
    name
        Of the encoder that is made from it.
    repository
        Where the Hugging Face hub has it. A folder called like its last part may lie in
        ``artifacts/encoder/``.
    config
        What its config.json must say, as far as it says anything on the matter; ``model_type`` it must say.
    shapes
        Some tensors, by how their names end: enough to tell the model from others. All of them are compared
        when it is loaded.
    files
        What its folder must hold besides the weights.
    """

    name: str
    repository: str
    config: Mapping[str, Any]
    shapes: Mapping[str, tuple[int, ...]]
    files: tuple[str, ...] = ("config.json",)


def find(model: Pretrained, named: Path | None) -> Weights | None:
    """Look in the folder (or at the file in it) the user named, ``artifacts/encoder/``, the hub's cache."""
    if named is not None:
        return Weights(weights.named(model.name, named))
    own = weights.ARTIFACTS / model.repository.rpartition("/")[2]
    if _weights_in(own) and not _lacking(model, own):
        return Weights(own, bundled=True)
    folder = weights.find_on_hub_cache(model.repository, (*model.files, WEIGHTS))
    return Weights(folder) if folder else None


def obtain(model: Pretrained, named: Path | None, progress: Progress) -> Weights:
    """Return the file with a model's weights, checked; the hub is asked last.

    Raises
    ------
    EncoderError
        If the weights are another model's, or nowhere to be had.
    """
    found = find(model, named)
    if found is None:
        folder = weights.fetch_from_hub(model.name, model.repository, (*model.files, WEIGHTS), progress)
        found = Weights(folder)
    folder = found.path if found.path.is_dir() else found.path.parent
    file = _weights_in(folder) if found.path.is_dir() else found.path
    lacking = _lacking(model, folder) + ([] if file else [" or ".join(WEIGHTS)])
    if lacking or not file:
        raise EncoderError(
            f"encoder '{model.name}': expected a folder with {', '.join(model.files)} and "
            f"{' or '.join(WEIGHTS)}, got {found.path}, without {', '.join(lacking)}"
        )
    _check_config(model, folder / "config.json")
    _check_shapes(model, file)
    return Weights(file, found.bundled)


def _weights_in(folder: Path) -> Path | None:
    return next((folder / name for name in WEIGHTS if (folder / name).is_file()), None)


def _lacking(model: Pretrained, folder: Path) -> list[str]:
    return [name for name in model.files if not (folder / name).is_file()]


def _check_config(model: Pretrained, file: Path) -> None:
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise EncoderError(f"encoder '{model.name}': expected a JSON object in {file}, got something else")
    for name, wanted, got in _differences(model.config, {"model_type": None} | config):
        raise EncoderError(
            f"encoder '{model.name}': {file} is another model's: expected {name} {wanted}, got {got}"
        )


def _differences(
    expected: Mapping[str, Any], got: Mapping[str, Any], within: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    for key, wanted in expected.items():
        if key not in got:
            continue
        if isinstance(wanted, Mapping) and isinstance(got[key], Mapping):
            yield from _differences(wanted, got[key], f"{within}{key}.")
        elif got[key] != wanted:
            yield f"{within}{key}", wanted, got[key]


def _check_shapes(model: Pretrained, file: Path) -> None:
    with file.open("rb") as content:
        start = content.read(4)
    if start.startswith(_TORCH):
        return  # PyTorch's own format is read where PyTorch is, in the process that exports
    got = weights.safetensors_shapes(model.name, file)
    for ending, shape in model.shapes.items():
        found = [got[name] for name in got if f".{name}".endswith(f".{ending}")]
        if shape not in found:
            raise EncoderError(
                f"encoder '{model.name}': {file} holds another model's weights: "
                f"expected {ending} {shape}, got {found[0] if found else 'none'}"
            )
