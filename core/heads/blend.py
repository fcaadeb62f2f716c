"""Late fusion: one answer from several heads' answers, weighed by how far each may be believed.

A logarithmic opinion pool (Genest and Zidek, 1986): the heads' log-probabilities, each times a weight of zero
or more, added and made probabilities again. Weights are learned on answers about products that the heads had
not seen: training rows out of fold, and validation rows. Products with text and picture, with text alone and
with a picture alone each have weights of their own, learned on all products with that much: a missing
modality is an ordinary case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.heads.fitted import Lesson
from core.heads.readers import PATTERNS, Feeds, Opinions

if TYPE_CHECKING:
    import onnx

PRIOR_ROWS = 1.0
"""How strongly weights are held to equal shares: as if this many rows spoke for them."""


@dataclass(frozen=True)
class FittedBlend:
    """Weights float32 (patterns, members)."""

    reader: Opinions
    weights: np.ndarray
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        logits = np.einsum("nm,nmk->nk", self.weights[feeds["pattern"]], feeds["opinions"])
        return softmax(logits)

    def to_onnx(self) -> onnx.ModelProto:
        """Write a weighted sum and a softmax."""
        from onnx import TensorProto, helper, numpy_helper

        node = helper.make_node
        graph = helper.make_graph(
            [
                node("Gather", ["weights", "pattern"], ["of_row"]),
                node("Unsqueeze", ["of_row", "last"], ["factors"]),
                node("Mul", ["opinions", "factors"], ["parts"]),
                node("ReduceSum", ["parts", "across"], ["logits"], keepdims=0),
                node("Softmax", ["logits"], ["shares"], axis=1),
            ],
            "blend",
            [
                helper.make_tensor_value_info("opinions", TensorProto.FLOAT, ["rows", "members", "classes"]),
                helper.make_tensor_value_info("pattern", TensorProto.INT64, ["rows"]),
            ],
            [helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["rows", None])],
            [
                numpy_helper.from_array(self.weights.astype(np.float32), "weights"),
                numpy_helper.from_array(np.int64([2]), "last"),
                numpy_helper.from_array(np.int64([1]), "across"),
            ],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def fit_blend(lesson: Lesson) -> FittedBlend:
    """Learn the weights that make the heads' joint answer most probable."""
    reader = Opinions(lesson.members, lesson.present_classes)
    feeds = reader(lesson.train)
    weights = np.zeros((len(PATTERNS), len(lesson.members)), dtype=np.float32)
    for pattern, modalities in enumerate(PATTERNS):
        used = np.array([modality in modalities for modality, _ in lesson.members])
        # A product with both teaches, too, what its text alone is worth.
        rows = np.all([lesson.train.present(modality) for modality in modalities], axis=0)
        if used.any() and rows.any():
            weights[pattern, used] = pool_weights(feeds["opinions"][rows][:, used], lesson.y[rows])
    shown = (
        PATTERNS.index(("text", "image"))
        if lesson.modality == "fused"
        else PATTERNS.index((lesson.modality,))
    )
    named = zip(lesson.members, weights[shown], strict=True)
    return FittedBlend(reader, weights, {f"{m} {head}": round(float(w), 3) for (m, head), w in named})


def pool_weights(opinions: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the weights of least log loss, zero or more.

    Parameters
    ----------
    opinions
        float (n, members, k): log-probabilities.
    y
        int (n,): true classes.

    Returns
    -------
    np.ndarray
        float64 (members,).
    """
    from scipy.optimize import minimize

    n, members, _ = opinions.shape
    opinions = opinions.astype(np.float64)
    of_true = opinions[np.arange(n), :, y].mean(axis=0)
    start = np.full(members, 1 / members)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = np.einsum("m,nmk->nk", weights, opinions)
        proba = softmax(logits)
        mean = float(-np.log(np.maximum(proba[np.arange(n), y], 1e-12)).mean())
        slope = np.einsum("nk,nmk->m", proba, opinions) / n - of_true
        away = weights - start
        return mean + PRIOR_ROWS / n * float(away @ away), slope + 2 * PRIOR_ROWS / n * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * members)
    return found.x


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return rows of probabilities."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
