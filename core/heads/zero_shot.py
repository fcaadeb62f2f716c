"""The zero-shot head: a product's vector against the categories' names; nothing is learned.

A picture and a name can be compared where both have encoders of one space (CLIP: Radford et al. 2021,
https://arxiv.org/abs/2103.00020); a text and a name always can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.features.cache import FeatureCache
from core.features.texts import encode_texts
from core.heads.blend import softmax
from core.heads.fitted import Lesson
from core.heads.readers import Feeds, Vectors

if TYPE_CHECKING:
    import onnx

    from core.features.encoders.encoder import Encoder

SCALE = 20.0
"""What cosines are multiplied by before the softmax: what MiniLM was trained with. CLIP learned its own."""
PROMPT = "a photo of {}, a product in a shop"


def name_vectors(
    encoders: Mapping[str, Encoder], classes: Sequence[str], cache: Path | None = None
) -> dict[str, np.ndarray]:
    """Return the categories' names in the space of each modality's vectors.

    Parameters
    ----------
    encoders
        Modality -> encoder.
    classes
        The categories' names.
    cache
        Folder of the feature cache; None encodes anew.

    Returns
    -------
    dict
        Modality -> float32 (classes, dim), scaled: a vector times this is the categories' logits. text where
        there is a text encoder; image where its encoder has a side for text; fused, the mean of both, where
        there are both.
    """
    from core.features.encoders.text_side import load_text_side

    def encoded(texts: Sequence[str], encoder: Encoder) -> np.ndarray:
        return encode_texts(texts, encoder, FeatureCache.open(cache, encoder)).vectors

    found = {}
    if "text" in encoders:
        found["text"] = encoded(classes, encoders["text"]) * SCALE
    side = load_text_side(encoders["image"]) if "image" in encoders else None
    if side is not None:
        found["image"] = encoded([PROMPT.format(name) for name in classes], side) * side.logit_scale
    if len(found) == 2:
        found["fused"] = np.concatenate([found["text"], found["image"]], axis=1) / 2
    return found


@dataclass(frozen=True)
class FittedZeroShot:
    """The categories' names as scaled vectors, float32 (n_classes, dim)."""

    reader: Vectors
    class_vectors: np.ndarray
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return the softmax of scaled cosines, float32 (n, n_classes)."""
        return softmax(feeds["vectors"] @ self.class_vectors.T)

    def to_onnx(self) -> onnx.ModelProto:
        """Write a matrix product and a softmax."""
        from onnx import TensorProto, helper, numpy_helper

        graph = helper.make_graph(
            [
                helper.make_node("MatMul", ["vectors", "names"], ["logits"]),
                helper.make_node("Softmax", ["logits"], ["shares"], axis=1),
            ],
            "zero_shot",
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["rows", None])],
            [helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["rows", None])],
            [numpy_helper.from_array(np.ascontiguousarray(self.class_vectors.T, np.float32), "names")],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def fit_zero_shot(lesson: Lesson) -> FittedZeroShot:
    """Take the categories' names as they are; no row is looked at."""
    vectors = np.asarray(lesson.name_vectors, dtype=np.float32)
    return FittedZeroShot(Vectors(lesson.modality), vectors, {"examples": 0})
