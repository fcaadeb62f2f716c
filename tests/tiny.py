"""A made-up catalogue and two encoders small enough to test with: quick, deterministic, no weights."""

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from core.features.encoders.encoder import Encoder, EncoderEntry, Weights, normalised
from core.features.encoders.registry import ENCODERS

WORDS = {
    "Lamps": ("lamp", "shade", "glow", "bulb"),
    "Mugs": ("mug", "cup", "handle", "ceramic"),
    "Chairs": ("chair", "seat", "leg", "cushion"),
    "Shoes": ("shoe", "sole", "lace", "toe"),
}
COLOURS = {"Lamps": (240, 200, 40), "Mugs": (40, 90, 200), "Chairs": (150, 80, 40), "Shoes": (60, 60, 60)}
KNOWN = ("Chairs", "Lamps", "Mugs")


class TinyText(Encoder):
    """Counts words in 64 hashed buckets."""

    name, modality, dim, weights_id, preprocessing = "tiny-text", "text", 64, "0" * 16, 1
    bundled = True

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, items: list[str]) -> np.ndarray:
        self.encoded += len(items)
        out = np.zeros((len(items), self.dim), dtype=np.float32)
        for row, text in enumerate(items):
            for word in text.lower().split():
                out[row, hashlib.md5(word.strip(".,").encode()).digest()[0] % self.dim] += 1
        return normalised(out)


class TinyImage(Encoder):
    """Mean colours of a 4 x 4 grid."""

    name, modality, dim, weights_id, preprocessing, side = "tiny-image", "image", 48, "1" * 16, 1, 32
    bundled = True

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, items: list[Image.Image]) -> np.ndarray:
        self.encoded += len(items)
        grids = [np.asarray(item.resize((4, 4), Image.Resampling.BOX), np.float32).ravel() for item in items]
        return normalised(np.stack(grids) / 255 + 0.01) if grids else np.zeros((0, self.dim), np.float32)


class OtherText(Encoder):
    """Counts letters in 16 buckets: another encoder, to stand beside the first."""

    name, modality, dim, weights_id, preprocessing = "other-text", "text", 16, "2" * 16, 1
    bundled = True

    def encode(self, items: list[str]) -> np.ndarray:
        out = np.zeros((len(items), self.dim), dtype=np.float32)
        for row, text in enumerate(items):
            for letter in text.lower():
                out[row, ord(letter) % self.dim] += 1
        return normalised(out)


class OtherImage(Encoder):
    """Mean colours of a 2 x 2 grid of what `prepare` made of an image, 8 x 8 pixels."""

    name, modality, dim, weights_id, preprocessing, side = "other-image", "image", 12, "3" * 16, 1, 40
    bundled = True

    def prepare(self, image: Image.Image) -> np.ndarray:
        return np.asarray(image.resize((8, 8)))

    def encode(self, items: list[Image.Image | np.ndarray]) -> np.ndarray:
        seen = [item if isinstance(item, np.ndarray) else self.prepare(item) for item in items]
        if not seen:
            return np.zeros((0, self.dim), np.float32)
        cells = np.stack(seen).reshape(len(seen), 2, 4, 2, 4, 3).mean(axis=(2, 4))
        return normalised(cells.reshape(len(seen), -1) / 255 + 0.01)


def register_tiny_encoders() -> None:
    """Make these encoders known by name, so that a bundle built with them can be served."""
    for kind in (TinyText, TinyImage, OtherText, OtherImage):
        ENCODERS[kind.name] = EncoderEntry(
            name=kind.name,
            modality=kind.modality,
            dim=kind.dim,
            licence="MIT",
            size_mb=0.1,
            origin="made for tests",
            find=lambda weights: Weights(Path(__file__), bundled=True),
            factory=lambda weights, progress, kind=kind: kind(),
        )


def draw_image(category: str, seed: int) -> Image.Image:
    """A coloured shape on a pale ground, another place and tint for each seed."""
    rng = np.random.default_rng(seed)
    ground = tuple(int(v) for v in rng.integers(200, 256, 3))
    tint = tuple(int(np.clip(v + rng.integers(-40, 40), 0, 255)) for v in COLOURS[category])
    picture = Image.new("RGB", (64, 48), ground)
    x, y = (int(v) for v in rng.integers(4, 20, 2))
    ImageDraw.Draw(picture).ellipse((x, y, x + 36, y + 24), fill=tint)
    return picture


def write_catalogue(
    folder: Path, per_class: int = 30, categories: Iterable[str] = KNOWN, seed: int = 0
) -> Path:
    """Write products.csv and images/: every tenth product lacks its picture, every eleventh its text."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rows = []
    for category in categories:
        for i in range(per_class):
            number = len(rows)
            words = list(rng.choice(WORDS[category], 3)) + list(rng.choice(["new", "fine", "blue", "set"], 2))
            sku, image = f"{category[0]}{seed}-{number:03}", f"{number:03}.png"
            if i % 10 == 9:
                image = ""
            else:
                draw_image(category, seed * 1000 + number).save(folder / "images" / image)
            blank = i % 11 == 10
            name = "" if blank else f"{' '.join(words)} {number}"
            text = "" if blank else f"A {words[0]} with {words[1]}."
            rows.append((sku, name, text, image, category, f"{rng.uniform(5, 90):.2f}"))
    with (folder / "products.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "name", "description", "image", "category", "price"])
        writer.writerows(rows)
    return folder
