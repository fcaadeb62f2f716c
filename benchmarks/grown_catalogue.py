"""A catalogue of any number of products, made of those of a real one; it goes into a temporary folder."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from benchmarks.grown_names import made_products
from core.catalogue.reading import Catalogue

CUT = 3
"""Pixels cut off at each edge of a made image, at most."""
DARKEST, LIGHTEST = 0.85, 1.15


@dataclass(frozen=True)
class Grown:
    """A made catalogue: its folder, its products, and the share of them that have a name of their own."""

    folder: Path
    products: int
    distinct: float


def write_grown(real: Catalogue, folder: Path, products: int, images: float = 0, seed: int = 0) -> Grown:
    """Make a catalogue of names like those of a real one, as ``products.csv`` and ``images.zip``.

    Parameters
    ----------
    real
        Whose names and images it is made of.
    folder
        To write to; it is made.
    products
        How many.
    images
        Share of the products that have an image: that of the real product which their name begins as, cut,
        turned and lit in a way of its own.
    seed
        Of all draws.
    """
    folder.mkdir(parents=True)
    rows = _rows_by_category(real)
    names = {category: real.table["name"].iloc[own].tolist() for category, own in rows.items()}
    made = list(made_products(names, products, seed))
    origins = [int(rows[each.category][each.origin]) for each in made]
    with_image = _drawn(
        np.flatnonzero(real.table["has_image"].to_numpy()[origins]), round(images * products), seed
    )
    with (folder / "products.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["sku", "name", "category", *(["image"] if with_image else [])])
        for number, each in enumerate(made):
            image = [f"{number}.jpg" if number in with_image else ""] if with_image else []
            table.writerow([f"made-{number}", each.name, each.category, *image])
    if with_image:
        _write_images(real, folder / "images.zip", {number: origins[number] for number in with_image}, seed)
    return Grown(folder, products, len({each.name for each in made}) / products)


def _rows_by_category(real: Catalogue) -> dict[str, np.ndarray]:
    named = real.table[real.table["name"].str.strip() != ""]
    return {str(category): own.index.to_numpy() for category, own in named.groupby("category")}


def _drawn(able: np.ndarray, count: int, seed: int) -> frozenset[int]:
    return frozenset(np.random.default_rng(seed).permutation(able)[:count].tolist())


def _write_images(real: Catalogue, file: Path, origins: dict[int, int], seed: int) -> None:
    """Write number -> an image like that of the real product in the row given."""
    rng = np.random.default_rng(seed)
    names = real.table["image"].tolist()
    with zipfile.ZipFile(file, "w") as archive:
        for number, row in sorted(origins.items()):
            archive.writestr(f"images/{number}.jpg", _altered(real.images.read(names[row]), rng))


def _altered(image: bytes, rng: np.random.Generator) -> bytes:
    with Image.open(io.BytesIO(image)) as opened:
        shown = opened.convert("RGB")
    left, top, right, bottom = rng.integers(CUT + 1, size=4).tolist()
    shown = shown.crop((left, top, shown.width - right, shown.height - bottom))
    if rng.random() < 0.5:
        shown = shown.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    shown = ImageEnhance.Brightness(shown).enhance(rng.uniform(DARKEST, LIGHTEST))
    written = io.BytesIO()
    shown.save(written, "JPEG", quality=85)
    return written.getvalue()
