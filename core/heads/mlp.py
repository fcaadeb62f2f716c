"""The neural head: one hidden layer, trained with Keras on TensorFlow."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.heads.keras_training import import_keras, train
from core.heads.losses import Losses
from core.heads.readers.reader import Feeds
from core.heads.readers.vectors import VectorReader
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import keras
    import onnx

UNITS = 256


@dataclass(frozen=True)
class FittedKeras:
    """A trained Keras classifier of vectors."""

    reader: VectorReader
    model: keras.Model
    settings: Settings
    losses: Losses

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        return np.asarray(self.model.predict(feeds["vectors"], batch_size=4096, verbose=0))

    def to_onnx(self) -> onnx.ModelProto:
        """Convert in another process (see `core.onnx.export`)."""
        import onnx

        from core.onnx.export import export_keras_file

        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "mlp.keras"), Path(folder, "mlp.onnx")
            self.model.save(source)
            export_keras_file(source, target)
            return onnx.load(target)


def fit_mlp(task: TrainingTask) -> FittedKeras:
    """Fit batch norm, dense, batch norm, ReLU, dropout, softmax with Adam (`core.heads.keras_training`)."""
    keras = import_keras(task.seed)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((task.X.shape[1],)),
            layers.BatchNormalization(),
            layers.Dense(UNITS, kernel_regularizer=keras.regularizers.L2(1e-4)),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dropout(0.5),
            layers.Dense(
                task.n_classes, activation="softmax", kernel_regularizer=keras.regularizers.L2(1e-4)
            ),
        ]
    )
    losses = train("mlp", model, task.X, task.y, task.X_val, task.y_val, task.progress)
    return FittedKeras(VectorReader(task.modality), model, {"epochs": losses.epochs, "units": UNITS}, losses)
