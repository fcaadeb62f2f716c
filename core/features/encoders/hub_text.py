"""Any sentence encoder of transformers or sentence-transformers, exported to ONNX and checked against it.

Runs in the process of `core.onnx.export_process`. Pooling, further layers, longest text, lower case and
prompts are those of the model's own configuration for sentence-transformers (https://sbert.net); a model
without one is pooled by the mean over tokens, as that library does.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.common.errors import EncoderError
from core.features.encoders.encoder import normalised
from core.features.encoders.hub_vision import first_line
from core.features.encoders.text import TextEncoder
from core.features.encoders.trainable import TrainableNetwork
from core.features.encoders.trainable_networks import network_of
from core.features.encoders.vision_export import compare, require_size
from core.onnx.onnx_graph import add_metadata, fold_constants, set_width, trace

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

MODULES = "modules.json"
PROMPT = "classification"
E5 = re.compile(r"(^|[/_-])e5-(small|base|large)(-v2|-unsupervised)?/?$")
"""Names of models trained with prefixes that their configuration leaves out."""
E5_PREFIX = "query: "
"""What E5's authors prescribe where vectors are features (https://huggingface.co/intfloat/e5-base-v2)."""
SAMPLES = (
    "Red cotton shirt",
    "Wireless MOUSE, 2.4 GHz: blue",
    "a",
    "Ceramic mug with a handle, dishwasher safe, 350 ml. " * 40,
)
"""Texts that export and model are compared on: short, capitals, one letter, longer than most models read."""


def export(source: str, target: str, name: str) -> None:
    """Export the model in a folder; the metadata hold tokenizer, longest text and prefix.

    Raises
    ------
    EncoderError
        If the library cannot load it without code of its own, or the export answers otherwise.
    """
    import torch

    model = load_model(name, source)
    require_size(name, model)

    ids = torch.ones((2, 8), dtype=torch.int64)
    free = {0: "batch", 1: "tokens"}
    try:
        trace(pooled(model), (ids, ids), target, {"input_ids": free, "attention_mask": free})
    except Exception as error:
        # The exporter raises its own errors for whatever it cannot express.
        raise EncoderError(f"{name}: it cannot be exported to ONNX: {first_line(error)}") from None
    fold_constants(target)
    prefix = prefix_of(name, model)
    metadata = {
        "tokenizer": tokenizer_of(name, model),
        "max_tokens": str(model.max_seq_length or 512),
        "prefix": prefix,
    }
    add_metadata(target, metadata)
    expected = model.encode([prefix + text for text in SAMPLES], prompt="", convert_to_numpy=True)
    set_width(target, expected.shape[1])
    ours = TextEncoder(name, expected.shape[1], "", Path(target)).encode(SAMPLES)
    compare(name, normalised(expected), ours)


def pooled(model: SentenceTransformer) -> torch.nn.Module:
    """Return a module from token ids and mask to one vector per text."""
    import torch

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            given = {"input_ids": input_ids, "attention_mask": attention_mask}
            return self.model(given)["sentence_embedding"]

    return Pooled()


def trainable(source: str, name: str) -> TrainableNetwork:
    """Make the model in a folder, to be trained further."""
    return network_of(pooled(load_model(name, source)))


def load_model(name: str, source: str) -> SentenceTransformer:
    """Load the model in a folder, in float32, without code from elsewhere.

    Raises
    ------
    EncoderError
        If it cannot be loaded, or is one of sentence-transformers that reads something else than texts.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    if name.startswith("st/") and not Path(source, MODULES).is_file():
        raise EncoderError(
            f"{name}: expected a model of sentence-transformers with {MODULES}, got none; "
            f"use hf/{name.removeprefix('st/')}"
        )
    try:
        model = SentenceTransformer(
            source,
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"attn_implementation": "eager", "dtype": torch.float32},
        )
    except Exception as error:
        # Each architecture raises its own; what they say is what the user needs to know.
        raise EncoderError(f"{name}: sentence-transformers cannot load it: {first_line(error)}") from None
    return model.eval()


def prefix_of(name: str, model: SentenceTransformer) -> str:
    """Return what stands before each text: the prompt for classification, else the default one, else E5's."""
    prompts = {key.lower(): prompt for key, prompt in model.prompts.items() if prompt}
    default = (model.default_prompt_name or "").lower()
    if prompt := prompts.get(PROMPT) or prompts.get(default):
        return str(prompt)
    return E5_PREFIX if E5.search(name.lower()) else ""


def tokenizer_of(name: str, model: SentenceTransformer) -> str:
    """Return the model's tokenizer as JSON, with lower case where its configuration asks for that.

    Raises
    ------
    EncoderError
        If it is not one of the tokenizers library.
    """
    backend: Any = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EncoderError(f"{name}: its tokenizer ({type(model.tokenizer).__name__}) has no fast form")
    stored = json.loads(backend.to_str())
    if getattr(model[0], "do_lower_case", False):
        steps = [{"type": "Lowercase"}, *([stored["normalizer"]] if stored["normalizer"] else [])]
        stored["normalizer"] = {"type": "Sequence", "normalizers": steps}
    return json.dumps(stored)
