"""The neural head: one hidden layer, trained with Keras on TensorFlow."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.heads.fitted import Lesson
from core.heads.keras_training import import_keras, train
from core.heads.readers import Feeds, Vectors

if TYPE_CHECKING:
    import keras
    import onnx

UNITS = 256


@dataclass(frozen=True)
class FittedKeras:
    """A trained Keras classifier of vectors."""

    reader: Vectors
    model: keras.Model
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """float32 (n, d) -> float32 (n, n_classes)."""
        return self.model.predict(feeds["vectors"], batch_size=4096, verbose=0)

    def to_onnx(self) -> onnx.ModelProto:
        """Convert in a process of its own (see `core.onnx.export`)."""
        import onnx

        from core.onnx.export import export_keras_file

        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "mlp.keras"), Path(folder, "mlp.onnx")
            self.model.save(source)
            export_keras_file(source, target)
            return onnx.load(target)


def fit_mlp(lesson: Lesson) -> FittedKeras:
    """Fit batch norm, dense, batch norm, ReLU, dropout, softmax with Adam (`core.heads.keras_training`)."""
    keras = import_keras(lesson.seed)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((lesson.X.shape[1],)),
            layers.BatchNormalization(),
            layers.Dense(UNITS, kernel_regularizer=keras.regularizers.L2(1e-4)),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dropout(0.5),
            layers.Dense(
                lesson.n_classes, activation="softmax", kernel_regularizer=keras.regularizers.L2(1e-4)
            ),
        ]
    )
    epochs = train("mlp", model, lesson.X, lesson.y, lesson.X_val, lesson.y_val, lesson.progress)
    return FittedKeras(Vectors(lesson.modality), model, {"epochs": epochs, "units": UNITS})
