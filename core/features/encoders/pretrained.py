"""Models in the format of Hugging Face's transformers (config.json and weights): found and checked."""

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
from core.onnx.weights_files import is_torch_file

WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True)
class Pretrained:
    """A published model.

    Attributes
    ----------
    name
        Of the encoder made from it.
    repository
        Its repository on the Hugging Face hub. ``artifacts/encoder/`` may hold a folder with the last part of
        this name.
    config
        Expected values in its config.json. A missing entry is accepted, except ``model_type``.
    shapes
        Shapes of some tensors, by the ends of their names: enough to identify the model. All tensors are
        compared when it is loaded.
    files
        Files its folder must hold besides the weights.
    """

    name: str
    repository: str
    config: Mapping[str, Any]
    shapes: Mapping[str, tuple[int, ...]]
    files: tuple[str, ...] = ("config.json",)


def find(model: Pretrained, named: Path | None) -> Weights | None:
    """Look for weights: the folder or file the user named, ``artifacts/encoder/``, the hub's cache."""
    if named is not None:
        return Weights(weights.named(model.name, named))
    own = weights.ARTIFACTS / model.repository.rpartition("/")[2]
    if _weights_in(own) and not _missing_files(model, own):
        return Weights(own, bundled=True)
    folder = weights.find_on_hub_cache(model.repository, (*model.files, WEIGHTS))
    return Weights(folder) if folder else None


def obtain(model: Pretrained, named: Path | None, progress: Progress) -> Weights:
    """Return the checked file of a model's weights, downloaded if it is not on this machine.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or cannot be found or downloaded.
    """
    source = find(model, named)
    if source is None:
        folder = weights.fetch_from_hub(model.name, model.repository, (*model.files, WEIGHTS), progress)
        source = Weights(folder)
    folder = source.path if source.path.is_dir() else source.path.parent
    file = _weights_in(folder) if source.path.is_dir() else source.path
    missing = _missing_files(model, folder) + ([] if file else [" or ".join(WEIGHTS)])
    if missing or not file:
        raise EncoderError(
            f"encoder '{model.name}': expected a folder with {', '.join(model.files)} and "
            f"{' or '.join(WEIGHTS)}, but {source.path} has no {' and no '.join(missing)}"
        )
    _check_config(model, folder / "config.json")
    _check_shapes(model, file)
    return Weights(file, source.bundled)


def _weights_in(folder: Path) -> Path | None:
    return next((folder / name for name in WEIGHTS if (folder / name).is_file()), None)


def _missing_files(model: Pretrained, folder: Path) -> list[str]:
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
            f"encoder '{model.name}': {file} belongs to another model: expected {name} {wanted}, got {got}"
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
    if is_torch_file(file):
        return  # PyTorch's own format is checked by the process that exports, which has PyTorch
    got = weights.safetensors_shapes(model.name, file)
    for ending, shape in model.shapes.items():
        matching = [got[name] for name in got if f".{name}".endswith(f".{ending}")]
        if shape not in matching:
            raise EncoderError(
                f"encoder '{model.name}': {file} holds another model's weights: "
                f"expected {ending} {shape}, got {matching[0] if matching else 'none'}"
            )
