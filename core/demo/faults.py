"""Plant typical faults of real catalogues and list them, so that fault detection can be tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.demo.kinds import CATEGORIES, CATEGORY_OF, DRAW
from core.demo.plan import Product
from core.demo.text import describe_nothing, make_model, pick, reword

SHARES: dict[str, float] = {
    "wrong_label": 0.015,
    "wrong_image": 0.012,
    "near_duplicate": 0.018,
    "text_hides": 0.035,
    "image_hides": 0.08,
    "missing_description": 0.08,
    "missing_image": 0.03,
    "broken_image": 0.002,
    "missing_price": 0.02,
}
"""Kind of fault -> share of all rows that have it."""

LOOK_ALIKE: dict[str, tuple[str, ...]] = {
    "Headphones": ("Speakers", "Bags & Cases"),
    "Smartphones": ("Tablets", "Bags & Cases", "Cameras"),
    "Mugs & Cups": ("Kettles & Coffee",),
    "Laptops": ("Tablets", "Bags & Cases"),
    "Bags & Cases": ("Smartphones", "Laptops", "Headphones"),
    "Lamps": ("Chairs", "Speakers"),
    "Watches": ("Smartphones", "Bags & Cases"),
    "Chairs": ("Lamps",),
    "Speakers": ("Headphones", "Lamps"),
    "Kettles & Coffee": ("Mugs & Cups",),
    "Cameras": ("Smartphones", "Bags & Cases"),
    "Tablets": ("Smartphones", "Laptops"),
}


@dataclass(frozen=True)
class Fault:
    """One planted fault: the product, the kind of fault, and details such as the true category."""

    sku: str
    fault: str
    detail: str


@dataclass(frozen=True)
class Planted:
    """The products with their faults, and the list of the faults."""

    products: tuple[Product, ...]
    faults: tuple[Fault, ...]


def fault_count(fault: str, rows: int) -> int:
    """Return how many of `rows` rows get a fault: its share, and at least one from 100 rows."""
    return max(round(SHARES[fault] * rows), 1 if rows >= 100 else 0)


def plant(products: list[Product], rng: np.random.Generator) -> Planted:
    """Return the products with faults, near-duplicates of some of them appended.

    A row gets at most one of the faults that mislead about what the product is.
    """
    rows = len(products) + fault_count("near_duplicate", len(products))
    order = [int(i) for i in rng.permutation(len(products))]
    changed = list(products)
    faults: list[Fault] = []
    for fault, change in _MISLEADING.items():
        for i in [order.pop() for _ in range(min(fault_count(fault, rows), len(order)))]:
            changed[i], detail = change(changed[i], rng)
            faults.append(Fault(changed[i].sku, fault, detail))
    sound = order
    for i in [sound.pop() for _ in range(min(fault_count("near_duplicate", len(products)), len(sound)))]:
        twin = _near_duplicate(changed[i], f"DL-{10001 + len(changed)}", rng)
        faults.append(Fault(twin.sku, "near_duplicate", f"of={changed[i].sku}"))
        changed.append(twin)
    faulty = {f.sku for f in faults}
    faults += _leave_out_descriptions(changed, faulty, rng, fault_count("missing_description", rows))
    for i in rng.permutation(len(changed))[: fault_count("missing_price", rows)]:
        changed[i] = replace(changed[i], price=None)
        faults.append(Fault(changed[i].sku, "missing_price", "no price given"))
    return Planted(tuple(changed), tuple(sorted(faults, key=lambda f: (f.fault, f.sku))))


def _wrong_label(product: Product, rng: np.random.Generator) -> tuple[Product, str]:
    """Move the product to another category, usually a similar one."""
    alike = LOOK_ALIKE[product.category]
    others = [name for name in CATEGORIES if name != product.category]
    false = pick(rng, list(alike) if rng.random() < 0.7 else others)[0]
    return replace(product, category=false), f"true={product.category}"


def _wrong_image(product: Product, rng: np.random.Generator) -> tuple[Product, str]:
    """Show a product of another category in the image."""
    kinds = [kind for kind in DRAW if CATEGORY_OF[kind] != product.category]
    shown = pick(rng, kinds)[0]
    return replace(product, shown=shown), f"shows={CATEGORY_OF[shown]}"


def _text_hides(product: Product, rng: np.random.Generator) -> tuple[Product, str]:
    """Replace the text by one that does not say what the product is."""
    name = f"{product.brand} {make_model(rng)}"
    description = describe_nothing(rng)
    return replace(product, name=name, description=description, named=False), "only the image tells"


def _image_hides(product: Product, rng: np.random.Generator) -> tuple[Product, str]:
    """Show a closed box, a brand card or an extreme close-up."""
    image = str(rng.choice(["box", "card", "close_up"], p=[0.5, 0.22, 0.28]))
    return replace(product, image=image), f"only the text tells, image={image}"


def _missing_image(product: Product, rng: np.random.Generator) -> tuple[Product, str]:
    """Give no image name, or the name of a missing file."""
    image = str(rng.choice(["none", "absent"]))
    return replace(product, image=image), "no image named" if image == "none" else "named but not there"


def _broken_image(product: Product, rng: np.random.Generator) -> tuple[Product, str]:
    """Truncate the image file, or replace it by a server's error page."""
    image = str(rng.choice(["cut_off", "error_page"]))
    return replace(product, image=image), f"image={image}"


Change = Callable[[Product, np.random.Generator], tuple[Product, str]]

_MISLEADING: dict[str, Change] = {
    "wrong_label": _wrong_label,
    "wrong_image": _wrong_image,
    "text_hides": _text_hides,
    "image_hides": _image_hides,
    "missing_image": _missing_image,
    "broken_image": _broken_image,
}


def _near_duplicate(product: Product, sku: str, rng: np.random.Generator) -> Product:
    """Return a second entry of the product: reworded, with its photo cropped."""
    sentences = product.description.split(". ")
    shorter = ". ".join(sentences[: max(1, len(sentences) - 1)])
    description = shorter if rng.random() < 0.6 else product.description
    retouch = int(rng.integers(1, 2**31))
    return replace(product, sku=sku, name=reword(rng, product.name), description=description, retouch=retouch)


def _leave_out_descriptions(
    products: list[Product], faulty: set[str], rng: np.random.Generator, count: int
) -> list[Fault]:
    """Remove descriptions; if the name does not say what the product is, add a ``text_hides`` fault."""
    faults: list[Fault] = []
    sound = [i for i in rng.permutation(len(products)) if products[i].sku not in faulty]
    for i in sound[:count]:
        products[i] = replace(products[i], description="")
        faults.append(Fault(products[i].sku, "missing_description", "no description given"))
        if not products[i].named:
            faults.append(Fault(products[i].sku, "text_hides", "name alone does not tell"))
    return faults
