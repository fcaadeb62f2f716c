"""Train the neural heads with Keras on TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from core.heads.losses import Losses
from core.heads.setting import choice, number, whole
from core.heads.task import Settings, TrainingTask

if TYPE_CHECKING:
    import keras

PATIENCE = 8
EPOCHS = whole("epochs", 60, 1, 1000)
RATE = number("rate", 1e-3, 1e-6, 1)
OPTIMISER = choice("optimiser", "adam", "adamw", "sgd", "rmsprop")


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: at most so many epochs, at a learning rate, by an optimiser."""

    epochs: int
    rate: float
    optimiser: str

    @classmethod
    def of(cls, wanted: Settings, epochs: int | None = None) -> Recipe:
        """Return the recipe that was wanted; where nothing was, `epochs` replaces their usual number."""
        most = EPOCHS.chosen(wanted) or epochs or EPOCHS.of(wanted)
        return cls(most, RATE.of(wanted), OPTIMISER.of(wanted))

    def settings(self, losses: Losses) -> dict[str, float | int | str]:
        """Return what a card records of it: the epochs that were run, the rate, the optimiser."""
        return {"epochs": losses.epochs, "rate": self.rate, "optimiser": self.optimiser}


def import_keras(seed: int) -> ModuleType:
    """Import Keras without its log messages, and fix all its random draws by `seed`."""
    # TensorFlow's messages about missing GPUs would break the progress bar.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow would take all memory of a GPU at once; encoders may be running there, too.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    import keras

    keras.utils.set_random_seed(seed)
    module: ModuleType = keras
    return module


def train(
    name: str,
    model: keras.Model,
    feeds: Mapping[str, np.ndarray] | np.ndarray,
    feeds_val: Mapping[str, np.ndarray] | np.ndarray,
    task: TrainingTask,
    recipe: Recipe,
) -> Losses:
    """Train until the validation loss has not fallen for 8 epochs; keep the best epoch's weights.

    Parameters
    ----------
    name
        The head's name, for the task's progress.
    model
        Ends in a softmax.
    feeds, feeds_val
        Its inputs, of the task's n training and m validation products.
    task
        Labels and weights of these, and whom to tell after each epoch. Where m is 0, the training loss is
        watched instead.
    recipe
        How to train.

    Returns
    -------
    Losses
        After each epoch that was run.
    """
    import keras

    optimiser = keras.optimizers.get(
        {"class_name": recipe.optimiser, "config": {"learning_rate": recipe.rate}}
    )
    model.compile(optimiser, loss="categorical_crossentropy")
    watched, epochs = len(task.y_val) > 0, recipe.epochs
    stop = keras.callbacks.EarlyStopping(
        "val_loss" if watched else "loss", patience=PATIENCE, restore_best_weights=True
    )
    report = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, _: task.progress(name, min(epoch + 1, epochs - 1), epochs)
    )
    targets = np.eye(model.output_shape[-1], dtype=np.float32)
    validation = (feeds_val, targets[task.y_val], *(() if task.weights_val is None else (task.weights_val,)))
    history = model.fit(
        feeds,
        targets[task.y],
        sample_weight=task.weights,
        validation_data=validation if watched else None,
        epochs=epochs,
        batch_size=int(np.clip(len(task.y) // 50, 16, 256)),
        callbacks=[stop, report],
        verbose=0,
    )
    task.progress(name, epochs, epochs)
    return Losses.of(history.history)
