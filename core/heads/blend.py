"""Late fusion: one answer from the probabilities of several heads, by learned weights.

A logarithmic opinion pool (Genest and Zidek, 1986): the members' log-probabilities are added, each times a
weight of zero or more, and normalised again. The weights are learned on probabilities for products that the
members had not seen: out-of-fold training products, and validation products. Products with text and image,
with text alone and with an image alone have weights of their own, learned on all products that have at least
that much, so that a missing modality is an ordinary case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.common.modality import sides_of
from core.heads.readers.members import FEED, PATTERNS, MemberReader
from core.heads.readers.reader import Feeds
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import onnx

PRIOR_ROWS = 1.0
"""How strongly weights are held to equal shares: as if this many products spoke for them."""


@dataclass(frozen=True)
class FittedBlend:
    """A weight for each member and each pattern of modalities, float32 (patterns, members)."""

    reader: MemberReader
    weights: np.ndarray
    settings: Settings

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        logits = np.einsum("nm,nmk->nk", self.weights[feeds["pattern"]], feeds[FEED])
        return softmax(logits)

    def to_onnx(self) -> onnx.ModelProto:
        """Write a weighted sum and a softmax."""
        from core.heads.onnx_graph import SHARES, model, node, whole_numbers

        return model(
            "blend",
            [
                node("Gather", ["weights", "pattern"], "of_row"),
                node("Unsqueeze", ["of_row", "last"], "factors"),
                node("Mul", [FEED, "factors"], "parts"),
                node("ReduceSum", ["parts", "across"], "logits", keepdims=0),
                node("Softmax", ["logits"], SHARES, axis=1),
            ],
            {FEED: (np.float32, ["rows", "members", "classes"]), "pattern": (np.int64, ["rows"])},
            {
                "weights": self.weights.astype(np.float32),
                "last": whole_numbers(2),
                "across": whole_numbers(1),
            },
        )


def fit_blend(task: TrainingTask) -> FittedBlend:
    """Learn the weights of least log loss for each pattern of modalities."""
    reader = MemberReader(task.members, tuple(task.classes))
    logs = reader(task.train)[FEED]
    weights = np.zeros((len(PATTERNS), len(task.members)), dtype=np.float32)
    for pattern, modalities in enumerate(PATTERNS):
        used = np.array([member.modality in modalities for member in task.members])
        # A product with text and image also says how much its text alone is worth.
        rows = np.all([task.train.present(modality) for modality in modalities], axis=0)
        if used.any() and rows.any():
            weights[pattern, used] = pool_weights(logs[rows][:, used], task.y[rows])
    shown = weights[PATTERNS.index(sides_of(task.modality))]
    settings = {f"{m} {head}": round(float(w), 3) for (m, head), w in zip(task.members, shown, strict=True)}
    return FittedBlend(reader, weights, settings)


def pool_weights(logs: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the weights of least log loss, zero or more.

    Parameters
    ----------
    logs
        float (n, members, k): log-probabilities.
    y
        int (n,): true classes.

    Returns
    -------
    np.ndarray
        float64 (members,).
    """
    from scipy.optimize import minimize

    n, members, _ = logs.shape
    logs = logs.astype(np.float64)
    of_true = logs[np.arange(n), :, y].mean(axis=0)
    start = np.full(members, 1 / members)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the mean log loss plus the pull towards equal weights, and its gradient."""
        proba = softmax(np.einsum("m,nmk->nk", weights, logs))
        mean = float(-np.log(np.maximum(proba[np.arange(n), y], 1e-12)).mean())
        slope = np.einsum("nk,nmk->m", proba, logs) / n - of_true
        away = weights - start
        return mean + PRIOR_ROWS / n * float(away @ away), slope + 2 * PRIOR_ROWS / n * away

    solution = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * members)
    return np.asarray(solution.x)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return rows of probabilities for logits (n, k)."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    proba: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return proba
