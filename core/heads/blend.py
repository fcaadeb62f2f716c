"""Late fusion: one answer from the probabilities of several heads, by learned weights.

A logarithmic opinion pool (Genest and Zidek, 1986): the members' log-probabilities are added, each times a
weight of zero or more, and normalised again. The weights are learned on probabilities for products that the
members had not seen: out-of-fold training products, and validation products. A weight is a member's, not a
category's: the pool answers every category that its members know, those without such products too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.softmax import softmax
from core.heads.readers.members import FEED, MemberReader
from core.heads.readers.reader import Feeds
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import onnx

PRIOR_ROWS = 1.0
"""How strongly weights are held to equal shares: as if this many products spoke for them."""


@dataclass(frozen=True)
class FittedBlend:
    """A weight for each member, float32 (members,)."""

    reader: MemberReader
    weights: np.ndarray
    settings: Settings
    losses: None = None

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        logits = np.einsum("m,nmk->nk", self.weights, feeds[FEED])
        return softmax(logits)

    def to_onnx(self) -> onnx.ModelProto:
        """Write a weighted sum and a softmax."""
        from core.heads.onnx_graph import SHARES, model, node, whole_numbers

        return model(
            "blend",
            [
                node("Mul", [FEED, "weights"], "parts"),
                node("ReduceSum", ["parts", "across"], "logits", keepdims=0),
                node("Softmax", ["logits"], SHARES, axis=1),
            ],
            {FEED: (np.float32, ["rows", "members", "classes"])},
            {"weights": self.weights.astype(np.float32)[:, None], "across": whole_numbers(1)},
        )


def fit_blend(task: TrainingTask) -> FittedBlend:
    """Learn the weights of least log loss."""
    reader = MemberReader(task.members, tuple(task.classes))
    weights = pool_weights(reader(task.train)[FEED], task.y).astype(np.float32)
    settings = {f"{m} {head}": round(float(w), 3) for (m, head), w in zip(task.members, weights, strict=True)}
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
