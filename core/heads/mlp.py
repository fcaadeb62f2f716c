"""The neural head: one hidden layer, trained with Keras on TensorFlow."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.heads.fitted import Lesson

if TYPE_CHECKING:
    import keras
    import onnx

EPOCHS = 60
PATIENCE = 8
UNITS = 256


@dataclass(frozen=True)
class FittedKeras:
    """A trained Keras classifier."""

    model: keras.Model
    settings: Mapping[str, float | int | str]

    def predict_proba(self, vectors: np.ndarray) -> np.ndarray:
        """float32 (n, d) -> float32 (n, n_classes)."""
        return self.model.predict(vectors, batch_size=4096, verbose=0)

    def to_onnx(self, width: int) -> onnx.ModelProto:
        """Convert in a process of its own (see `core.export`)."""
        import onnx

        from core.export import export_keras_file

        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "mlp.keras"), Path(folder, "mlp.onnx")
            self.model.save(source)
            export_keras_file(source, target)
            return onnx.load(target)


def fit_mlp(lesson: Lesson) -> FittedKeras:
    """Fit dense, batch norm, ReLU, dropout, softmax with Adam; stop when the validation loss stops falling."""
    import keras

    keras.utils.set_random_seed(lesson.seed)
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
    model.compile(keras.optimizers.Adam(1e-3), loss="categorical_crossentropy")
    watched = len(lesson.y_val) > 0
    stop = keras.callbacks.EarlyStopping(
        "val_loss" if watched else "loss", patience=PATIENCE, restore_best_weights=True
    )
    targets = np.eye(lesson.n_classes, dtype=np.float32)
    history = model.fit(
        lesson.X,
        targets[lesson.y],
        validation_data=(lesson.X_val, targets[lesson.y_val]) if watched else None,
        epochs=EPOCHS,
        batch_size=int(np.clip(len(lesson.y) // 50, 16, 256)),
        callbacks=[stop],
        verbose=0,
    )
    return FittedKeras(model, {"epochs": len(history.epoch), "units": UNITS})
