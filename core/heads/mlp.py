"""The neural head: one hidden layer, trained with Keras on TensorFlow."""

from __future__ import annotations

import os
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
    """Fit batch norm, dense, batch norm, ReLU, dropout, softmax with Adam.

    Training ends when the loss on the validation rows (on the training rows, where there are none) has not
    fallen for 8 epochs; the best epoch's weights stay.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # or TensorFlow writes on the progress bar
    # TensorFlow's remarks about absent GPUs would tear the progress bar apart.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
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
    told = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, _: lesson.progress("mlp", min(epoch + 1, EPOCHS - 1), EPOCHS)
    )
    targets = np.eye(lesson.n_classes, dtype=np.float32)
    history = model.fit(
        lesson.X,
        targets[lesson.y],
        validation_data=(lesson.X_val, targets[lesson.y_val]) if watched else None,
        epochs=EPOCHS,
        batch_size=int(np.clip(len(lesson.y) // 50, 16, 256)),
        callbacks=[stop, told],
        verbose=0,
    )
    lesson.progress("mlp", EPOCHS, EPOCHS)
    return FittedKeras(model, {"epochs": len(history.epoch), "units": UNITS})
