"""Draw and write the demo catalogue."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from PIL import Image

from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.demo.faults import fault_count, plant
from core.demo.kinds import CATEGORIES, DRAW
from core.demo.packaging import card, carton
from core.demo.photo import Shot, photograph, plan_shot, to_jpeg
from core.demo.plan import Product, plan_products
from core.demo.text import words

COLUMNS = ("sku", "name", "description", "image", "category", "price", "brand", "colour")
FEWEST = 24
ERROR_PAGE = b"<!doctype html><title>404 Not Found</title><h1>Not Found</h1>\n"
README = """SYNTHETIC demo catalogue
========================

Nothing in here is real: the names, descriptions, prices, brands and images of the {rows} products are
generated. Made by `python -m core demo --out DIR` with rows={rows} and seed={seed}; the same rows and seed
give the same catalogue.

products.csv   the catalogue: {columns}
images.zip     the images, images/<sku>.jpg, 240 x 240 pixels
faults.csv     the planted faults: sku, fault, detail

Figures measured on this catalogue show that the tools work, not how well they work on real products.

Licence: CC0 1.0 for the data (no rights reserved), MIT for the program that makes it.
"""


@dataclass(frozen=True)
class DemoAccount:
    """What was written: rows, images and their bytes, rows per category, and faults by kind."""

    folder: Path
    seed: int
    rows: int
    images: int
    image_bytes: int
    classes: dict[str, int]
    faults: dict[str, int]


def write_demo(
    out: Path, *, rows: int = 2000, seed: int = 7, workers: int | None = None, progress: Progress = silent
) -> DemoAccount:
    """Write a synthetic catalogue: products.csv, images.zip, faults.csv and README.txt.

    Parameters
    ----------
    out
        The folder, created if missing; existing files with these names are replaced.
    rows
        Number of products, at least 24.
    seed
        The same seed and rows give the same files, whatever the number of workers.
    workers
        Processes that render images; by default one per core.
    progress
        Called with the number of images rendered.

    Raises
    ------
    CatalogueError
        If `rows` is too small or `out` is a file.
    """
    if rows < FEWEST:
        raise CatalogueError(f"a demo needs at least {FEWEST} rows, got {rows}")
    if out.exists() and not out.is_dir():
        raise CatalogueError(f"{out} is a file: choose a folder for the demo")
    rng = np.random.default_rng(seed)
    planted = plant(plan_products(_originals(rows), rng), rng)
    out.mkdir(parents=True, exist_ok=True)
    sizes = _write_images(out / "images.zip", planted.products, workers or os.cpu_count() or 1, progress)
    _write_table(out / "products.csv", COLUMNS, (_row(p) for p in planted.products))
    _write_table(
        out / "faults.csv", ("sku", "fault", "detail"), ((f.sku, f.fault, f.detail) for f in planted.faults)
    )
    text = README.format(rows=rows, seed=seed, columns=", ".join(COLUMNS))
    (out / "README.txt").write_text(text, encoding="utf-8")
    counts = Counter(p.category for p in planted.products)
    return DemoAccount(
        folder=out,
        seed=seed,
        rows=len(planted.products),
        images=len(sizes),
        image_bytes=sum(sizes),
        classes={name: counts[name] for name in CATEGORIES},
        faults=dict(Counter(f.fault for f in planted.faults)),
    )


def demo_table(rows: int = 2000, seed: int = 7) -> bytes:
    """Return the demo's table to try things out with: its products.csv without the names of images."""
    rng = np.random.default_rng(seed)
    planted = plant(plan_products(_originals(rows), rng), rng)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    image = COLUMNS.index("image")
    for line in (COLUMNS, *(_row(product) for product in planted.products)):
        writer.writerow([*line[:image], *line[image + 1 :]])
    return out.getvalue().encode("utf-8")


def draw(product: Product) -> bytes:
    """Render the product's image file; the bytes depend only on the product."""
    if product.image == "error_page":
        return ERROR_PAGE
    shape = np.random.default_rng(product.shape)
    shot_rng = np.random.default_rng(product.shot)
    colour = tuple(words()["colours"][product.colour])
    if product.image == "card":
        image = card(shot_rng, product.brand)
    else:
        boxed = product.image == "box"
        thing = carton(shot_rng, colour, product.brand) if boxed else DRAW[product.shown](shape, colour)
        shot = plan_shot(shot_rng)
        if product.image == "close_up":
            shot = Shot(shot.scene, float(shot_rng.uniform(2.8, 4.5)))
        image = photograph(thing, shot, shot_rng)
    if product.retouch:
        image = _retouch(image, np.random.default_rng(product.retouch))
    data = to_jpeg(image, int(shot_rng.integers(74, 86)))
    return data[: len(data) // 3] if product.image == "cut_off" else data


def _originals(rows: int) -> int:
    """Return the number of products to plan so that they and their near-duplicates make `rows`."""
    count = rows
    while count + fault_count("near_duplicate", count) > rows:
        count -= 1
    return count


def _row(product: Product) -> tuple[str, ...]:
    """Return the product's line in products.csv."""
    image = "" if product.image == "none" else f"{product.sku}.jpg"
    price = "" if product.price is None else f"{product.price:.2f}"
    return (
        product.sku,
        product.name,
        product.description,
        image,
        product.category,
        price,
        product.brand,
        product.colour,
    )


def _write_table(path: Path, header: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> None:
    """Write a CSV file in UTF-8."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)


def _write_images(path: Path, products: tuple[Product, ...], workers: int, progress: Progress) -> list[int]:
    """Render all images into a zip, in table order, and return their sizes in bytes."""
    drawn = [p for p in products if p.image not in ("none", "absent")]
    sizes: list[int] = []
    with zipfile.ZipFile(path, "w") as archive:
        for product, data in zip(drawn, _draw_all(drawn, workers), strict=True):
            archive.writestr(zipfile.ZipInfo(f"images/{product.sku}.jpg", (2026, 1, 1, 0, 0, 0)), data)
            sizes.append(len(data))
            progress("drawing images", len(sizes), len(drawn))
    return sizes


def _draw_all(products: list[Product], workers: int) -> Iterator[bytes]:
    """Yield the rendered images in order, using `workers` processes.

    joblib starts them afresh: a fork of a process that has used TensorFlow or PyTorch may die, and `spawn`
    asks of the caller's script that it guards its main part.
    """
    drawn: Iterator[bytes] = Parallel(workers, batch_size=8, return_as="generator")(
        delayed(draw)(product) for product in products
    )
    return drawn


def _retouch(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Crop an image slightly and change its exposure, like a second upload of the same photo."""
    side = image.width
    left, top = rng.integers(0, 9, 2).tolist()
    size = side - int(rng.integers(9, 16))
    cropped = image.crop((left, top, left + size, top + size)).resize((side, side), Image.Resampling.BICUBIC)
    gain = float(rng.uniform(0.93, 1.06))
    return cropped.point([min(255, round(v * gain)) for v in range(256)] * 3)
