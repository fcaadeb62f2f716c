"""Tiny models with random weights in other libraries' own layouts, and what the libraries answer.

    python -m tests.features.encoders.tiny_models images|texts|timm|keras|keras_weights FOLDER

Each model's folder gets ``expected.npy``: vectors of length 1 of `photos`, or of `TEXTS`.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.networks import photos

SIZES = ((320, 200), (190, 330), (256, 256), (80, 64))
TEXTS = ("red shirt", "Blue Cotton cap", "shirt", "red blue " * 40, "")
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "blue", "shirt", "cap", "cotton", "query", ":")
IMAGES = ("vit", "convnextv2", "swin", "siglip", "dinov2")
SENTENCES = ("bert-tiny", "e5-small", "multilingual-e5-base", "bge-small", "gte-small", "prompted", "dense")


def made(kind: str, folder: Path) -> Path:
    """Let a process of its own save tiny models with the libraries."""
    command = [sys.executable, "-m", "tests.features.encoders.tiny_models", kind, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def images(folder: Path) -> None:
    """ViT, ConvNeXt V2, Swin, SigLIP, DINOv2: each with the processor its family has."""
    import torch
    import transformers as t

    torch.manual_seed(0)
    attention = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    tower = attention | {"image_size": 32, "patch_size": 8}
    text = attention | {"vocab_size": 20, "max_position_embeddings": 8, "projection_size": 16}
    imagenet = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
    square = {"height": 32, "width": 32}
    stages = {"depths": [1, 1, 1, 1], "hidden_sizes": [4, 8, 12, 16]}
    swin = {"image_size": 64, "embed_dim": 8, "depths": [1, 1], "num_heads": [2, 2], "window_size": 4}
    made = {
        "vit": (t.ViTForImageClassification(t.ViTConfig(**tower)), t.ViTImageProcessor(size=square)),
        "convnextv2": (
            t.ConvNextV2Model(t.ConvNextV2Config(**stages, num_stages=4)),
            t.ConvNextImageProcessor(size={"shortest_edge": 56}, crop_pct=0.875, **imagenet),
        ),
        "swin": (
            t.SwinModel(t.SwinConfig(**swin)),
            t.ViTImageProcessor(size={"height": 64, "width": 64}, resample=3, **imagenet),
        ),
        "siglip": (
            t.SiglipModel(t.SiglipConfig(text_config=text, vision_config=tower)),
            t.SiglipImageProcessor(size=square),
        ),
        "dinov2": (
            # Trained on larger images than it is used with, as published.
            t.Dinov2Model(t.Dinov2Config(**(tower | {"image_size": 64, "patch_size": 8}))),
            t.BitImageProcessor(size={"shortest_edge": 40}, crop_size=square, **imagenet),
        ),
    }
    for name, (model, processor) in made.items():
        with torch.no_grad():
            for values in model.parameters():
                values.add_(torch.randn_like(values) * 0.2)
        model.eval().save_pretrained(folder / name)
        processor.save_pretrained(folder / name)
        said = []
        for photo in photos(SIZES):
            pixels = processor(photo, return_tensors="pt")["pixel_values"]
            with torch.no_grad():
                if name == "siglip":
                    said.append(model.vision_model(pixel_values=pixels).pooler_output)
                elif name == "vit":
                    said.append(model.vit(pixel_values=pixels).last_hidden_state[:, 0])
                else:
                    said.append(model(pixel_values=pixels).pooler_output)
        expected = torch.nn.functional.normalize(torch.cat(said))
        np.save(folder / name / "expected.npy", expected.numpy())


def timm(folder: Path) -> None:
    """A ResNet that crops from the middle, and a ViT that takes the whole image, as timm saves them."""
    import timm
    import torch

    made = {
        "resnet": ("resnet10t", {"input_size": [3, 64, 64], "crop_pct": 0.875, "crop_mode": "center"}),
        "vit": ("test_vit", {"input_size": [3, 160, 160], "crop_pct": 1.0, "crop_mode": "squash"}),
    }
    for name, (architecture, data) in made.items():
        torch.manual_seed(0)
        model = timm.create_model(architecture, pretrained=False, num_classes=5).eval()
        own = folder / name
        data |= {"interpolation": "bicubic", "mean": [0.5, 0.4, 0.3], "std": [0.2, 0.25, 0.3]}
        model.pretrained_cfg |= data
        timm.models.save_for_hf(model, own, safe_serialization=True)
        transform = timm.data.create_transform(**data, is_training=False)
        with torch.no_grad():
            features = torch.cat(
                [
                    model.forward_head(model.forward_features(transform(photo)[None]), pre_logits=True)
                    for photo in photos(SIZES)
                ]
            )
        np.save(own / "expected.npy", torch.nn.functional.normalize(features).numpy())


def texts(folder: Path) -> None:
    """BERT without a configuration of sentence-transformers, and with those of several families."""
    import torch
    import transformers as t
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers import models as kinds

    torch.manual_seed(0)
    tokenizer = Tokenizer(kinds.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    config = t.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=48,
    )
    bert = t.BertModel(config, add_pooling_layer=False)
    with torch.no_grad():
        for values in bert.parameters():
            values.add_(torch.randn_like(values) * 0.2)
    plain = folder / "bert-tiny"
    bert.save_pretrained(plain)
    t.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(plain)
    for name in SENTENCES:
        pooling = "cls" if name.startswith("bge") else "mean"
        words = models.Transformer(str(plain), max_seq_length=24, do_lower_case=name == "gte-small")
        modules = [words, models.Pooling(16, pooling)]
        if name == "dense":
            modules.append(models.Dense(16, 6))
        if name != "gte-small":
            modules.append(models.Normalize())
        prompts = {"classification": "red: ", "query": "blue: "} if name == "prompted" else None
        model = SentenceTransformer(modules=modules, prompts=prompts, device="cpu")
        if name == "bert-tiny":
            model = SentenceTransformer(str(plain), device="cpu")
        else:
            model.save(str(folder / name))
        prefix = "query: " if "e5" in name else "red: " if name == "prompted" else ""
        expected = model.encode([prefix + text for text in TEXTS], prompt="", normalize_embeddings=True)
        np.save(folder / name / "expected.npy", expected)


KERAS = ("mobilenet", "mobilenet_v2", "mobilenet_v3", "efficientnet", "resnet", "densenet", "convnext")
"""Modules of keras.applications of which `keras` makes a tiny network each."""
NAMED = ("MobileNetV3Small", "EfficientNetB0")


def keras(folder: Path) -> None:
    """Tiny networks of several modules as Keras saves them: FAMILY.keras, FAMILY.npy."""
    from keras import applications, utils
    from keras.src.applications import convnext, densenet, efficientnet, resnet

    utils.set_random_seed(0)
    own = {"include_top": False, "weights": None, "pooling": "avg", "input_shape": (48, 48, 3)}

    def stack(x):
        return resnet.stack_residual_blocks_v1(x, 8, 1, stride1=1, name="conv2")

    for name, model in {
        "mobilenet": applications.MobileNet(alpha=0.25, **own),
        "mobilenet_v2": applications.MobileNetV2(alpha=0.35, **own),
        "mobilenet_v3": applications.MobileNetV3Small(alpha=0.75, **own),
        "efficientnet": efficientnet.EfficientNet(0.2, 0.2, 48, **own),
        "resnet": resnet.ResNet(stack, preact=False, use_bias=True, **own),
        "densenet": densenet.DenseNet([1, 1, 1, 1], **own),
        "convnext": convnext.ConvNeXt([1, 1, 1, 1], [4, 8, 12, 16], layer_scale_init_value=1.0, **own),
    }.items():
        pixels = prepared_for_keras(name, 48)
        shaken(model, pixels)
        model.save(folder / f"{name}.keras")
        save_vectors(folder / f"{name}.npy", model.predict(pixels, verbose=0))
    applications.MobileNet(alpha=0.25, weights=None, classes=3, input_shape=(48, 48, 3)).save(
        folder / "whole.keras"
    )


def keras_weights(folder: Path) -> None:
    """Networks of keras.applications as Keras makes them of its ImageNet weights: NAME.h5, NAME.npy."""
    import h5py
    from keras import applications, utils
    from keras.src.legacy.saving import legacy_h5_format
    from keras.src.utils import file_utils

    utils.set_random_seed(0)
    own = {"include_top": False, "pooling": "avg", "input_shape": (224, 224, 3)}
    for name, module in zip(NAMED, ("mobilenet_v3", "efficientnet"), strict=True):
        pixels, build = prepared_for_keras(module, 224), getattr(applications, name)
        made = build(weights=None, **own)
        shaken(made, pixels)
        file = folder / f"{name}.h5"
        with h5py.File(file, "w") as content:
            legacy_h5_format.save_weights_to_hdf5_group(content, made)
        file_utils.get_file = lambda *_, file=file, **__: file
        save_vectors(folder / f"{name}.npy", build(weights="imagenet", **own).predict(pixels, verbose=0))


def prepared_for_keras(module: str, side: int) -> np.ndarray:
    from importlib import import_module

    from PIL import Image

    seen = [photo.resize((side, side), Image.Resampling.BICUBIC) for photo in photos(SIZES)]
    pixels = np.stack([np.asarray(one) for one in seen]).astype(np.float32)
    return import_module(f"keras.applications.{module}").preprocess_input(pixels)


def shaken(model, pixels: np.ndarray) -> None:
    """Set every normalisation to about what it sees: else outputs would hardly differ.

    Channels that vary less than the others are left so: else what is rounded would count for much.
    """
    from keras import ops
    from keras.layers import BatchNormalization

    random = np.random.default_rng(0)
    layers = [layer for layer in model.layers if isinstance(layer, BatchNormalization)]
    for layer in layers:
        if layer.scale:
            layer.gamma.assign(random.uniform(0.5, 1.5, layer.gamma.shape))
        layer.beta.assign(random.normal(0, 0.3, layer.beta.shape))
        layer.momentum = 0.0
    model(pixels, training=True)
    for layer in layers:
        seen = ops.convert_to_numpy(layer.moving_variance)
        layer.moving_variance.assign(np.maximum(seen, seen.mean()))


def save_vectors(file: Path, vectors: np.ndarray) -> None:
    np.save(file, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]))
