"""What a person reads for the names in the code: inputs, methods, heads, encoders, products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.common.modality import MODALITY_NAMES as MODALITY_NAMES

if TYPE_CHECKING:
    from core.bundle.reader import Bundle


METHOD_NAMES = {"umap": "UMAP", "tsne": "t-SNE", "pca": "PCA"}

HEAD_NAMES = {
    "random_forest": "Random forest",
    "logistic_regression": "Logistic regression",
    "linear_svm": "Linear SVM",
    "mlp": "Neural network",
    "tfidf": "Tf-idf + SVM",
    "bilstm": "BiLSTM",
    "joint": "BiLSTM + picture",
    "gated": "Gated network",
    "zero_shot": "Zero-shot",
    "stacking": "Stacking",
    "blend": "Blend",
}

HEAD_INPUTS = {
    "tfidf": "words",
    "bilstm": "words",
    "joint": "words and picture features",
    "stacking": "answers of other models",
    "blend": "answers of other models",
}

ENCODER_NAMES = {
    "minilm": "MiniLM",
    "compact": "Compact",
    "mobilenet": "MobileNet",
    "resnet50": "ResNet50",
    "convnextv2": "ConvNeXt V2",
}


def head_name(head: str) -> str:
    """Return what a person calls a head."""
    return HEAD_NAMES.get(head) or head.replace("_", " ").capitalize()


def encoder_name(bundle: Bundle, modality: str) -> str:
    """Return the name of the encoder behind a modality, of both for fused."""
    names = [record.name for m, record in bundle.encoders.items() if modality in (m, "fused")]
    return " + ".join(_encoder(name) for name in names)


def product_name(product: Any) -> str:
    """Return a product's name, its id where it has none."""
    return product["name"] or product["sku"]


def _encoder(name: str) -> str:
    """Return MobileNet 0.75 for mobilenet-0.75: the known name, then what sets this variant apart."""
    family, _, variant = name.partition("-")
    return f"{ENCODER_NAMES.get(family, family)} {variant}".strip()
