"""Which part of a picture an answer rests on: what becomes of it when that part is covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from core.explain.case import Case, as_weights, log_odds
from core.progress import Progress, silent

CELLS = 7
FILL = "blur"


@dataclass(frozen=True)
class PictureEffects:
    drop: np.ndarray
    weight: np.ndarray
    box: tuple[float, float, float, float]
    encodings: int


def picture_effects(case: Case, cells: int = CELLS, progress: Progress = silent, fill=None) -> PictureEffects | None:
    if not case.reads("image"):
        return None
    encoder = case.predictor.encoders["image"]
    seen = encoder.prepare(case.picture) if hasattr(encoder, "prepare") else np.asarray(case.picture)
    cover = _cover(seen, fill or FILL)
    patches = [(i, j) for i in range(-1, cells) for j in range(-1, cells)]
    rows, cols = (np.linspace(0, n, cells + 1).round().astype(int) for n in seen.shape[:2])
    covered = []
    for i, j in patches:
        changed = seen.copy()
        r = slice(rows[max(i, 0)], rows[min(i + 2, cells)])
        c = slice(cols[max(j, 0)], cols[min(j + 2, cells)])
        changed[r, c] = cover[r, c]
        covered.append(changed if hasattr(encoder, "prepare") else Image.fromarray(changed))
    asked = case.with_pictures(covered, progress)
    p, l = case.confidence - asked, log_odds(case.confidence) - log_odds(asked)
    def mean(v):
        g = v.reshape(cells + 1, cells + 1)
        return (g[1:, 1:] + g[1:, :-1] + g[:-1, 1:] + g[:-1, :-1]) / 4
    return PictureEffects(mean(p).astype(np.float32), as_weights(mean(l)), (0, 0, 1, 1), len(patches))


def _cover(seen, fill):
    if fill == "mean":
        return np.broadcast_to(seen.mean(axis=(0, 1)).astype(np.uint8), seen.shape)
    if fill == "grey":
        return np.full_like(seen, 128)
    if fill == "border":
        edge = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
        return np.broadcast_to(np.median(edge, axis=0).astype(np.uint8), seen.shape)
    if fill == "blur":
        return np.asarray(Image.fromarray(seen).filter(ImageFilter.GaussianBlur(min(seen.shape[:2]) / 8)))
