"""The neural head: dense layers, one if nobody asks for more, trained with Keras on TensorFlow."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.heads.keras_training import EPOCHS, OPTIMISER, RATE, Recipe, import_keras, train
from core.heads.losses import Losses
from core.heads.readers.reader import Feeds
from core.heads.readers.vectors import VectorReader
from core.heads.setting import number, sizes
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import keras
    import onnx

LAYERS = sizes("layers", "256", 4, 1024, 2048)
DROPOUT = number("dropout", 0.5, 0, 0.95)
SETTINGS = (LAYERS, DROPOUT, RATE, OPTIMISER, EPOCHS)
"""Units of each hidden layer; share of them that is left out in training; how it is trained."""


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
    """Fit batch norm, layers of dense, batch norm, ReLU and dropout, and a softmax (`keras_training`)."""
    keras = import_keras(task.seed)
    layers, penalty = keras.layers, keras.regularizers.L2(1e-4)
    units, dropout = LAYERS.of(task.wanted), DROPOUT.of(task.wanted)
    model = keras.Sequential([layers.Input((task.X.shape[1],)), layers.BatchNormalization()])
    for width in map(int, units.split(",")):
        model.add(layers.Dense(width, kernel_regularizer=penalty))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(task.n_classes, activation="softmax", kernel_regularizer=penalty))
    recipe = Recipe.of(task.wanted)
    losses = train("mlp", model, task.X, task.X_val, task, recipe)
    settings = {"layers": units, "dropout": dropout, **recipe.settings(losses)}
    return FittedKeras(VectorReader(task.modality), model, settings, losses)
