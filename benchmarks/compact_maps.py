"""Views of training images, EfficientNet-Lite2's answers, and the maps of `compact`'s earlier part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from compact_data import SEED, decoded_images
from compact_network import Student
from compact_views import crop, scaled
from PIL import Image

from core.common.progress import Progress
from core.features.encoders.registry import load_encoder

TEACHER = "efficientnet-lite2"
SIDE = 144
"""Pixels of the square that `compact` is trained on here: its weights fit any side."""
CROPS = {"flipkart": 3}
"""Crops of a training image besides the whole one."""
BATCH = 64
AREA = 0.35
"""Least share of an image's area that a crop shows."""


def cached_views(data: Path, rows: pd.DataFrame, cache: Path, progress: Progress) -> dict[str, np.ndarray]:
    """Draw each row's views and ask the teacher about each, or take both from `cache`.

    Returns
    -------
    dict
        row int64 (m,), the row of each view; view int64 (m,), 0 for the whole image;
        pixels uint8 (m, SIDE, SIDE, 3); teacher float32 (m, 1280), rows of length 1.
    """
    file = cache / "views.npz"
    if file.exists():
        return dict(np.load(file))
    teacher = load_encoder(TEACHER)
    crops = np.where(rows["part"] == "train", rows["source"].map(CROPS).fillna(0), 0).astype(int)
    row, view = np.repeat(np.arange(len(rows)), 1 + crops), np.concatenate([np.arange(1 + n) for n in crops])
    pixels, answers, waiting = np.empty((len(row), SIDE, SIDE, 3), np.uint8), [], []
    at = 0
    for number, image in enumerate(decoded_images(data, rows)):
        for each in range(1 + crops[number]):
            generator = np.random.default_rng((SEED, number, each))
            seen = crop(image.convert("RGB"), generator, AREA) if each else image.convert("RGB")
            pixels[at] = np.asarray(seen.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
            waiting.append(teacher.prepare(seen))
            at += 1
            if len(waiting) == BATCH or at == len(row):
                answers.append(teacher.encode(waiting))
                waiting = []
                progress("views and teacher", at, len(row))
    views = {"row": row, "view": view, "pixels": pixels, "teacher": np.concatenate(answers)}
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(file, **views)
    return views


def early_maps(student: Student, pixels: np.ndarray, cache: Path, *, altered: bool) -> torch.Tensor:
    """Return what the part of `student` that is not trained makes of images, bfloat16 (m, 384, 9, 9).

    Altered images are mirrored and slightly tinted.
    """
    file = cache / f"maps_{'altered' if altered else 'plain'}.pt"
    if not file.exists():
        generator = np.random.default_rng(SEED)
        parts = []
        for start in range(0, len(pixels), BATCH):
            images = as_images(pixels[start : start + BATCH])
            images = _altered(images, generator) if altered else images
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                maps = student.early(images)
            parts.append(maps.bfloat16().contiguous(memory_format=torch.channels_last))
        torch.save(torch.cat(parts), file)
    maps: torch.Tensor = torch.load(file, weights_only=True)
    return maps


def as_images(pixels: np.ndarray) -> torch.Tensor:
    """Return float32 (n, 3, SIDE, SIDE) in [-1, 1] of uint8 pixels, channels last in memory."""
    images = torch.from_numpy(scaled(pixels)).permute(0, 3, 1, 2)
    return images.contiguous(memory_format=torch.channels_last)


def _altered(images: torch.Tensor, generator: np.random.Generator) -> torch.Tensor:
    def draw(low: float, high: float) -> torch.Tensor:
        return torch.from_numpy(generator.uniform(low, high, (len(images), 1, 1, 1)).astype(np.float32))

    images = images.flip(-1)
    grey = images.mean(1, keepdim=True)
    return ((grey + (images - grey) * draw(0.8, 1.2)) * draw(0.8, 1.2) + draw(-0.15, 0.15)).clamp(-1, 1)
