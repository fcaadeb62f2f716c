"""Draw screen contents (wallpapers, clocks, app icons, windows), and make decals from flat images."""

from __future__ import annotations

import colorsys

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.demo.mesh import Decal

HUES = (0.0, 0.04, 0.09, 0.13, 0.38, 0.48, 0.54, 0.58, 0.62, 0.67, 0.74, 0.82, 0.92)


def flat(
    image: Image.Image, w: float, h: float, z: float, *, glow: float = 0.0, x: float = 0, y: float = 0
) -> Decal:
    """Return an upright decal at the origin, facing the viewer."""
    corners = np.array([[-w / 2, h / 2, 0], [-w / 2, -h / 2, 0], [w / 2, -h / 2, 0], [w / 2, h / 2, 0]])
    return Decal(image, corners + np.array([x, y, z]), glow)


def screen(rng: np.random.Generator, w: int, h: int, kind: str) -> Image.Image:
    """Draw screen contents: a wallpaper, and a clock, app icons, windows or an image on it."""
    hue = HUES[rng.integers(len(HUES))] + rng.normal(0, 0.02)
    small = Image.new("RGB", (24, 24), _tone(hue, 0.6, rng.uniform(0.15, 0.9)))
    pen = ImageDraw.Draw(small)
    for _ in range(6):
        x, y, r = rng.uniform(0, 24), rng.uniform(0, 24), rng.uniform(5, 13)
        tone = _tone(hue + rng.normal(0, 0.09), rng.uniform(0.3, 0.8), rng.uniform(0.55, 1.0))
        pen.ellipse([x - r, y - r, x + r, y + r], fill=tone)
    image = small.filter(ImageFilter.GaussianBlur(3.5)).resize((w, h), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image, "RGBA")
    shown = (
        "plain"
        if kind == "plain"
        else rng.choice(["clock", "icons", "page", "plain"], p=[0.3, 0.3, 0.25, 0.15])
    )
    if shown == "clock":
        time = f"{rng.integers(1, 24)}:{rng.integers(0, 60):02d}"
        pen.text((w / 2, h * 0.25), time, fill="white", anchor="mm", font=ImageFont.load_default(w * 0.22))
    elif shown == "icons":
        _icons(pen, rng, w, h, across=4 if kind == "phone" else 7)
    elif shown == "page":
        _page(pen, rng, w, h)
    sheen = Image.new("L", (w, h))
    ImageDraw.Draw(sheen).polygon([(w * 0.55, 0), (w, 0), (w, h * 0.75)], fill=int(rng.uniform(0, 34)))
    image.paste((255, 255, 255), (0, 0), sheen)
    return image


def _icons(pen: ImageDraw.ImageDraw, rng: np.random.Generator, w: int, h: int, across: int) -> None:
    """Draw rows of app icons."""
    cell = w / (across + 0.6)
    for row in range(int(h / cell - 0.5)):
        if rng.random() < 0.25:
            continue
        for col in range(across):
            x, y = cell * (col + 0.5), cell * (row + 0.6)
            pen.rounded_rectangle(
                [x, y, x + cell * 0.6, y + cell * 0.6], cell * 0.16, fill=_tone(rng.random(), 0.5, 0.96)
            )


def _page(pen: ImageDraw.ImageDraw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a window with a heading, an image and lines of text."""
    left, top = w * rng.uniform(0.04, 0.2), h * rng.uniform(0.06, 0.16)
    paper = (250, 250, 250, 240) if rng.random() < 0.7 else (34, 36, 44, 240)
    ink = (120, 124, 132)
    pen.rounded_rectangle([left, top, w * 0.95, h * 0.94], 6, fill=paper)
    pen.rectangle([left + 8, top + 8, left + w * 0.4, top + 8 + h * 0.04], fill=_tone(rng.random(), 0.7, 0.8))
    pen.rectangle([left + 8, top + h * 0.12, w * 0.92, top + h * 0.42], fill=_tone(rng.random(), 0.4, 0.85))
    for i in range(7):
        y = top + h * (0.46 + 0.055 * i)
        pen.rectangle([left + 8, y, left + w * rng.uniform(0.35, 0.7), y + max(2, h * 0.014)], fill=ink)


def _tone(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    """Return RGB bytes for hue, saturation and value in 0..1."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(255 * red), int(255 * green), int(255 * blue)
