"""Export Hugging Face transformers models to ONNX; runs in the process of `core.onnx.export_process`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.common.errors import EncoderError
from core.onnx.onnx_graph import add_metadata, fold_constants, trace
from core.onnx.weights_files import is_torch_file

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


def export_sentence_encoder(source: str, target: str) -> None:
    """Export a BERT-like model with mean pooling, not normalised; the metadata hold its tokenizer."""
    import torch

    ids = torch.ones((2, 8), dtype=torch.int64)
    free = {0: "batch", 1: "tokens"}
    trace(mean_pooled(source), (ids, ids), target, {"input_ids": free, "attention_mask": free})
    add_metadata(target, {"tokenizer": Path(source, "tokenizer.json").read_text(encoding="utf-8")})


def mean_pooled(source: str) -> torch.nn.Module:
    """Load the BERT-like model in a folder: token ids and mask in, the mean of its tokens' states out."""
    import torch

    # BERT's pooler, which reads only the first token, is not used, and some checkpoints have none.
    model = load("AutoModel", str(Path(source, "model.safetensors")), add_pooling_layer=False)

    class MeanPooled(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
            return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)

    return MeanPooled()


def export_vision(source: str, target: str, pooling: str) -> None:
    """Export an image network (`pooled_vision`)."""
    network = pooled_vision(source, pooling)
    trace_images(network, network.model.config.image_size, target)


def pooled_vision(source: str, pooling: str) -> torch.nn.Module:
    """Load an image network: pixels in, one vector per image out.

    Parameters
    ----------
    source
        Weights (safetensors or PyTorch) with config.json beside them.
    pooling
        ``pooler``: the library's ``pooler_output``; ``first``: the last hidden state of the first token.
    """
    import torch

    # ViT's pooler is not used; checkpoints fine-tuned to classify have none.
    model = load("AutoModel", source, **({"add_pooling_layer": False} if pooling == "first" else {}))

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            outputs = self.model(pixel_values=pixels)
            return outputs.last_hidden_state[:, 0] if pooling == "first" else outputs.pooler_output

    return Pooled()


def export_clip_image(source: str, target: str) -> None:
    """Export the image encoder of a CLIP model, with its projection to the shared space."""
    import torch

    model = load("CLIPModel", source)

    class ImageEncoder(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.tower, self.projection = model.vision_model, model.visual_projection

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return self.projection(self.tower(pixel_values=pixels).pooler_output)

    trace_images(ImageEncoder(), model.config.vision_config.image_size, target)
    add_metadata(target, {"logit_scale": repr(model.logit_scale.exp().item())})


def export_clip_text(source: str, target: str) -> None:
    """Export the text encoder of a CLIP model, with the tokenizer.json beside `source` in its metadata."""
    import torch

    model = load("CLIPModel", source)

    class TextEncoder(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.tower, self.projection = model.text_model, model.text_projection

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            return self.projection(self.tower(input_ids, attention_mask).pooler_output)

    ids = torch.ones((2, 8), dtype=torch.int64)
    free = {0: "batch", 1: "tokens"}
    trace(TextEncoder(), (ids, ids), target, {"input_ids": free, "attention_mask": free})
    fold_constants(target)
    metadata = {
        "tokenizer": Path(source).with_name("tokenizer.json").read_text(encoding="utf-8"),
        "max_tokens": str(model.config.text_config.max_position_embeddings),
        "logit_scale": repr(model.logit_scale.exp().item()),
    }
    add_metadata(target, metadata)


def trace_images(network: torch.nn.Module, side: int, target: str) -> None:
    """Trace a network that takes square images with sides of `side` pixels."""
    import torch

    trace(network, (torch.zeros((2, 3, side, side)),), target, {"input": {0: "batch"}})
    fold_constants(target)


def load(kind: str, source: str, **options: Any) -> PreTrainedModel:
    """Load a weights file into a transformers class, in float32.

    Raises
    ------
    EncoderError
        If the file lacks a tensor, or has one of another shape.
    """
    import torch
    import transformers

    file = Path(source).resolve()
    with tempfile.TemporaryDirectory() as folder:
        # The library picks weights by file name, so it gets a folder with just this file and its config.
        Path(folder, "config.json").symlink_to(Path(source).absolute().with_name("config.json"))
        Path(folder, "pytorch_model.bin" if is_torch_file(file) else "model.safetensors").symlink_to(file)
        model, info = getattr(transformers, kind).from_pretrained(
            folder,
            local_files_only=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            dtype=torch.float32,
            # Eager attention consists of plain matrix products, which ONNX Runtime can fuse.
            attn_implementation="eager",
            **options,
        )
    wrong = dict.fromkeys(info["missing_keys"])
    wrong |= {name: tuple(got) for name, got, _ in info["mismatched_keys"]}
    if wrong:
        tensors = model.state_dict()
        name = min(wrong)
        raise EncoderError(
            f"{source} holds another model's weights: {len(wrong)} of {len(tensors)} tensors do not fit: "
            f"expected {name} {tuple(tensors[name].shape)}, got {wrong[name] or 'none'}"
        )
    return model
