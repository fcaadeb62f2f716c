"""Models of Hugging Face's transformers, written as ONNX files; part of `export_process`' process."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.common.errors import EncoderError
from core.onnx.tracing import add_metadata, fold_constants, trace

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


def export_vision(source: str, target: str, pooling: str) -> None:
    """Write a network for images.

    Parameters
    ----------
    source, target
        Weights (safetensors or PyTorch) with config.json beside them, and the ONNX file to write.
    pooling
        ``pooler``: the output that the library calls so; ``first``: the last state of the first token.
    """
    import torch

    # ViT's pooler is not used: a checkpoint that was tuned to classify has none.
    model = load("AutoModel", source, **({"add_pooling_layer": False} if pooling == "first" else {}))

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            said = self.model(pixel_values=pixels)
            return said.last_hidden_state[:, 0] if pooling == "first" else said.pooler_output

    trace_images(Pooled(), model.config.image_size, target)


def export_clip_image(source: str, target: str) -> None:
    """Write the side of a CLIP model that takes images, projected to the space it shares with texts."""
    import torch

    model = load("CLIPModel", source)

    class ImageFiles(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.tower, self.projection = model.vision_model, model.visual_projection

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return self.projection(self.tower(pixel_values=pixels).pooler_output)

    trace_images(ImageFiles(), model.config.vision_config.image_size, target)
    add_metadata(target, {"logit_scale": repr(model.logit_scale.exp().item())})


def export_clip_text(source: str, target: str) -> None:
    """Write the side of a CLIP model that takes texts; the tokenizer.json beside `source` goes with it."""
    import torch

    model = load("CLIPModel", source)

    class Texts(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.tower, self.projection = model.text_model, model.text_projection

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            return self.projection(self.tower(input_ids, attention_mask).pooler_output)

    ids = torch.ones((2, 8), dtype=torch.int64)
    free = {0: "batch", 1: "tokens"}
    trace(Texts(), (ids, ids), target, {"input_ids": free, "attention_mask": free})
    fold_constants(target)
    said = {
        "tokenizer": Path(source).with_name("tokenizer.json").read_text(encoding="utf-8"),
        "max_tokens": str(model.config.text_config.max_position_embeddings),
        "logit_scale": repr(model.logit_scale.exp().item()),
    }
    add_metadata(target, said)


def trace_images(network: torch.nn.Module, side: int, target: str) -> None:
    """Write a network that takes images of one size."""
    import torch

    trace(network, (torch.zeros((2, 3, side, side)),), target, {"input": {0: "batch"}})
    fold_constants(target)


def load(kind: str, source: str, **options: Any) -> PreTrainedModel:
    """Load one weights file as a class of transformers, in float32.

    Raises
    ------
    EncoderError
        If the file lacks a tensor, or has one of another shape.
    """
    import torch
    import transformers

    file = Path(source).resolve()
    with file.open("rb") as content:
        is_torch = content.read(4).startswith((b"PK\x03\x04", b"\x80"))
    with tempfile.TemporaryDirectory() as folder:
        # The library chooses among a folder's files by their names: here it has one choice.
        Path(folder, "config.json").symlink_to(Path(source).absolute().with_name("config.json"))
        Path(folder, "pytorch_model.bin" if is_torch else "model.safetensors").symlink_to(file)
        model, said = getattr(transformers, kind).from_pretrained(
            folder,
            local_files_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            dtype=torch.float32,
            # Eager attention is plain matrix products, which ONNX Runtime knows how to fuse.
            attn_implementation="eager",
            **options,
        )
    wrong = dict.fromkeys(said["missing_keys"])
    wrong |= {name: tuple(got) for name, got, _ in said["mismatched_keys"]}
    if wrong:
        tensors = model.state_dict()
        name = min(wrong)
        raise EncoderError(
            f"{source} holds another model's weights: {len(wrong)} of {len(tensors)} tensors do not fit: "
            f"expected {name} {tuple(tensors[name].shape)}, got {wrong[name] or 'none'}"
        )
    return model
