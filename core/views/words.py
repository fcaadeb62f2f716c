"""The words the app shows for the names the code uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.bundle.reader import Bundle

MODALITIES = {"text": "Text", "image": "Image", "fused": "Text + image"}
METHODS = {"umap": "UMAP", "tsne": "t-SNE", "pca": "PCA"}
HEADS = {
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
READS = {
    "tfidf": "words",
    "bilstm": "words",
    "joint": "words and picture features",
    "stacking": "answers of other models",
    "blend": "answers of other models",
}
ENCODERS = {
    "minilm": "MiniLM",
    "compact": "Compact",
    "mobilenet": "MobileNet",
    "resnet50": "ResNet50",
    "convnextv2": "ConvNeXt V2",
}


def head_word(head: str) -> str:
    """Return what a person calls a head."""
    return HEADS.get(head) or head.replace("_", " ").capitalize()


def encoder_word(bundle: Bundle, modality: str) -> str:
    """Return the name of the encoder behind a modality, of both for fused."""
    names = [info["name"] for m, info in bundle.encoders.items() if modality in (m, "fused")]
    return " + ".join(_encoder(name) for name in names)


def product_word(product: Any) -> str:
    """Return a product's name, its id where it has none."""
    return product["name"] or product["sku"]


def interval(ends: Sequence[float] | None, number: str = ".3f") -> str:
    """Return low and high of an interval as a person reads it; "" where there is none."""
    return "" if ends is None else f"{ends[0]:{number}} to {ends[1]:{number}}"


def facts(
    bundle: Bundle, rows: int, part: str, modality: str | None = None, head: str | None = None, note: str = ""
) -> str:
    """Return what a figure rests on: rows, part, encoder, head; then `note` on its own line."""
    parts = [f"{rows:,} rows" if rows != 1 else "1 row", part]
    if modality:
        parts.append(READS.get(head or "") or f"{encoder_word(bundle, modality)} features")
    if head:
        parts.append(head_word(head))
    if bundle.synthetic:
        parts.append("synthetic products")
    return " · ".join(parts) + (f"  \n{note}" if note else "")


def _encoder(name: str) -> str:
    """Return MobileNet 0.75 for mobilenet-0.75: the known name, then what sets this variant apart."""
    family, _, variant = name.partition("-")
    return f"{ENCODERS.get(family, family)} {variant}".strip()
