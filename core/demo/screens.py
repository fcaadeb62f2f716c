"""Phones, tablets and laptops."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from core.demo.mesh import Colour, Decal, Material, Part, Thing, join, tinted
from core.demo.solids import blob, lathe, rod, slab
from core.demo.wallpaper import flat, screen


def phone(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a smartphone: front, back, both, or lying on the table."""
    wide, tall = rng.uniform(0.46, 0.50), 1.0
    corner, thick = rng.uniform(0.04, 0.10), rng.uniform(0.045, 0.06)
    image = screen(rng, 150, 310, "phone")
    lens = _lenses(rng)
    front = device(wide, tall, thick, corner, colour, image, bezel=0.022)
    back = _with_lenses(
        device(wide, tall, thick, corner, colour, None, bezel=0.02), lens, wide, tall, thick, colour
    )
    pose = rng.choice(["front", "back", "pair", "lying"], p=[0.36, 0.22, 0.30, 0.12])
    if pose == "pair":
        first = front.turned("y", 14).turned("x", -6).moved(0.20, 0.5, 0.10)
        return Thing(
            (back.turned("y", -10).turned("x", -6).moved(-0.20, 0.53, -0.12), first), (-18, 18), (4, 16)
        )
    if pose == "lying":
        one = front if rng.random() < 0.6 else back
        return Thing((one.turned("x", -90).moved(0, thick / 2, 0),), (-60, 60), (38, 68))
    one = front if pose == "front" else back
    return Thing((one.turned("x", -5).moved(0, 0.51, 0),), (-42, 42), (3, 18))


def tablet(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a tablet: upright, on its side, with a pen, on a keyboard stand, or from behind."""
    tall = 1.0
    wide = rng.uniform(0.64, 0.76)
    pose = rng.choice(
        ["portrait", "landscape", "keyboard", "back", "lying"], p=[0.30, 0.28, 0.16, 0.12, 0.14]
    )
    on_side = pose in ("landscape", "keyboard")
    w, h = (tall, wide) if on_side else (wide, tall)
    image = None if pose == "back" else screen(rng, int(w * 300), int(h * 300), "tablet")
    plate = device(w, h, 0.035, rng.uniform(0.03, 0.06), colour, image, bezel=rng.uniform(0.035, 0.065))
    if pose == "back":
        plate = _with_lenses(plate, (1, False), w, h, 0.035, colour)
    pen = rod(
        (w / 2 + 0.06, 0.02, 0.06), (w / 2 + 0.09, 0.78 * h, 0.02), 0.014, Material((0.95, 0.95, 0.95), 0.4)
    )
    parts = [plate.turned("x", -12).moved(0, h / 2 + 0.01, 0)]
    if pose == "keyboard":
        parts = [
            plate.turned("x", -18).moved(0, h / 2 + 0.03, -0.22),
            _keyboard(w, 0.5, (0.14, 0.14, 0.16), 0.02),
        ]
        return Thing(tuple(parts), (-35, 35), (14, 30))
    if pose == "lying":
        return Thing((plate.turned("x", -90).moved(0, 0.02, 0),), (-50, 50), (40, 70))
    if rng.random() < 0.35:
        parts.append(Part(pen))
    return Thing(tuple(parts), (-38, 38), (4, 20))


def laptop(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a laptop at some opening angle, from the front, the side or behind."""
    wide, deep = 1.4, rng.uniform(0.88, 1.0)
    high = deep * rng.uniform(0.94, 1.0)
    image = screen(rng, 320, int(320 * high / wide), "laptop")
    lid = device(wide, high, 0.028, 0.05, colour, image, bezel=rng.uniform(0.03, 0.055))
    lid = Part(lid.mesh, (*lid.decals, _logo(rng, colour)))
    open_by = rng.uniform(-32, -4) if rng.random() < 0.9 else 38.0
    lid = lid.moved(0, high / 2, 0).turned("x", open_by).moved(0, 0.05, -deep / 2)
    base = _keyboard(wide, deep, colour, 0.045)
    if rng.random() < 0.14:
        return Thing((base, lid), (140, 220), (12, 26))
    return Thing((base, lid), (-42, 42), (10, 30))


def device(
    w: float,
    h: float,
    thick: float,
    corner: float,
    colour: Colour,
    image: Image.Image | None,
    *,
    bezel: float,
) -> Part:
    """Return an upright plate with a glass front, or its plain back without an image."""
    metal = Material(colour, 0.45, metal=0.25)
    body = slab(w, h, thick, corner, metal, bevel=thick * 0.4)
    if image is None:
        return Part(body)
    glass = Image.new("RGBA", (int(w * 320), int(h * 320)))
    pen = ImageDraw.Draw(glass)
    edge = 0.012
    radius = int(max(corner - edge, 0.01) * 320)
    pen.rounded_rectangle([0, 0, glass.width - 1, glass.height - 1], radius, fill=(12, 12, 14, 255))
    border = int(bezel * 320)
    inner = image.resize((glass.width - 2 * border, glass.height - 2 * border), Image.Resampling.BILINEAR)
    mask = Image.new("L", inner.size)
    ImageDraw.Draw(mask).rounded_rectangle(
        [0, 0, inner.width - 1, inner.height - 1], max(radius - border, 4), fill=255
    )
    glass.paste(inner, (border, border), mask)
    return Part(body, (flat(glass, w - 2 * edge, h - 2 * edge, thick / 2 + 0.001, glow=0.85),))


def _lenses(rng: np.random.Generator) -> tuple[int, bool]:
    """Choose the number of lenses on the back, and whether they are in a bar."""
    return int(rng.integers(1, 5)), bool(rng.random() < 0.3)


def _with_lenses(
    part: Part, lens: tuple[int, bool], w: float, h: float, thick: float, colour: Colour
) -> Part:
    """Put cameras on the plate's front side, which then represents its back."""
    count, across = lens
    dark = Material((0.04, 0.04, 0.05), 0.9)
    plate = tinted(colour, 0.8)
    if across:
        meshes = [
            slab(w * 0.92, 0.13, 0.03, 0.06, Material(plate, 0.5), bevel=0.01).moved(0, h * 0.36, thick / 2)
        ]
        spots = [(-0.15 + 0.1 * i, h * 0.36) for i in range(count)]
    else:
        rows = (count + 1) // 2
        high = 0.07 + 0.10 * (rows if count != 2 else 2)
        meshes = [
            slab(0.19 if count > 2 else 0.12, high, 0.02, 0.045, Material(plate, 0.5), bevel=0.008)
            .moved(-w / 2 + (0.13 if count > 2 else 0.10), h / 2 - high / 2 - 0.04, thick / 2)
        ]  # fmt: skip
        x, top = -w / 2 + (0.085 if count > 2 else 0.10), h / 2 - 0.11
        spots = [(x, top - 0.1 * i) for i in range(2)][:count] if count <= 2 else []
        spots = spots or [(x + 0.09 * (i % 2), top - 0.1 * (i // 2)) for i in range(count)]
    for x, y in spots:
        ring = lathe([(0, 0.02), (0.025, 0.02), (0.034, 0.03), (0.038, 0.0)], dark, around=20)
        meshes.append(ring.turned("x", 90).moved(x, y, thick / 2 + 0.01))
        meshes.append(
            blob((0.01, 0.01, 0.004), Material((0.25, 0.3, 0.5), 1.0), fine=6).moved(x, y, thick / 2 + 0.042)
        )
    return Part(join(part.mesh, *meshes), part.decals)


def _logo(rng: np.random.Generator, colour: Colour) -> Decal:
    """Return a plain round or square badge for the outside of a lid."""
    badge = Image.new("RGBA", (60, 60))
    pen = ImageDraw.Draw(badge)
    ink = (245, 245, 245, 220) if sum(colour) < 1.8 else (70, 70, 76, 220)
    shape = rng.integers(3)
    if shape == 0:
        pen.ellipse([6, 6, 54, 54], outline=ink, width=7)
    elif shape == 1:
        pen.polygon([(30, 4), (56, 52), (4, 52)], fill=ink)
    else:
        pen.rounded_rectangle([8, 8, 52, 52], 12, fill=ink)
    decal = flat(badge, 0.14, 0.14, 0.0)
    return decal.turned("y", 180).moved(0, 0, -0.016)


def _keyboard(w: float, deep: float, colour: Colour, thick: float) -> Part:
    """Return a flat base with keys and a touch pad, its front edge towards the viewer."""
    body = slab(w, deep, thick, 0.05, Material(colour, 0.4, metal=0.25), bevel=thick * 0.4)
    top = Image.new("RGBA", (420, int(420 * deep / w)))
    pen = ImageDraw.Draw(top)
    dark = sum(colour) > 1.0
    key, gap = ((38, 38, 42, 255) if dark else (22, 22, 26, 255)), 26
    ink = (150, 150, 156, 255)
    for row in range(6):
        y = 22 + row * gap
        x = 32.0
        while x < 380:
            size = 24 if row < 5 or not 130 < x < 250 else 120
            pen.rounded_rectangle([x, y, min(x + size, 388), y + 21], 4, fill=key)
            pen.point([(x + size / 2, y + 10)], fill=ink)
            x += size + 3
    shade = tuple(int(235 * c) for c in colour)
    pad = top.height - 190
    pen.rounded_rectangle(
        [140, 186, 280, 186 + max(pad - 8, 20)], 6, fill=(*shade, 255), outline=(90, 90, 96, 255)
    )
    decal = flat(top, w * 0.99, deep * 0.99, thick / 2 + 0.001)
    return Part(body, (decal,)).turned("x", -90).moved(0, thick / 2, 0)
