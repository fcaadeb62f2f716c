"""Backgrounds of product photos: seamless paper, tables of wood or stone, cloth, and rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from core.demo.mesh import Colour
from core.demo.render import SIDE, Camera

PAPERS: tuple[Colour, ...] = (
    (0.93, 0.80, 0.76), (0.78, 0.87, 0.93), (0.80, 0.90, 0.82), (0.95, 0.88, 0.70), (0.86, 0.80, 0.93),
    (0.97, 0.93, 0.87), (0.55, 0.66, 0.74), (0.91, 0.62, 0.52), (0.30, 0.36, 0.44), (0.50, 0.62, 0.52),
    (0.20, 0.22, 0.26), (0.98, 0.78, 0.45), (0.72, 0.72, 0.74), (0.62, 0.50, 0.62),
)  # fmt: skip
WOODS: tuple[Colour, ...] = (
    (0.72, 0.52, 0.34),
    (0.50, 0.33, 0.21),
    (0.84, 0.70, 0.52),
    (0.36, 0.27, 0.22),
    (0.62, 0.55, 0.48),
)
WALLS: tuple[Colour, ...] = (
    (0.90, 0.88, 0.84), (0.74, 0.79, 0.80), (0.83, 0.77, 0.70), (0.62, 0.69, 0.64), (0.80, 0.70, 0.68),
    (0.46, 0.52, 0.58),
)  # fmt: skip


@dataclass(frozen=True)
class Backdrop:
    """A background (SIDE, SIDE, 3) sRGB 0..1, the strength of shadows on it, and its reflectivity."""

    image: np.ndarray
    shadow: float
    mirror: float = 0.0


Scene = Callable[[Camera, np.random.Generator], Backdrop]


def studio(camera: Camera, rng: np.random.Generator) -> Backdrop:
    """White seamless paper with a slight fall-off, as in most shop images."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    level = rng.uniform(0.955, 1.0) - rng.uniform(0.0, 0.16) * (x**2 + y**2)
    tint = 1 - np.array([0.0, 0.004, 0.012]) * rng.uniform(-1, 1)
    return Backdrop(level[..., None] * tint, rng.uniform(0.25, 0.45), rng.choice([0.0, 0.0, 0.16]))


def paper(camera: Camera, rng: np.random.Generator) -> Backdrop:
    """Coloured seamless paper, brighter near the lamp."""
    colour = np.array(PAPERS[rng.integers(len(PAPERS))])
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    spot = np.exp(-((x - rng.uniform(0.25, 0.75)) ** 2 + (y - rng.uniform(0.2, 0.6)) ** 2) / 0.28)
    sweep = 0.86 + 0.24 * spot - 0.10 * np.clip(y - 0.75, 0, 1)
    return Backdrop(
        np.clip(colour * sweep[..., None], 0, 1), rng.uniform(0.4, 0.6), rng.choice([0.0, 0.0, 0.14])
    )


def two_tone(camera: Camera, rng: np.random.Generator) -> Backdrop:
    """Build a plain coloured table top against a plain wall of another colour, with a soft edge between."""
    top, wall = (np.array(PAPERS[i]) for i in rng.choice(len(PAPERS), 2, replace=False))
    return _table(camera, rng, top * np.ones((SIDE, SIDE, 1)), wall, mirror=rng.choice([0.0, 0.12, 0.22]))


def wood(camera: Camera, rng: np.random.Generator) -> Backdrop:
    """Planks in perspective, a wall behind."""
    floor = camera.ground()
    angle = rng.uniform(-0.3, 0.3) + rng.choice([0, np.pi / 2])
    along = floor[..., 0] * np.cos(angle) + floor[..., 1] * np.sin(angle)
    across = -floor[..., 0] * np.sin(angle) + floor[..., 1] * np.cos(angle)
    width = rng.uniform(0.25, 0.6)
    plank = np.floor(np.nan_to_num(across / width, posinf=0, neginf=0))
    tone = 0.10 * np.sin(plank * 12.9898 + rng.uniform(0, 6))
    wave = across / width * 26 + 1.6 * np.sin(along * 2.3 + plank * 4.1) + 0.8 * np.sin(along * 5.1 + plank)
    grain = 0.05 * np.sin(wave) + 0.03 * np.sin(2.7 * wave + along)
    gap = np.clip(1 - np.abs((across / width) % 1 - 0.5) / 0.02, 0, 1) * 0.3
    fade = np.exp(-floor[..., 2] / (3 * camera.distance))
    level = 1 + tone + (grain - gap) * fade
    colour = np.array(WOODS[rng.integers(len(WOODS))]) * np.nan_to_num(level, nan=1.0)[..., None]
    wall = np.array(WALLS[rng.integers(len(WALLS))])
    return _table(camera, rng, colour, wall, mirror=rng.choice([0.0, 0.10]))


def stone(camera: Camera, rng: np.random.Generator) -> Backdrop:
    """Build a marble or slate top with veins."""
    floor = camera.ground()
    x, z = (np.nan_to_num(np.clip(floor[..., i], -40, 40)) for i in (0, 1))
    a, b, c = rng.uniform(0, 6, 3)
    bend = x * 2.1 + 1.3 * np.sin(z * 1.7 + a) + 0.7 * np.sin(3.1 * x + 2.2 * z + b)
    vein = np.exp(-((np.sin(bend + 0.5 * np.sin(5 * z + c)) / 0.10) ** 2)) * np.exp(
        -floor[..., 2] / (3 * camera.distance)
    )
    dark = rng.random() < 0.35
    base = np.array([0.22, 0.23, 0.25] if dark else [0.92, 0.915, 0.90])
    colour = base + (0.18 if dark else -0.16) * vein[..., None] + 0.02 * np.sin(0.7 * bend)[..., None]
    wall = np.array(WALLS[rng.integers(len(WALLS))]) * (0.6 if dark else 1.0)
    return _table(camera, rng, colour, wall, mirror=rng.choice([0.08, 0.2]))


def cloth(camera: Camera, rng: np.random.Generator) -> Backdrop:
    """Draped linen: soft folds and a fine weave, no horizon."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    angle = rng.uniform(0, np.pi)
    u = x * np.cos(angle) + y * np.sin(angle)
    v = -x * np.sin(angle) + y * np.cos(angle)
    folds = 0.05 * np.sin(9 * u + 2 * np.sin(3 * v + rng.uniform(0, 6))) + 0.03 * np.sin(17 * u + 5 * v)
    weave = 0.025 * np.sin(x * SIDE * 2.1) * np.sin(y * SIDE * 2.1)
    colour = np.array(PAPERS[rng.integers(len(PAPERS))])
    level = 0.95 + folds + weave
    return Backdrop(np.clip(colour * level[..., None], 0, 1), rng.uniform(0.4, 0.6))


def room(camera: Camera, rng: np.random.Generator) -> Backdrop:
    """Build a furnished room out of focus: window light, a frame or a plant, a floor or a table."""
    wall = np.array(WALLS[rng.integers(len(WALLS))])
    canvas = Image.new("RGB", (SIDE, SIDE), tuple((wall * 235).astype(int).tolist()))
    pen = ImageDraw.Draw(canvas)
    horizon = _horizon(camera, 3.0)
    for _ in range(rng.integers(1, 4)):
        _furnish(pen, rng, horizon)
    blurred = np.asarray(canvas.filter(ImageFilter.GaussianBlur(rng.uniform(3, 7)))) / 255
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    beam = 0.12 * (np.sin((x + 0.5 * y) * rng.uniform(6, 12) + rng.uniform(0, 6)) > 0.2)
    soft = (
        np.asarray(Image.fromarray((beam * 1000).astype(np.uint8)).filter(ImageFilter.GaussianBlur(5))) / 1000
    )
    top = np.array(
        WOODS[rng.integers(len(WOODS))] if rng.random() < 0.6 else PAPERS[rng.integers(len(PAPERS))]
    )
    return _table(
        camera, rng, top * np.ones((SIDE, SIDE, 1)), np.clip(blurred + soft[..., None], 0, 1), mirror=0.0
    )


def evening(camera: Camera, rng: np.random.Generator) -> Backdrop:
    """Build a dark room with lights out of focus."""
    base = np.array([[0.10, 0.11, 0.16], [0.14, 0.10, 0.10], [0.07, 0.12, 0.14]][rng.integers(3)])
    canvas = Image.new("RGB", (SIDE, SIDE), tuple((base * 255).astype(int).tolist()))
    pen = ImageDraw.Draw(canvas, "RGBA")
    lights = [(255, 196, 120), (120, 190, 255), (255, 130, 150), (255, 235, 200)]
    for _ in range(rng.integers(8, 22)):
        x, y, r = rng.uniform(0, SIDE), rng.uniform(0, SIDE * 0.6), rng.uniform(5, 20)
        pen.ellipse([x - r, y - r, x + r, y + r], fill=(*lights[rng.integers(4)], int(rng.uniform(25, 95))))
    wall = np.asarray(canvas.filter(ImageFilter.GaussianBlur(2.2))) / 255
    top = base * 1.9 * np.ones((SIDE, SIDE, 1))
    return _table(camera, rng, top, wall, mirror=rng.choice([0.15, 0.3]))


SCENES: dict[str, Scene] = {
    "studio": studio, "paper": paper, "two_tone": two_tone, "wood": wood,
    "stone": stone, "cloth": cloth, "room": room, "evening": evening,
}  # fmt: skip


def _horizon(camera: Camera, behind: float) -> float:
    """Return the pixel row at which the table ends, `behind` units past the product."""
    away = -camera.turn[2] * np.array([1, 0, 1])
    away /= np.linalg.norm(away) + 1e-9
    edge = camera.target * np.array([1, 0, 1]) + away * behind
    return float(camera.project(edge)[1])


def _table(
    camera: Camera, rng: np.random.Generator, top: np.ndarray, wall: np.ndarray, *, mirror: float
) -> Backdrop:
    """Put a table top in front of a wall (a colour or an image), both lit unevenly."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    horizon = _horizon(camera, rng.uniform(1.2, 2.4))
    share = np.clip((y - horizon) / 2.0 + 0.5, 0, 1)[..., None]
    light = rng.uniform(0.2, 0.8) * SIDE
    lit_wall = wall * (0.80 + 0.26 * np.exp(-(((x - light) / SIDE) ** 2) / 0.2))[..., None]
    near = np.clip((y - horizon) / SIDE, 0, 1)
    lit_top = top * (0.82 + 0.22 * near + 0.10 * np.exp(-(((x - light) / SIDE) ** 2) / 0.15))[..., None]
    edge = 1 - 0.25 * np.exp(-np.clip(y - horizon, 0, None) / 4)[..., None]
    image = lit_wall * (1 - share) + lit_top * edge * share
    return Backdrop(np.clip(image, 0, 1), rng.uniform(0.45, 0.65), float(mirror))


def _furnish(pen: ImageDraw.ImageDraw, rng: np.random.Generator, horizon: float) -> None:
    """Draw an object in the background of a room."""
    x, w = rng.uniform(-20, SIDE), rng.uniform(30, 90)
    kind = rng.integers(4)
    if kind == 0:  # a window
        pen.rectangle([x, 6, x + w, 6 + w * 1.3], fill=(250, 250, 244))
        pen.line([x + w / 2, 6, x + w / 2, 6 + w * 1.3], fill=(200, 200, 200), width=3)
    elif kind == 1:  # an image in a frame
        pen.rectangle([x, 18, x + w * 0.8, 18 + w], fill=(70, 60, 54))
        pen.rectangle([x + 5, 23, x + w * 0.8 - 5, 13 + w], fill=tuple(rng.integers(120, 230, 3).tolist()))
    elif kind == 2:  # a plant
        for _ in range(12):
            dx, dy = rng.uniform(-w / 2, w / 2), rng.uniform(-w, 0)
            green = (int(rng.uniform(50, 110)), int(rng.uniform(100, 150)), int(rng.uniform(60, 90)))
            pen.ellipse([x + dx - 9, horizon - 30 + dy - 14, x + dx + 9, horizon - 30 + dy + 14], fill=green)
    else:  # a shelf of books
        for i in range(8):
            tall = rng.uniform(24, 44)
            ink = tuple(rng.integers(70, 210, 3).tolist())
            pen.rectangle([x + i * 11, 80 - tall, x + i * 11 + 9, 80], fill=ink)
        pen.rectangle([x - 8, 80, x + 96, 85], fill=(120, 90, 64))
