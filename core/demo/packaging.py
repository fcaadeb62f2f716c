"""Images that do not show the product: closed boxes and brand cards."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.demo.mesh import Colour, Material, Part, Thing
from core.demo.render import SIDE
from core.demo.scene import PAPERS
from core.demo.solids import slab
from core.demo.wallpaper import flat

CARDBOARD: Colour = (0.74, 0.58, 0.41)


def carton(rng: np.random.Generator, colour: Colour, brand: str) -> Thing:
    """Build a closed box with the brand's name on it."""
    printed = rng.random() < 0.6
    wide, tall, deep = rng.uniform(0.6, 1.2), rng.uniform(0.5, 1.1), rng.uniform(0.35, 0.8)
    body = slab(wide, tall, deep, 0.01, Material(colour if printed else CARDBOARD, 0.15), bevel=0.006).moved(
        0, tall / 2, 0
    )
    label = Image.new("RGBA", (300, int(300 * tall / wide)))
    pen = ImageDraw.Draw(label)
    dark = printed and sum(colour) < 1.7
    ink = (245, 243, 238) if dark else (46, 40, 36)
    if printed:
        tone = PAPERS[rng.integers(len(PAPERS))]
        pen.rectangle([0, label.height * 0.72, 300, label.height], fill=tuple(int(255 * c) for c in tone))
    else:
        pen.rectangle([0, label.height * 0.46, 300, label.height * 0.54], fill=(226, 205, 170, 160))
    pen.text(
        (150, label.height * 0.34),
        brand,
        fill=ink,
        anchor="mm",
        font=ImageFont.load_default(300 / max(6, len(brand) * 0.7)),
    )
    front = flat(label, wide * 0.98, tall * 0.98, deep / 2 + 0.002, y=tall / 2)
    return Thing((Part(body, (front,)),), (-45, 45), (10, 32))


def card(rng: np.random.Generator, brand: str) -> Image.Image:
    """Return a placeholder image, with the brand's name on a plain background."""
    top, low = (np.array(PAPERS[i]) for i in rng.choice(len(PAPERS), 2, replace=False))
    share = np.linspace(0, 1, SIDE)[:, None, None]
    ground = (255 * (top * (1 - share) + (0.5 * top + 0.5 * low) * share)) * np.ones((1, SIDE, 1))
    image = Image.fromarray(ground.astype(np.uint8)).filter(ImageFilter.GaussianBlur(2))
    pen = ImageDraw.Draw(image)
    ink = (255, 255, 255) if top.sum() < 1.9 else (58, 58, 66)
    pen.text((SIDE / 2, SIDE * 0.46), brand, fill=ink, anchor="mm", font=ImageFont.load_default(30))
    pen.line([SIDE * 0.36, SIDE * 0.56, SIDE * 0.64, SIDE * 0.56], fill=ink, width=1)
    pen.text((SIDE / 2, SIDE * 0.63), "photo follows", fill=ink, anchor="mm", font=ImageFont.load_default(13))
    return image
