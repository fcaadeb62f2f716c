"""CLIP ViT-B/32: images and texts in one space of 512 numbers.

Radford et al. 2021, https://arxiv.org/abs/2103.00020, released at https://github.com/openai/CLIP under MIT
and published at https://huggingface.co/openai/clip-vit-base-patch32. `clip` reads images, `clip-text` reads
texts; both are made from the same weights, so equal `weights_id` means a shared space. Vectors are those of
the library's ``get_image_features`` and ``get_text_features``: the projected state of an image's first token,
or of the token that ends a text.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import pretrained
from core.features.encoders.encoder import EncoderEntry
from core.features.encoders.image import ImageEncoder
from core.features.encoders.preparation import Preparation
from core.features.encoders.pretrained import Pretrained
from core.features.encoders.text import TextEncoder
from core.onnx.export import cached_export

DIM = 512

CLIP = Pretrained(
    "clip",
    "openai/clip-vit-base-patch32",
    {
        "model_type": "clip",
        "projection_dim": DIM,
        "text_config": {"hidden_size": 512, "num_hidden_layers": 12, "max_position_embeddings": 77},
        "vision_config": {"hidden_size": 768, "num_hidden_layers": 12, "image_size": 224, "patch_size": 32},
    },
    {
        "vision_model.embeddings.patch_embedding.weight": (768, 3, 32, 32),
        "text_model.embeddings.token_embedding.weight": (49408, 512),
        "visual_projection.weight": (DIM, 768),
    },
    ("config.json", "tokenizer.json"),
)
TEXT = "clip-text"
PREPARATION = Preparation(
    224,
    224,
    divisor=255,
    mean=(0.48145466, 0.4578275, 0.40821073),
    std=(0.26862954, 0.26130258, 0.27577711),
)


def load_image(
    model: Pretrained, dim: int, preparation: Preparation, named: Path | None, progress: Progress
) -> ImageEncoder:
    """Load the image encoder of a CLIP model; weights that are not on this machine are downloaded.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or cannot be found or downloaded.
    """
    source = pretrained.obtain(model, named, progress)
    weights_id = file_id(source.path)
    metadata = {"preparation": preparation.to_json()}
    onnx_path = cached_export(
        model.name, weights_id, "clip_image", source.path, metadata=metadata, progress=progress
    )
    # Zero-shot heads need the text side as well, perhaps when the weights that the user named are gone.
    cached_export(TEXT, weights_id, "clip_text", source.path, progress=progress)
    return ImageEncoder(model.name, dim, preparation.edge, weights_id, onnx_path, bundled=source.bundled)


def load_text(model: Pretrained, dim: int, named: Path | None, progress: Progress) -> TextEncoder:
    """Load the text encoder of a CLIP model: 77 tokens of each text, including the two that mark its ends.

    Raises
    ------
    EncoderError
        As for `load_image`.
    """
    source = pretrained.obtain(model, named, progress)
    weights_id = file_id(source.path)
    onnx_path = cached_export(model.name, weights_id, "clip_text", source.path, progress=progress)
    return TextEncoder(model.name, dim, weights_id, onnx_path, bundled=source.bundled)


ENTRIES = (
    EncoderEntry(
        name=CLIP.name,
        modality="image",
        dim=DIM,
        licence="MIT",
        size_mb=605,
        origin=f"{CLIP.repository} on the Hugging Face hub",
        find=partial(pretrained.find, CLIP),
        factory=partial(load_image, CLIP, DIM, PREPARATION),
        text_side=TEXT,
    ),
    EncoderEntry(
        name=TEXT,
        modality="text",
        dim=DIM,
        licence="MIT",
        size_mb=605,
        origin=f"the same file as {CLIP.name}",
        find=partial(pretrained.find, replace(CLIP, name=TEXT)),
        factory=partial(load_text, replace(CLIP, name=TEXT), DIM),
    ),
)
