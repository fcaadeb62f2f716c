"""Fitted heads: the seam between the frameworks that train and the ONNX files that serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.heads.losses import Losses
from core.heads.readers.reader import Feeds, Reader
from core.heads.task import Settings

if TYPE_CHECKING:
    import onnx


class FittedHead(Protocol):
    """A trained model of any framework."""

    @property
    def reader(self) -> Reader:
        """Turns products into the model's inputs, in training as in serving."""
        ...

    @property
    def settings(self) -> Settings:
        """The hyperparameters that were chosen on validation products."""
        ...

    @property
    def losses(self) -> Losses | None:
        """How the loss fell in training; None where no network was trained epoch by epoch."""
        ...

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float (n, n_classes), rows summing to 1, for n products as `reader` gives them."""
        ...

    def to_onnx(self) -> onnx.ModelProto:
        """Return the model as ONNX: inputs named as the reader names them, probabilities the last output."""
        ...


class Classifier(Protocol):
    """A fitted scikit-learn classifier."""

    n_features_in_: int

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return float (n, n_classes) for float32 (n, d)."""
        ...


@dataclass(frozen=True)
class FittedSklearn:
    """A fitted scikit-learn classifier of vectors."""

    reader: Reader
    estimator: Classifier
    settings: Settings
    losses: None = None

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float (n, n_classes)."""
        return self.estimator.predict_proba(feeds["vectors"])

    def to_onnx(self) -> onnx.ModelProto:
        """Convert with skl2onnx."""
        from skl2onnx import to_onnx

        return to_onnx(
            self.estimator,
            np.zeros((1, self.estimator.n_features_in_), dtype=np.float32),
            options={"zipmap": False},
            target_opset={"": 18, "ai.onnx.ml": 3},
        )
