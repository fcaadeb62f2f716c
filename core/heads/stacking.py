"""Stacking (Wolpert, 1992): a logistic regression on other heads' out-of-fold answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.heads.blend import softmax
from core.heads.fitted import Lesson
from core.heads.linear import one_thread
from core.heads.readers import Feeds, Opinions

if TYPE_CHECKING:
    import onnx

STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1)
DEFAULT = 0.003


@dataclass(frozen=True)
class FittedStack:
    """Coefficients float32 (members * n_classes, n_classes), intercepts float32 (n_classes,)."""

    reader: Opinions
    coefficients: np.ndarray
    intercepts: np.ndarray
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        return softmax(_flat(feeds) @ self.coefficients + self.intercepts)

    def to_onnx(self) -> onnx.ModelProto:
        """Write a matrix product and a softmax."""
        from onnx import TensorProto, helper, numpy_helper

        node = helper.make_node
        graph = helper.make_graph(
            [
                node("Reshape", ["opinions", "flat"], ["row"]),
                node("Gemm", ["row", "coefficients", "intercepts"], ["logits"]),
                node("Softmax", ["logits"], ["shares"], axis=1),
            ],
            "stacking",
            [
                helper.make_tensor_value_info("opinions", TensorProto.FLOAT, ["rows", "members", "classes"]),
                helper.make_tensor_value_info("pattern", TensorProto.INT64, ["rows"]),
            ],
            [helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["rows", None])],
            [
                numpy_helper.from_array(np.int64([0, -1]), "flat"),
                numpy_helper.from_array(self.coefficients.astype(np.float32), "coefficients"),
                numpy_helper.from_array(self.intercepts.astype(np.float32), "intercepts"),
            ],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def fit_stacking(lesson: Lesson) -> FittedStack:
    """Fit on training rows out of fold, and on copies that lack one modality; C has least validation loss."""
    from sklearn.linear_model import LogisticRegression

    reader = Opinions(lesson.members, lesson.present_classes)
    X, X_val = (_flat(reader(part)) for part in (lesson.train, lesson.validation))
    y = lesson.y
    modalities = np.array([modality for modality, _ in lesson.members])
    if len(set(modalities)) > 1:
        n_classes = X.shape[1] // len(modalities)
        lacking = [X * np.repeat(modalities != modality, n_classes) for modality in ("text", "image")]
        X, y = np.concatenate([X, *lacking]), np.tile(y, 3)
    best, least = None, np.inf
    with one_thread():
        for strength in STRENGTHS if len(lesson.y_val) else (DEFAULT,):
            model = LogisticRegression(C=strength, max_iter=500).fit(X, y)
            loss = 0.0
            if len(lesson.y_val):
                of_true = model.predict_proba(X_val)[np.arange(len(lesson.y_val)), lesson.y_val]
                loss = -np.log(np.maximum(of_true, 1e-9)).mean()
            if loss >= least:
                break
            best, least = model, loss
    slopes, offsets = best.coef_.T, best.intercept_
    if slopes.shape[1] == 1:  # two classes have one column of log-odds, the second class's
        slopes, offsets = np.hstack([-slopes, slopes]) / 2, np.hstack([-offsets, offsets]) / 2
    return FittedStack(reader, slopes, offsets, {"C": best.C, "members": len(lesson.members)})


def _flat(feeds: Feeds) -> np.ndarray:
    return feeds["opinions"].reshape(len(feeds["opinions"]), -1)
