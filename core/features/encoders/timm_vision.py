"""Any network of timm (https://github.com/huggingface/pytorch-image-models), exported to ONNX.

Runs in the process of `core.onnx.export_process`. Size, filter, crop, mean and deviation come from timm's
data configuration of the weights; the vector is what its classifier would read.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.common.errors import EncoderError
from core.features.encoders.hub_vision import first_line, three
from core.features.encoders.preparation import Preparation
from core.features.encoders.trainable import TrainableNetwork
from core.features.encoders.trainable_networks import network_of
from core.features.encoders.vision_export import export_checked

if TYPE_CHECKING:
    import torch
    from PIL import Image

INSTALL = "pip install -r requirements_timm.txt"
SUGGESTIONS = 3


def library() -> Any:
    """Import timm.

    Raises
    ------
    EncoderError
        If it, or torchvision, which it needs, is not installed.
    """
    try:
        import timm
        import timm.data
    except (ImportError, RuntimeError) as error:
        # A torchvision built for another torch raises RuntimeError.
        raise EncoderError(f"timm cannot be used ({first_line(error)}): {INSTALL}") from None
    return timm


def write_repository(name: str, target: str) -> None:
    """Write the hub's repository of timm's weights `name` to a text file; without a tag, of its default ones.

    Raises
    ------
    EncoderError
        If timm has no such weights; names similar ones.
    """
    from difflib import get_close_matches

    timm = library()
    try:
        config = timm.get_pretrained_cfg(name)
    except Exception:
        # timm raises RuntimeError for a name, and others for a tag, that it does not know.
        config = None
    if config is None or not config.hf_hub_id:
        similar = get_close_matches(name, timm.list_pretrained(), SUGGESTIONS, 0.5)
        did_you_mean = f"; did you mean {', '.join(similar)}?" if similar else ""
        raise EncoderError(f"timm has no published weights '{name}'{did_you_mean}")
    tag = f".{config.tag}" if config.tag and not config.hf_hub_id.endswith(f".{config.tag}") else ""
    owner, _, rest = config.hf_hub_id.partition("/")
    repository = f"{owner}/{rest or config.architecture + tag}"
    Path(target).write_text(repository, encoding="utf-8")


def export(source: str, target: str, name: str) -> None:
    """Export the model in a folder as the hub has it: config.json and weights.

    Raises
    ------
    EncoderError
        If timm is missing or cannot load it, or the preparation is not one that `Preparation` has.
    """
    timm, model = library(), load_model(name, source)
    config = timm.data.resolve_model_data_config(model)
    transform = timm.data.create_transform(**config, is_training=False)

    def prepare(image: Image.Image) -> torch.Tensor:
        return transform(image)[None]

    export_checked(name, model, preparation_of(name, config), prepare, target)


def load_model(name: str, source: str) -> Any:
    """Load the model in a folder, without its classifier.

    Raises
    ------
    EncoderError
        If timm is missing or cannot load it.
    """
    timm = library()
    try:
        return timm.create_model(f"local-dir:{source}", pretrained=True, num_classes=0)
    except Exception as error:
        # Each architecture raises its own; what they say is what the user needs to know.
        raise EncoderError(f"{name}: timm cannot load it: {first_line(error)}") from None


def trainable(source: str, name: str) -> TrainableNetwork:
    """Make the network in a folder, to be trained further."""
    return network_of(load_model(name, source))


def preparation_of(name: str, config: dict[str, Any]) -> Preparation:
    """Return what timm's transform for a data configuration does; `export_checked` compares the two.

    Raises
    ------
    EncoderError
        If it does something else than stretch, or resize the shorter edge and crop.
    """
    channels, height, width = config["input_size"]
    edge = math.floor(height / config["crop_pct"])
    is_stretched = config["crop_mode"] == "squash" and edge == height
    is_known = channels == 3 and height == width and config["interpolation"] in ("bicubic", "bilinear")
    if not is_known or not (is_stretched or config["crop_mode"] == "center"):
        read = ", ".join(
            f"{key} {config[key]}" for key in ("input_size", "interpolation", "crop_mode", "crop_pct")
        )
        raise EncoderError(f"{name}: its preparation of images is not one that Product Lens has: {read}")
    return Preparation(
        height,
        None if is_stretched else edge,
        config["interpolation"],
        255,
        three(config["mean"]),
        three(config["std"]),
    )
