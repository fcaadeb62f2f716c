"""BERT-like sentence encoders in a folder in the Hugging Face layout: found, checked, exported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.common.errors import EncoderError
from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import weights
from core.features.encoders.encoder import Weights
from core.features.encoders.text import TextEncoder
from core.features.encoders.trainable import Trainable
from core.onnx.export import cached_export

MODEL = "model.safetensors"
FILES = (MODEL, "config.json", "tokenizer.json")
PREFIX = "bert."
"""Prefix of each name if the file also holds the layers of BERT's pretraining (its masked-word layer)."""


def folder_of(name: str, named: Path) -> Path:
    """Return the folder of the weights the user named: the folder itself, or its ``model.safetensors``.

    Raises
    ------
    EncoderError
        If it does not exist, or is another file.
    """
    path = weights.named(name, named)
    if path.is_file() and path.name != MODEL:
        raise EncoderError(f"encoder '{name}': expected a folder, or the {MODEL} in it, got {path}")
    return path if path.is_dir() else path.parent


def missing_files(folder: Path) -> list[str]:
    """Return those of `FILES` that are not in `folder`."""
    return [file for file in FILES if not (folder / file).is_file()]


def load(
    name: str, dim: int, shapes: Mapping[str, tuple[int, ...]], source: Weights, progress: Progress
) -> TextEncoder:
    """Load the model in the folder `source.path`, mean-pooled over the tokens; export it on first use.

    Parameters
    ----------
    name, dim
        Of the encoder.
    shapes
        Arrays that identify the model: name without ``bert.`` -> shape.
    source
        The folder, which holds `FILES`.
    progress
        Told about the export.

    Raises
    ------
    EncoderError
        If a file is missing or is not a model, or the weights belong to another model.
    """
    folder = source.path
    if missing := missing_files(folder):
        raise EncoderError(
            f"encoder '{name}': expected a folder with {', '.join(FILES)}, "
            f"but {folder} has no {' and no '.join(missing)}"
        )
    check(name, folder / MODEL, shapes)
    weights_id = file_id(folder / MODEL)
    onnx_path = cached_export(name, weights_id, "sentence_encoder", folder, progress=progress)
    trainable = Trainable.of("sentence_network", folder)
    return TextEncoder(name, dim, weights_id, onnx_path, bundled=source.bundled, trainable=trainable)


def check(name: str, file: Path, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Compare `shapes` with those in the header of a safetensors file.

    Raises
    ------
    EncoderError
        If it is not such a file, or a shape differs; the error names the expected and the actual shape.
    """
    stored = weights.safetensors_shapes(name, file)
    got = {array.removeprefix(PREFIX): shape for array, shape in stored.items()}
    for array, shape in shapes.items():
        if got.get(array) != shape:
            raise EncoderError(
                f"encoder '{name}': {file} holds another model's weights: expected {array} {shape}, "
                f"got {got.get(array, 'none')}"
            )
