"""Train a head, and save it as ONNX."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.common.errors import CoreError
from core.heads.fitted import FittedHead
from core.heads.inputs import Inputs
from core.heads.readers.reader import Feeds, predict_in_slices
from core.heads.registry import get_head
from core.heads.task import Settings, TrainingTask


@dataclass(frozen=True)
class TrainedHead:
    """A head as its framework trained it.

    Attributes
    ----------
    name : str
        One of `core.heads.registry.HEADS`.
    seconds : float
        How long training took, including the search for hyperparameters.
    fitted : FittedHead
        The framework's own model, of the classes in `present`.
    present : np.ndarray
        int64: positions of the classes that training products had, ascending; others get probability 0.
    n_classes : int
        How many classes there are.
    """

    name: str
    seconds: float
    fitted: FittedHead
    present: np.ndarray
    n_classes: int

    @property
    def settings(self) -> Settings:
        """The hyperparameters that were chosen on validation products."""
        return dict(self.fitted.settings)

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        """Return probabilities, float32 (n, n_classes), computed by the framework that trained the head."""

        def predict(feeds: Feeds) -> np.ndarray:
            proba = np.zeros((len(next(iter(feeds.values()))), self.n_classes), dtype=np.float32)
            proba[:, self.present] = self.fitted.predict_proba(feeds)
            return proba

        return predict_in_slices(self.fitted.reader, inputs, predict, self.n_classes)

    def save(self, path: Path) -> None:
        """Write the head as an ONNX file, which `core.heads.served.load_head` opens."""
        from core.heads.onnx_file import write_head

        write_head(self.fitted.to_onnx(), self.fitted.reader, path, self.present, self.n_classes)


def train_head(name: str, task: TrainingTask) -> TrainedHead:
    """Train a head; validation products choose its hyperparameters and when to stop.

    Parameters
    ----------
    name : str
        One of `core.heads.registry.HEADS`.
    task : TrainingTask
        What to fit it on. Its classes may include some without training products; the head gives those
        probability 0.

    Raises
    ------
    CoreError
        If `name` is unknown, or cannot answer from the task's modality.
    CatalogueError
        If the training products have fewer than two classes.
    """
    entry = get_head(name)
    if task.modality not in entry.modalities:
        able = " or ".join(entry.modalities)
        raise CoreError(f"head '{name}' answers from {able}, not from {task.modality}")
    trained = task.of_trained_classes()
    start = time.perf_counter()
    fitted = entry.factory(trained)
    seconds = time.perf_counter() - start
    return TrainedHead(name, seconds, fitted, np.unique(task.y), task.n_classes)
