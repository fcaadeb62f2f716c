"""Choose the demo's products: the number per category, variants, names and prices."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.demo.kinds import CATEGORIES
from core.demo.text import describe, make_model, make_name, mistype, pick, words

NAMED = 0.80  # share of names that say what the product is
UNCLEAR = 0.15  # share of other products whose description does not say it either
VARIANTS = (0.52, 0.24, 0.16, 0.08)  # shares of models with 1, 2, 3 or 4 colours


@dataclass(frozen=True)
class Product:
    """One row of the catalogue, with the parameters of its image.

    `kind` is the true kind, `category` the category in the table, `shown` the kind in the image. `image` is
    one of photo, box, card, close_up, cut_off, error_page, absent (missing file) and none (no file name).
    Products with the same `shape` are variants of one model; `shot` seeds the photo; `retouch` is 0, or seeds
    the crop and exposure by which a near-duplicate's image differs from the original.
    """

    sku: str
    kind: str
    category: str
    name: str
    description: str
    brand: str
    colour: str
    price: float | None
    shape: int
    shot: int
    named: bool
    shown: str
    image: str = "photo"
    retouch: int = 0


def category_sizes(rows: int) -> dict[str, int]:
    """Return the number of rows per category: long-tailed, at least one, `rows` in total."""
    share = np.array([entry.share for entry in CATEGORIES.values()])
    exact = share / share.sum() * (rows - len(share))
    sizes = np.floor(exact).astype(int) + 1
    for i in np.argsort(np.floor(exact) - exact, kind="stable")[: rows - sizes.sum()]:
        sizes[i] += 1
    return dict(zip(CATEGORIES, sizes.tolist(), strict=True))


def plan_products(rows: int, rng: np.random.Generator) -> list[Product]:
    """Return `rows` products without faults, in a shuffled order, numbered from DL-10001."""
    products: list[Product] = []
    for category, size in category_sizes(rows).items():
        made: list[Product] = []
        while len(made) < size:
            made += _model(rng, category)
        products += made[:size]
    order = rng.permutation(len(products))
    return [replace(products[j], sku=f"DL-{10001 + i}") for i, j in enumerate(order)]


def _model(rng: np.random.Generator, category: str) -> list[Product]:
    """Return one model in its colours."""
    entry = CATEGORIES[category]
    draws = list(entry.kinds)
    kind = draws[rng.choice(len(draws), p=list(entry.kinds.values()))].__name__
    brands = words()["brands"][entry.brands]
    popularity = 1 / np.arange(1, len(brands) + 1) ** 0.6
    brand = brands[rng.choice(len(brands), p=popularity / popularity.sum())]
    named = bool(rng.random() < NAMED)
    name = make_name(rng, kind, brand, make_model(rng), named=named)
    clear = int(rng.integers(0, 3)) if named else (0 if rng.random() < UNCLEAR else int(rng.integers(1, 3)))
    description = describe(rng, kind, clear)
    price = float(entry.price * np.exp(rng.normal(0, 0.45)))
    count = 1 + int(rng.choice(4, p=VARIANTS))
    in_name = rng.random() < 0.4
    shape = int(rng.integers(2**31))
    product = Product("", kind, category, name, description, brand, "", price, shape, 0, named, kind)
    return [
        _variant(rng, product, price, colour, in_name)
        for colour in pick(rng, list(words()["colours"]), count)
    ]


def _variant(rng: np.random.Generator, product: Product, price: float, colour: str, in_name: bool) -> Product:
    """Return the model in one colour, with its own photo and sometimes a typo in its name."""
    name = f"{product.name}, {colour}" if in_name else product.name
    name = mistype(rng, name) if rng.random() < 0.03 else name
    price = price * float(rng.choice([0.9, 1.0, 1.0, 1.1]))
    whole = max(2, round(price)) - float(rng.choice([0.01, 0.05, 0.0, 0.1]))
    shot = int(rng.integers(1, 2**31))
    return replace(product, name=name, colour=colour, price=round(whole, 2), shot=shot)
