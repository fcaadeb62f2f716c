"""What a person reads for the names in the code: inputs, map methods, heads, encoders, products.

A head or an encoder that is not listed here is shown under its own name, made readable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from core.common.modality import MODALITY_NAMES as MODALITY_NAMES
from core.features.encoders.compression import IN_8_BITS, SMALL_WEIGHTS
from core.features.encoders.side_by_side import SIGN

if TYPE_CHECKING:
    import pandas as pd

    from core.bundle.reader import Bundle
    from core.features.encoders.record import EncoderRecord


class HeadDisplay(NamedTuple):
    """How a head is shown: its name, and what it reads where that is not the features of its input."""

    name: str
    reads: str = ""


METHOD_NAMES = {"umap": "UMAP", "tsne": "t-SNE", "pca": "PCA"}
HEADS = {
    "random_forest": HeadDisplay("Random forest"),
    "logistic_regression": HeadDisplay("Logistic regression"),
    "linear_svm": HeadDisplay("Linear SVM"),
    "decision_tree": HeadDisplay("Decision tree"),
    "gradient_boosting": HeadDisplay("Gradient boosting"),
    "mlp": HeadDisplay("Neural network"),
    "tfidf": HeadDisplay("Tf-idf", "words"),
    "bilstm": HeadDisplay("BiLSTM", "words"),
    "joint": HeadDisplay("BiLSTM + image", "words and image features"),
    "gated": HeadDisplay("Gated network"),
    "cross_attention": HeadDisplay("Cross-attention", "words and image regions"),
    "zero_shot": HeadDisplay("Zero-shot"),
    "stacking": HeadDisplay("Stacking", "predictions of other models"),
    "blend": HeadDisplay("Blend", "predictions of other models"),
}
ENCODER_NAMES = {
    "minilm": "MiniLM",
    "use": "Universal Sentence Encoder",
    "compact": "Compact",
    "mobilenet": "MobileNet",
    "efficientnet": "EfficientNet",
    "resnet50": "ResNet50",
    "convnextv2": "ConvNeXt V2",
    "given": "Given",
}
_BITS = {IN_8_BITS: "8 bits", SMALL_WEIGHTS: "weights in 8 bits"}


def head_name(head: str) -> str:
    """Return the name of a head, a readable one also for a head that is not listed."""
    return HEADS[head].name if head in HEADS else head.replace("_", " ").capitalize()


def features_name(bundle: Bundle, modality: str, head: str | None = None) -> str:
    """Return what a model reads: words for tf-idf, else the features of the encoders of its input."""
    reads = HEADS[head].reads if head in HEADS else ""
    return reads or f"{encoder_name(bundle, modality)} features"


def encoder_name(bundle: Bundle, modality: str) -> str:
    """Return the name of the encoder behind a modality, of both for fused."""
    records = [record for m, record in bundle.encoders.items() if modality in (m, "fused")]
    return " + ".join(record_name(record) + _of_several(record.images_per_product) for record in records)


def product_name(product: pd.Series[str]) -> str:
    """Return a product's name, its id where it has none."""
    return str(product["name"] or product["sku"])


def _of_several(images: int) -> str:
    return f" (mean of up to {images} images)" if images > 1 else ""


def record_name(record: EncoderRecord) -> str:
    """Return the name of a bundle's encoder, and what was done to it."""
    if record.members:
        return f" {SIGN} ".join(map(record_name, record.members))
    tuned, pressed = record.fine_tuned, record.compression
    name = encoder_display_name(record.name if tuned is None else tuned.base)
    changes = [] if tuned is None else ["pruned, fine-tuned" if tuned.pruned else "fine-tuned"]
    if pressed is not None and pressed.taken:
        changes.append(_BITS[pressed.precision])
    return f"{name} ({', '.join(changes)})" if changes else name


def encoder_display_name(name: str) -> str:
    """Return MobileNet 0.75 for mobilenet-0.75: the known name, then what sets this variant apart."""
    if SIGN in name:
        return f" {SIGN} ".join(map(encoder_display_name, name.split(SIGN)))
    if "/" in name:
        return name  # another library's, by its own name
    family, _, variant = name.partition("-")
    return f"{ENCODER_NAMES.get(family, family)} {variant}".strip()
