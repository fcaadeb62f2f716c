"""What a head learns from, and what comes out: the seam between the registry and the frameworks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.common.progress import Progress, silent
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers import Feeds, Reader, Vectors

if TYPE_CHECKING:
    import onnx


@dataclass(frozen=True)
class Lesson:
    """Training and validation rows, all of which have what the head answers by.

    Attributes
    ----------
    modality : str
        text, image or fused: what the head shall answer by.
    train, validation : Inputs
        n and m products; m may be 0.
    y, y_val : np.ndarray
        int64, shapes (n,) and (m,): class numbers below `n_classes`, each of which `y` has.
    n_classes, seed : int
        How many classes, and what fixes the draws.
    name_vectors : np.ndarray or None
        float32 (n_classes, dim): the categories' names in the space of the modality's vectors (see
        `core.heads.zero_shot.name_vectors`), where there is an encoder that can put them there.
    members : tuple of (modality, head)
        For heads that weigh others' answers: whose; `train` then holds answers out of fold.
    present_classes : tuple of int
        Which of all classes the numbers in `y` stand for.
    settings : mapping
        What a head of this kind has chosen before; empty where it is to be chosen.
    """

    modality: str
    train: Inputs
    y: np.ndarray
    validation: Inputs
    y_val: np.ndarray
    n_classes: int
    seed: int
    name_vectors: np.ndarray | None = None
    members: tuple[HeadKey, ...] = ()
    present_classes: tuple[int, ...] = ()
    settings: Mapping[str, float | int | str] = field(default_factory=dict)
    progress: Progress = silent

    @cached_property
    def X(self) -> np.ndarray:
        """Vectors of the training rows, float32 (n, d)."""
        return np.ascontiguousarray(self.train.vectors(self.modality), dtype=np.float32)

    @cached_property
    def X_val(self) -> np.ndarray:
        """Vectors of the validation rows, float32 (m, d)."""
        return np.ascontiguousarray(self.validation.vectors(self.modality), dtype=np.float32)


class Fitted(Protocol):
    """A trained model of any framework.

    Attributes
    ----------
    reader
        Makes what the model is fed from products, in training as in serving.
    settings
        What was chosen on validation rows.
    """

    reader: Reader
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float (n, n_classes), rows summing to 1, of what `reader` made of n products."""
        ...

    def to_onnx(self) -> onnx.ModelProto:
        """Return the model as ONNX: inputs as the reader names them, the probabilities its last output."""
        ...


@dataclass(frozen=True)
class FittedSklearn:
    """A trained scikit-learn classifier of vectors."""

    reader: Vectors
    estimator: object
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """float32 (n, d) -> float (n, n_classes)."""
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
