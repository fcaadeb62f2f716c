"""The twelve categories: share of rows, prices, and kinds with their drawing functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.demo import bags, cameras, cases, chairs, cups, headphones, lamps, pots, screens, speakers, watches
from core.demo.mesh import Colour, Thing

Draw = Callable[[np.random.Generator, Colour], Thing]


@dataclass(frozen=True)
class Category:
    """A category: share of rows, family of sentences, group of brands, median price, shares of kinds."""

    share: float
    family: str
    brands: str
    price: float
    kinds: dict[Draw, float]


CATEGORIES: dict[str, Category] = {
    "Headphones": Category(0.170, "audio", "gadget", 79, {
        headphones.over_ear: 0.40, headphones.gaming: 0.14, headphones.on_ear: 0.16,
        headphones.earbuds: 0.20, headphones.in_ear: 0.10,
    }),
    "Smartphones": Category(0.145, "screen", "gadget", 389, {screens.phone: 1.0}),
    "Mugs & Cups": Category(0.1175, "kitchen", "house", 14, {
        cups.mug: 0.62, cups.espresso: 0.18, cups.tumbler: 0.20,
    }),
    "Laptops": Category(0.10, "screen", "gadget", 849, {screens.laptop: 1.0}),
    "Bags & Cases": Category(0.095, "carry", "carry", 39, {
        bags.backpack: 0.26, bags.messenger: 0.16, bags.tote: 0.10,
        cases.sleeve: 0.14, cases.phone_case: 0.24, cases.hard_case: 0.10,
    }),
    "Lamps": Category(0.08, "home", "house", 49, {
        lamps.table_lamp: 0.26, lamps.mushroom: 0.14, lamps.globe: 0.14, lamps.desk_lamp: 0.18,
        lamps.floor_lamp: 0.14, lamps.pendant: 0.14,
    }),
    "Watches": Category(0.07, "wear", "carry", 129, {watches.analog_watch: 0.58, watches.smart_watch: 0.42}),
    "Chairs": Category(0.06, "home", "house", 139, {
        chairs.wooden_chair: 0.28, chairs.shell_chair: 0.24, chairs.office_chair: 0.22, chairs.stool: 0.12,
        chairs.armchair: 0.14,
    }),
    "Speakers": Category(0.0525, "audio", "gadget", 109, {
        speakers.bookshelf: 0.24, speakers.smart: 0.28, speakers.portable: 0.32, speakers.soundbar: 0.16,
    }),
    "Kettles & Coffee": Category(0.045, "kitchen", "house", 59, {
        pots.electric_kettle: 0.26, pots.gooseneck: 0.14, pots.stove_kettle: 0.16, pots.moka: 0.14,
        pots.french_press: 0.12, pots.machine: 0.18,
    }),
    "Cameras": Category(0.0375, "photo", "gadget", 459, {
        cameras.dslr: 0.26, cameras.mirrorless: 0.28, cameras.instant: 0.26, cameras.action: 0.20,
    }),
    "Tablets": Category(0.0275, "screen", "gadget", 329, {screens.tablet: 1.0}),
}  # fmt: skip

DRAW: dict[str, Draw] = {draw.__name__: draw for entry in CATEGORIES.values() for draw in entry.kinds}
CATEGORY_OF: dict[str, str] = {d.__name__: name for name, entry in CATEGORIES.items() for d in entry.kinds}
