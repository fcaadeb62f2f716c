"""A BERT-like sentence encoder in a folder as Hugging Face lays it out: found, checked, exported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.common.errors import EncoderError
from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import weights
from core.features.encoders.encoder import Weights
from core.features.encoders.text import TextEncoder
from core.onnx.export import cached_export

MODEL = "model.safetensors"
FILES = (MODEL, "config.json", "tokenizer.json")
PREFIX = "bert."
"""Before each name where the file also holds what BERT was pretrained with (its masked-word layer)."""


def folder_of(name: str, named: Path) -> Path:
    """Return the folder of the weights the user named: the folder itself, or its ``model.safetensors``.

    Raises
    ------
    EncoderError
        If it is not there, or another file.
    """
    path = weights.named(name, named)
    if path.is_file() and path.name != MODEL:
        raise EncoderError(f"encoder '{name}': expected a folder, or the {MODEL} in it, got {path}")
    return path if path.is_dir() else path.parent


def missing_files(folder: Path) -> list[str]:
    """Return which of `FILES` are not in `folder`."""
    return [file for file in FILES if not (folder / file).is_file()]


def load(
    name: str, dim: int, shapes: Mapping[str, tuple[int, ...]], found: Weights, progress: Progress
) -> TextEncoder:
    """Load the model in folder `found.path`, mean-pooled over the tokens, exporting it on first use.

    Parameters
    ----------
    name, dim
        Of the encoder.
    shapes
        Arrays by which the right model is known: name without ``bert.`` -> shape.
    found
        The folder, which holds `FILES`.
    progress
        Told about the export.

    Raises
    ------
    EncoderError
        If a file is missing or no model, or the weights are another model's.
    """
    folder = found.path
    if missing := missing_files(folder):
        raise EncoderError(
            f"encoder '{name}': expected a folder with {', '.join(FILES)}, "
            f"but {folder} has no {' and no '.join(missing)}"
        )
    check(name, folder / MODEL, shapes)
    weights_id = file_id(folder / MODEL)
    onnx_path = cached_export(name, weights_id, "sentence_encoder", folder, progress=progress)
    return TextEncoder(name, dim, weights_id, onnx_path, bundled=found.bundled)


def check(name: str, file: Path, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Compare `shapes` with those in the header of a safetensors file.

    Raises
    ------
    EncoderError
        If it is no such file, or a shape differs: with what was expected, and what was found.
    """
    stored = weights.safetensors_shapes(name, file)
    got = {array.removeprefix(PREFIX): shape for array, shape in stored.items()}
    for array, shape in shapes.items():
        if got.get(array) != shape:
            raise EncoderError(
                f"encoder '{name}': {file} holds another model's weights: expected {array} {shape}, "
                f"got {got.get(array, 'none')}"
            )
