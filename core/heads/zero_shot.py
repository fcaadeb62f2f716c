"""The zero-shot head: a product's vector is compared with the category names; nothing is learned.

A text can always be compared with a name, an image where one model encodes both (CLIP: Radford et al. 2021,
https://arxiv.org/abs/2103.00020).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.softmax import softmax
from core.features.cache import FeatureCache
from core.features.texts import encode_texts
from core.heads.readers.reader import Feeds
from core.heads.readers.vectors import VectorReader
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import onnx

    from core.features.encoders.encoder import Encoder

SCALE = 20.0
"""Factor of the cosines before the softmax: the one MiniLM was trained with. CLIP learned its own."""
PROMPT = "a photo of {}, a product in a shop"


def name_vectors(
    encoders: Mapping[str, Encoder], classes: Sequence[str], cache: Path | None = None
) -> dict[str, np.ndarray]:
    """Encode the category names into the space of each modality's vectors.

    Parameters
    ----------
    encoders
        Modality -> encoder.
    classes
        The category names.
    cache
        Folder of the feature cache; None for no cache.

    Returns
    -------
    dict
        Modality -> float32 (classes, dim), scaled so that a product's vector times this gives logits. There
        is text where there is a text encoder, image where the image encoder has a text side, and fused, the
        mean of both, where there are both.
    """
    from core.features.encoders.text_side import load_text_side

    def encoded(texts: Sequence[str], encoder: Encoder) -> np.ndarray:
        return encode_texts(texts, encoder, FeatureCache.open(cache, encoder)).vectors

    vectors: dict[str, np.ndarray] = {}
    if "text" in encoders:
        vectors["text"] = encoded(classes, encoders["text"]) * SCALE
    side = load_text_side(encoders["image"]) if "image" in encoders else None
    if side is not None:
        vectors["image"] = encoded([PROMPT.format(name) for name in classes], side) * side.logit_scale
    if len(vectors) == 2:
        vectors["fused"] = np.concatenate([vectors["text"], vectors["image"]], axis=1) / 2
    return vectors


@dataclass(frozen=True)
class FittedZeroShot:
    """The category names as scaled vectors, float32 (n_classes, dim)."""

    reader: VectorReader
    class_vectors: np.ndarray
    settings: Settings
    losses: None = None

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return the softmax of scaled cosines, float32 (n, n_classes)."""
        return softmax(feeds["vectors"] @ self.class_vectors.T)

    def to_onnx(self) -> onnx.ModelProto:
        """Write a matrix product and a softmax."""
        from core.heads.onnx_graph import SHARES, model, node

        return model(
            "zero_shot",
            [node("MatMul", ["vectors", "names"], "logits"), node("Softmax", ["logits"], SHARES, axis=1)],
            {"vectors": (np.float32, ["rows", None])},
            {"names": self.class_vectors.T.astype(np.float32)},
        )


def fit_zero_shot(task: TrainingTask) -> FittedZeroShot:
    """Take the category names as they are; no product is looked at."""
    vectors = np.asarray(task.name_vectors, dtype=np.float32)
    return FittedZeroShot(VectorReader(task.modality), vectors, {"examples": 0})
