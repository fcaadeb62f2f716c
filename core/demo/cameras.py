"""Cameras: DSLR, mirrorless, instant, action and security cameras."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.demo.mesh import Colour, Decal, Material, Mesh, Part, Thing, join, tinted
from core.demo.solids import blob, lathe, slab
from core.demo.wallpaper import flat, screen

STEEL = Material((0.80, 0.81, 0.83), 0.85, metal=0.85)
BLACK = Material((0.07, 0.07, 0.08), 0.35)
GLASS = Material((0.05, 0.06, 0.10), 1.0)
LEATHERS = ((0.42, 0.26, 0.16), (0.22, 0.15, 0.11), (0.58, 0.38, 0.24), (0.10, 0.10, 0.11))


def dslr(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a camera with a grip, a viewfinder hump and a big lens."""
    skin = Material((0.09, 0.09, 0.10) if rng.random() < 0.7 else tinted(colour, 0.6), 0.25)
    body = slab(1.15, 0.72, 0.36, 0.12, skin, bevel=0.07).moved(0, 0.40, 0)
    grip = slab(0.26, 0.66, 0.26, 0.10, skin, bevel=0.09).moved(-0.46, 0.38, 0.22)
    hump = slab(0.42, 0.30, 0.34, 0.10, skin, bevel=0.06).moved(0.05, 0.80, 0.04)
    shoe = slab(0.16, 0.03, 0.16, 0.01, STEEL).moved(0.05, 0.96, 0)
    dial = lathe([(0.11, 0), (0.11, 0.07), (0.001, 0.08)], BLACK, around=32).moved(0.42, 0.76, 0)
    button = lathe([(0.05, 0), (0.05, 0.04), (0.001, 0.05)], STEEL, around=24).moved(-0.46, 0.74, 0.2)
    lens = _lens(rng, rng.uniform(0.27, 0.32), rng.uniform(0.3, 0.75)).moved(0.06, 0.40, 0.18)
    mark = _words(rng, (235, 235, 235)).moved(0.05, 0.83, 0.215)
    return Thing(
        (Part(join(body, hump, shoe, dial), (mark,)), Part(join(grip, button)), Part(lens)),
        (-38, 38),
        (5, 24),
    )


def mirrorless(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a flat-topped camera in two materials: metal plates and a leather band."""
    plate = STEEL if rng.random() < 0.6 else BLACK
    hide = Material(colour if rng.random() < 0.6 else LEATHERS[rng.integers(4)], 0.12, grain=0.12)
    body = slab(1.14, 0.36, 0.27, 0.09, hide, bevel=0.01).moved(0, 0.325, 0)
    base = slab(1.15, 0.14, 0.29, 0.06, plate, bevel=0.03).moved(0, 0.08, 0)
    top = slab(1.15, 0.20, 0.29, 0.07, plate, bevel=0.03).moved(0, 0.60, 0)
    extras = [
        lathe([(0.10, 0), (0.10, 0.08), (0.001, 0.085)], plate, around=36).moved(-0.36, 0.69, 0),
        lathe([(0.07, 0), (0.07, 0.06), (0.001, 0.065)], plate, around=36).moved(-0.14, 0.69, 0),
        lathe([(0.045, 0), (0.045, 0.05), (0.001, 0.06)], STEEL, around=24).moved(-0.50, 0.68, 0.03),
        slab(0.15, 0.10, 0.02, 0.02, GLASS).moved(0.38, 0.60, 0.145).lifted(0.2),
    ]
    if rng.random() < 0.5:
        extras.append(slab(0.30, 0.16, 0.26, 0.05, plate, bevel=0.03).moved(0.06, 0.74, 0))
    lens = _lens(rng, rng.uniform(0.22, 0.27), rng.uniform(0.14, 0.42)).moved(0.05, 0.34, 0.14)
    return Thing((Part(join(base, body, top, *extras)), Part(lens)), (-38, 38), (5, 26))


def instant(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a bulky instant camera in a bright colour."""
    shell = Material(colour, 0.45)
    pale = Material((0.96, 0.95, 0.92), 0.4)
    body = slab(0.95, 0.46, 0.42, 0.16, shell, bevel=0.08).moved(0, 0.55, 0)
    front = slab(0.97, 0.32, 0.46, 0.10, pale, bevel=0.08).moved(0, 0.16, 0.01)
    flash = (
        slab(0.24, 0.13, 0.03, 0.03, Material((0.92, 0.94, 0.97), 0.9)).moved(0.26, 0.64, 0.21).lifted(0.2)
    )
    finder = slab(0.12, 0.10, 0.03, 0.02, GLASS).moved(-0.04, 0.64, 0.21).lifted(0.2)
    button = lathe([(0.06, 0), (0.06, 0.04), (0.001, 0.05)], Material((0.85, 0.25, 0.2), 0.5), around=24)
    button = button.turned("x", 90).moved(-0.34, 0.60, 0.21).lifted(0.2)
    parts = [
        Part(join(body, front, flash, finder, button)),
        Part(_lens(rng, 0.21, 0.14).moved(0, 0.38, 0.21)),
    ]
    if rng.random() < 0.4:
        photo = flat(_print(rng), 0.52, 0.62, 0.0).moved(0.1, 0.86, -0.05)
        sheet = slab(0.5, 0.6, 0.01, 0.01, pale).moved(0.1, 0.86, -0.06)
        parts.insert(0, Part(sheet, (photo,)))
    return Thing(tuple(parts), (-35, 35), (5, 22))


def action(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a small rugged action camera, or a round security camera on a foot."""
    coat = Material(colour, 0.3)
    if rng.random() < 0.5:
        body = slab(0.85, 0.62, 0.34, 0.09, coat, bevel=0.05).moved(0, 0.32, 0)
        front = slab(0.32, 0.32, 0.08, 0.06, BLACK, bevel=0.03).moved(0.20, 0.40, 0.18).lifted(0.15)
        lens = _lens(rng, 0.11, 0.03).moved(0.20, 0.40, 0.22).lifted(0.3)
        panel = slab(0.30, 0.26, 0.02, 0.03, GLASS).moved(-0.2, 0.38, 0.17).lifted(0.2)
        return Thing((Part(join(body, front, lens, panel)),), (-35, 35), (5, 25))
    pale = Material((0.94, 0.94, 0.93), 0.5) if rng.random() < 0.6 else coat
    foot = lathe([(0.001, 0), (0.30, 0), (0.28, 0.05), (0.05, 0.09), (0.05, 0.35)], pale)
    head = blob((0.32, 0.32, 0.32), pale).moved(0, 0.60, 0)
    eye = (
        lathe([(0.24, 0.0), (0.22, 0.06), (0.10, 0.10), (0.001, 0.11)], BLACK, around=40)
        .turned("x", 90)
        .moved(0, 0.60, 0.22)
        .lifted(0.3)
    )
    pupil = blob((0.06, 0.06, 0.03), GLASS, fine=12).moved(0, 0.60, 0.33).lifted(0.5)
    return Thing((Part(join(foot, head, eye, pupil)),), (-35, 35), (2, 20))


def _lens(rng: np.random.Generator, r: float, long: float) -> Mesh:
    """Return a lens that points along z, with rings and violet or green glass."""
    barrel = BLACK if rng.random() < 0.75 else STEEL
    grip = Material((0.13, 0.13, 0.14), 0.08, grain=0.3)
    tint = [(0.20, 0.12, 0.38), (0.08, 0.22, 0.30), (0.30, 0.14, 0.16)][rng.integers(3)]
    pieces = [
        lathe([(r, 0), (r, long * 0.3)], barrel),
        lathe([(r * 1.03, long * 0.3), (r * 1.03, long * 0.7)], grip),
    ]
    pieces += [
        lathe(
            [
                (r * 0.97, long * 0.7),
                (r, long),
                (r * 0.92, long + 0.02),
                (r * 0.80, long - 0.02),
                (r * 0.62, long - 0.05),
            ],
            barrel,
        )
    ]
    pieces.append(
        lathe(
            [(r * 0.62, long - 0.05), (r * 0.45, long - 0.02), (r * 0.2, long), (0.001, long + 0.005)],
            Material(tint, 1.0),
        )
    )
    return join(*pieces).turned("x", 90)


def _words(rng: np.random.Generator, ink: tuple[int, int, int]) -> Decal:
    """Return a short made-up model mark for a camera's front."""
    mark = "".join(rng.choice(list("AELNORSVX"), int(rng.integers(3, 6))))
    image = Image.new("RGBA", (160, 50))
    ImageDraw.Draw(image).text((80, 25), mark, fill=ink, anchor="mm", font=ImageFont.load_default(40))
    return flat(image, 0.26, 0.08, 0.0)


def _print(rng: np.random.Generator) -> Image.Image:
    """Draw an instant photo: an image in a white frame."""
    image = Image.new("RGBA", (130, 155), (250, 249, 245, 255))
    image.paste(screen(rng, 110, 110, "plain"), (10, 10))
    return image
