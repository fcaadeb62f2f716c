"""Stacking (Wolpert, 1992): logistic regression on the out-of-fold probabilities of other heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.evaluation.softmax import softmax
from core.heads.linear import STRENGTH, quietly_on_one_thread
from core.heads.readers.members import FEED, MemberReader
from core.heads.readers.reader import Feeds
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import onnx

STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1)
DEFAULT = 0.003
SETTINGS = (STRENGTH,)


@dataclass(frozen=True)
class FittedStack:
    """Coefficients float (members * n_classes, n_classes), intercepts float (n_classes,)."""

    reader: MemberReader
    coefficients: np.ndarray
    intercepts: np.ndarray
    settings: Settings
    losses: None = None

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float (n, n_classes)."""
        return softmax(_flat(feeds) @ self.coefficients + self.intercepts)

    def to_onnx(self) -> onnx.ModelProto:
        """Write a matrix product and a softmax."""
        from core.heads.onnx_graph import SHARES, model, node, whole_numbers

        return model(
            "stacking",
            [
                node("Reshape", [FEED, "flat"], "row"),
                node("Gemm", ["row", "coefficients", "intercepts"], "logits"),
                node("Softmax", ["logits"], SHARES, axis=1),
            ],
            {FEED: (np.float32, ["rows", "members", "classes"])},
            {
                "flat": whole_numbers(0, -1),
                "coefficients": self.coefficients.astype(np.float32),
                "intercepts": self.intercepts.astype(np.float32),
            },
        )


def fit_stacking(task: TrainingTask) -> FittedStack:
    """Fit on training products; validation products choose the strength of the penalty."""
    reader = MemberReader(task.members, tuple(task.classes))
    X, X_val = (_flat(reader(part)) for part in (task.train, task.validation))
    best = _regression(X, X_val, task)
    slopes, offsets = best.coef_.T, best.intercept_
    if slopes.shape[1] == 1:  # two classes have one column of log-odds, the second class's
        slopes, offsets = np.hstack([-slopes, slopes]) / 2, np.hstack([-offsets, offsets]) / 2
    return FittedStack(reader, slopes, offsets, {"C": best.C, "members": len(task.members)})


def _regression(X: np.ndarray, X_val: np.ndarray, task: TrainingTask) -> Any:
    """Return the logistic regression whose C was chosen, or has the least log loss on validation products."""
    from sklearn.linear_model import LogisticRegression

    chosen = STRENGTH.chosen(task.wanted)
    strengths = STRENGTHS if len(task.y_val) else (DEFAULT,)
    best, least = None, np.inf
    with quietly_on_one_thread():
        for strength in strengths if chosen is None else (chosen,):
            regression = LogisticRegression(C=strength, max_iter=500).fit(X, task.y, task.weights)
            loss = task.loss(regression.predict_proba(X_val)) if len(task.y_val) else 0.0
            if loss >= least:
                break
            best, least = regression, loss
    return best


def _flat(feeds: Feeds) -> np.ndarray:
    """Return the members' log-probabilities side by side, float32 (n, members * classes)."""
    rows, members, classes = feeds[FEED].shape
    return feeds[FEED].reshape(rows, members * classes)
