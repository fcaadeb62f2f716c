"""BERT base, uncased (https://huggingface.co/google-bert/bert-base-uncased): 768 numbers per text.

Devlin et al. 2018, https://arxiv.org/abs/1810.04805. It was not trained for sentences: a text's vector is the
mean of its tokens' last hidden states, which Reimers and Gurevych 2019 (https://arxiv.org/abs/1908.10084)
found to work better than the first token's state.
"""

from __future__ import annotations

from pathlib import Path

from core.common.progress import Progress
from core.features.encoders import transformer, weights
from core.features.encoders.encoder import EncoderEntry, Weights
from core.features.encoders.text import TextEncoder

NAME = "bert-base"
DIM = 768
REPOSITORY = "google-bert/bert-base-uncased"
SHAPES = {
    "embeddings.word_embeddings.weight": (30522, DIM),
    "encoder.layer.11.output.dense.weight": (DIM, 4 * DIM),
}


def find(named: Path | None) -> Weights | None:
    """Look for weights in the folder the user named, then in the Hugging Face cache."""
    if named is not None:
        return Weights(transformer.folder_of(NAME, named))
    folder = weights.find_on_hub_cache(REPOSITORY, transformer.FILES)
    return Weights(folder) if folder else None


def load(named: Path | None, progress: Progress) -> TextEncoder:
    """Load BERT; weights that are not on this machine are downloaded from the hub.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or cannot be found or downloaded.
    """
    source = find(named) or Weights(weights.fetch_from_hub(NAME, REPOSITORY, transformer.FILES, progress))
    return transformer.load(NAME, DIM, SHAPES, source, progress)


ENTRIES = (
    EncoderEntry(
        name=NAME,
        modality="text",
        dim=DIM,
        licence="Apache-2.0",
        size_mb=440,
        origin=f"{REPOSITORY} on the Hugging Face hub",
        find=find,
        factory=load,
    ),
)
