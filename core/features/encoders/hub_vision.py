"""Any image network of transformers: pooled and prepared as its own configuration says, exported to ONNX.

Runs in the process of `core.onnx.export_process`. The vector is what the library pools: what CLIP and
SigLIP compare with texts, the mean over the last map of ConvNeXt and Swin, the normalised first token of
DINOv2. Poolers made for classification alone (ViT's: linear, then tanh) are not used, and many checkpoints
have none; there it is the first token's last state, and without such a token the mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.common.errors import EncoderError
from core.features.encoders.preparation import Preparation
from core.features.encoders.trainable import TrainableNetwork
from core.features.encoders.trainable_networks import network_of
from core.features.encoders.vision_export import export_checked

if TYPE_CHECKING:
    import torch
    from PIL import Image

FILTERS = {2: "bilinear", 3: "bicubic"}
"""Pillow's numbers of the filters that `Preparation` has."""


def export(source: str, target: str, name: str) -> None:
    """Export the model in a folder.

    Raises
    ------
    EncoderError
        If transformers cannot load it without code of its own, tensors are missing, it reads no images, or
        its preparation is not one that `Preparation` has.
    """
    from transformers import AutoImageProcessor

    model = load_model(name, source)
    try:
        processor = AutoImageProcessor.from_pretrained(source, local_files_only=True, trust_remote_code=False)
    except Exception as error:
        raise EncoderError(f"{name}: its preparation of images cannot be read: {first_line(error)}") from None

    def prepare(image: Image.Image) -> torch.Tensor:
        return processor(image, return_tensors="pt")["pixel_values"]

    export_checked(name, pooled(model), preparation_of(name, processor), prepare, target)


def trainable(source: str, name: str) -> TrainableNetwork:
    """Make the network in a folder, to be trained further."""
    return network_of(pooled(load_model(name, source)))


def load_model(name: str, source: str) -> Any:
    """Load the model in a folder with transformers, in float32, without code from elsewhere.

    Raises
    ------
    EncoderError
        If it cannot be loaded, or lacks tensors other than those of a pooler that is not used.
    """
    import torch
    from transformers import AutoModel

    options: dict[str, Any] = {
        "local_files_only": True,
        "trust_remote_code": False,
        "output_loading_info": True,
        "dtype": torch.float32,
        # Eager attention consists of plain matrix products, which ONNX Runtime can fuse.
        "attn_implementation": "eager",
    }
    try:
        model, info = AutoModel.from_pretrained(source, **options)
    except Exception as error:
        # Each architecture raises its own; what they say is what the user needs to know.
        raise EncoderError(f"{name}: transformers cannot load it: {first_line(error)}") from None
    missing = sorted(key for key in info["missing_keys"] if not key.startswith("pooler.dense"))
    if missing:
        raise EncoderError(
            f"{name}: its weights lack {len(missing)} tensors of {type(model).__name__}, such as {missing[0]}"
        )
    return model.eval()


def first_line(error: Exception) -> str:
    """Return what an error says, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def pooled(model: Any) -> torch.nn.Module:
    """Return a module from prepared images to one vector each."""
    import torch

    classifies = hasattr(getattr(model, "pooler", None), "dense")

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            if hasattr(self.model, "get_image_features"):
                said = self.model.get_image_features(pixel_values=pixels)
                return said if isinstance(said, torch.Tensor) else said.pooler_output
            said = self.model(pixel_values=pixels)
            vectors = None if classifies else getattr(said, "pooler_output", None)
            if vectors is not None:
                return vectors.flatten(1)
            states = said.last_hidden_state
            if states.dim() == 4:
                return states.mean((2, 3))
            return states[:, 0] if _has_first_token(self.model) else states.mean(1)

    return Pooled()


def _has_first_token(model: Any) -> bool:
    return any(name.endswith("cls_token") for name, _ in model.named_parameters())


def preparation_of(name: str, processor: Any) -> Preparation:
    """Return what an image processor of transformers does; `export_checked` compares the two.

    Raises
    ------
    EncoderError
        If it does something else than stretch, or resize the shorter edge and crop.
    """

    def refused(what: str) -> EncoderError:
        return EncoderError(f"{name}: its preparation of images is not one that Product Lens has: {what}")

    size, crop = getattr(processor, "size", None), getattr(processor, "crop_size", None)
    if not size or not processor.do_resize:
        raise refused("images are not resized")
    resampling = FILTERS.get(int(processor.resample))
    if resampling is None:
        raise refused(f"Pillow's filter {int(processor.resample)}; expected 2 (bilinear) or 3 (bicubic)")
    shorter, square = _edge(size, "shortest_edge"), _edge(size, "height")
    share = getattr(processor, "crop_pct", None)
    if square and square == _edge(size, "width"):
        side, edge = square, None
    elif shorter and share:
        # ConvNeXt's: small squares are cropped from the middle, large ones hold the whole image.
        side, edge = shorter, int(shorter / share) if shorter < 384 else None
    elif shorter and crop and processor.do_center_crop:
        side, edge = _edge(crop, "height"), shorter
    else:
        raise refused(f"size {dict(size)}, crop {dict(crop) if crop else 'none'}")
    scale = 1 / processor.rescale_factor if processor.do_rescale else 1.0
    mean, std = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    if processor.do_normalize:
        mean, std = three(processor.image_mean), three(processor.image_std)
    return Preparation(side, edge, resampling, scale, mean, std)


def _edge(size: Any, key: str) -> int:
    value = size.get(key) if hasattr(size, "get") else getattr(size, key, None)
    return int(value or 0)


def three(values: Any) -> tuple[float, float, float]:
    """Return one number for each channel; a single one counts for all."""
    red, green, blue = (float(one) for one in (values if hasattr(values, "__len__") else [values] * 3))
    return red, green, blue
