"""What a head learns from, and what comes out: the seam between the registry and the frameworks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.progress import Progress, silent

if TYPE_CHECKING:
    import onnx


@dataclass(frozen=True)
class Lesson:
    """Training and validation rows.

    Attributes
    ----------
    X, X_val : np.ndarray
        float32, shapes (n, d) and (m, d).
    y, y_val : np.ndarray
        int64, shapes (n,) and (m,): class numbers below `n_classes`, each of which `y` has. m may be 0.
    n_classes, seed : int
        How many classes, and what fixes the draws.
    """

    X: np.ndarray
    y: np.ndarray
    X_val: np.ndarray
    y_val: np.ndarray
    n_classes: int
    seed: int
    progress: Progress = silent


class Fitted(Protocol):
    """A trained model of any framework."""

    settings: Mapping[str, float | int | str]

    def predict_proba(self, vectors: np.ndarray) -> np.ndarray:
        """float32 (n, d) -> float (n, n_classes), rows summing to 1."""
        ...

    def to_onnx(self, width: int) -> onnx.ModelProto:
        """Return the model as ONNX; one input (n, width), the probabilities its last output."""
        ...


@dataclass(frozen=True)
class FittedSklearn:
    """A trained scikit-learn classifier."""

    estimator: object
    settings: Mapping[str, float | int | str]

    def predict_proba(self, vectors: np.ndarray) -> np.ndarray:
        """float32 (n, d) -> float (n, n_classes)."""
        return self.estimator.predict_proba(vectors)

    def to_onnx(self, width: int) -> onnx.ModelProto:
        """Convert with skl2onnx."""
        from skl2onnx import to_onnx

        return to_onnx(
            self.estimator,
            np.zeros((1, width), dtype=np.float32),
            options={"zipmap": False},
            target_opset={"": 18, "ai.onnx.ml": 3},
        )
