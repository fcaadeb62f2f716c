"""ConvNeXt V2, ViT and Swin from the Hugging Face hub, frozen as published.

- ConvNeXt V2 tiny, 768 numbers: Woo et al. 2023, https://arxiv.org/abs/2301.00808. The mean over the last
  map, layer-normalised, as the library pools. Two sets of weights, fine-tuned on ImageNet-22k or ImageNet-1k;
  the networks have the same shapes, so their files cannot be told apart. The authors license the weights for
  non-commercial use (https://github.com/facebookresearch/ConvNeXt-V2, CC-BY-NC 4.0), while the hub's pages
  say Apache-2.0: we follow the authors.
- ViT base, 768 numbers: Dosovitskiy et al. 2021, https://arxiv.org/abs/2010.11929. The last state of the
  first token, layer-normalised, as is usual. Of the two sets of weights that Google published for 224 x 224
  pixels, the one trained on ImageNet-21k alone: it was published for its features, without a head, and 21,843
  classes cover more kinds of products than a thousand. A copy of google/vit-base-patch16-224, fine-tuned on
  the thousand, works as well if the user names it.
- Swin tiny, 768 numbers: Liu et al. 2021, https://arxiv.org/abs/2103.14030. The mean over the last states, as
  the library pools. MIT from the authors (https://github.com/microsoft/Swin-Transformer), Apache-2.0 on the
  hub's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.common.files import file_id
from core.common.progress import Progress
from core.features.encoders import pretrained
from core.features.encoders.encoder import EncoderEntry
from core.features.encoders.image import ImageEncoder
from core.features.encoders.preparation import IMAGENET_MEAN, IMAGENET_STD, Preparation
from core.features.encoders.pretrained import Pretrained
from core.features.encoders.trainable import Trainable
from core.onnx.export import cached_export


@dataclass(frozen=True)
class Network:
    """A network that reads images, and how it is used.

    Attributes
    ----------
    model
        The published model.
    dim
        Numbers per image.
    pooling
        As in `core.onnx.export_transformers.export_vision`.
    preparation
        How images are prepared, from the model's preprocessor_config.json.
    """

    model: Pretrained
    dim: int
    pooling: str
    preparation: Preparation


def convnextv2(name: str) -> Network:
    """Return ConvNeXt V2 tiny with the set of weights called `name`."""
    config = {
        "model_type": "convnextv2",
        "depths": [3, 3, 9, 3],
        "hidden_sizes": [96, 192, 384, 768],
        "image_size": 224,
    }
    shapes = {
        "embeddings.patch_embeddings.weight": (96, 3, 4, 4),
        "stages.2.layers.8.grn.weight": (1, 1, 1, 1536),
        "stages.3.layers.2.pwconv2.weight": (768, 3072),
    }
    preparation = Preparation(224, 256, divisor=255, mean=IMAGENET_MEAN, std=IMAGENET_STD)
    return Network(Pretrained(name, f"facebook/{name}", config, shapes), 768, "pooler", preparation)


VIT = Network(
    Pretrained(
        "vit-base",
        "google/vit-base-patch16-224-in21k",
        {
            "model_type": "vit",
            "hidden_size": 768,
            "num_hidden_layers": 12,
            "image_size": 224,
            "patch_size": 16,
        },
        {
            "embeddings.patch_embeddings.projection.weight": (768, 3, 16, 16),
            "embeddings.position_embeddings": (1, 197, 768),
            "encoder.layer.11.output.dense.weight": (768, 3072),
        },
    ),
    768,
    "first",
    Preparation(224, resampling="bilinear"),
)

SWIN = Network(
    Pretrained(
        "swin-tiny",
        "microsoft/swin-tiny-patch4-window7-224",
        {"model_type": "swin", "embed_dim": 96, "depths": [2, 2, 6, 2], "window_size": 7, "image_size": 224},
        {
            "embeddings.patch_embeddings.projection.weight": (96, 3, 4, 4),
            "encoder.layers.3.blocks.1.output.dense.weight": (768, 3072),
        },
    ),
    768,
    "pooler",
    Preparation(224, divisor=255, mean=IMAGENET_MEAN, std=IMAGENET_STD),
)


def load(network: Network, named: Path | None, progress: Progress) -> ImageEncoder:
    """Load a network; weights that are not on this machine are downloaded from the hub.

    Raises
    ------
    EncoderError
        If the weights belong to another model, or cannot be found or downloaded.
    """
    name = network.model.name
    source = pretrained.obtain(network.model, named, progress)
    weights_id = file_id(source.path)
    metadata = {"preparation": network.preparation.to_json()}
    onnx_path = cached_export(
        name, weights_id, "vision", source.path, network.pooling, metadata=metadata, progress=progress
    )
    return ImageEncoder(
        name,
        network.dim,
        network.preparation.edge,
        weights_id,
        onnx_path,
        bundled=source.bundled,
        trainable=Trainable.of("vision_network", source.path, network.pooling),
    )


def entry(network: Network, licence: str, size_mb: float) -> EncoderEntry:
    """Return the registry's entry for a network."""
    return EncoderEntry(
        name=network.model.name,
        modality="image",
        dim=network.dim,
        licence=licence,
        size_mb=size_mb,
        origin=f"{network.model.repository} on the Hugging Face hub",
        find=partial(pretrained.find, network.model),
        factory=partial(load, network),
    )


ENTRIES = (
    entry(convnextv2("convnextv2-tiny-22k-224"), "CC-BY-NC-4.0", 115),
    entry(convnextv2("convnextv2-tiny-1k-224"), "CC-BY-NC-4.0", 115),
    entry(VIT, "Apache-2.0", 346),
    entry(SWIN, "MIT", 113),
)
