"""Train the neural heads with Keras on TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from core.common.progress import Progress
from core.heads.losses import Losses

if TYPE_CHECKING:
    import keras

EPOCHS = 60
PATIENCE = 8


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
    y: np.ndarray,
    feeds_val: Mapping[str, np.ndarray] | np.ndarray,
    y_val: np.ndarray,
    progress: Progress,
    epochs: int = EPOCHS,
) -> Losses:
    """Train with Adam until the validation loss has not fallen for 8 epochs; keep the best epoch's weights.

    Parameters
    ----------
    name
        The head's name, for `progress`.
    model
        Ends in a softmax.
    feeds, feeds_val
        Its inputs: n and m rows.
    y, y_val
        int64 (n,) and (m,): labels. Where m is 0, the training loss is watched instead.
    progress
        Called after each epoch.
    epochs
        How many, at most.

    Returns
    -------
    Losses
        After each epoch that was run.
    """
    import keras

    model.compile(keras.optimizers.Adam(1e-3), loss="categorical_crossentropy")
    watched = len(y_val) > 0
    stop = keras.callbacks.EarlyStopping(
        "val_loss" if watched else "loss", patience=PATIENCE, restore_best_weights=True
    )
    report = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, _: progress(name, min(epoch + 1, epochs - 1), epochs)
    )
    targets = np.eye(model.output_shape[-1], dtype=np.float32)
    history = model.fit(
        feeds,
        targets[y],
        validation_data=(feeds_val, targets[y_val]) if watched else None,
        epochs=epochs,
        batch_size=int(np.clip(len(y) // 50, 16, 256)),
        callbacks=[stop, report],
        verbose=0,
    )
    progress(name, epochs, epochs)
    return Losses.of(history.history)
