"""Photograph a product: combine product, scene and light into a JPEG."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.demo.mesh import Thing
from core.demo.render import SIDE, Camera, Light, aim, draw_parts, draw_shadow
from core.demo.scene import SCENES, Backdrop


@dataclass(frozen=True)
class Shot:
    """Settings of a photo: the scene's name, the share of the frame filled, and a sticker's text."""

    scene: str
    fill: float
    sticker: str = ""


WEIGHTS = {
    "studio": 0.34,
    "paper": 0.18,
    "two_tone": 0.12,
    "wood": 0.12,
    "stone": 0.07,
    "cloth": 0.04,
    "room": 0.09,
    "evening": 0.04,
}
STICKERS = ("SALE", "NEW", "-20%", "-35%", "TOP", "2 for 1")


def plan_shot(rng: np.random.Generator) -> Shot:
    """Choose scene and framing, and sometimes a sticker."""
    scene = str(rng.choice(list(WEIGHTS), p=list(WEIGHTS.values())))
    fill = rng.uniform(1.0, 1.5) if rng.random() < 0.10 else rng.uniform(0.62, 0.84)
    return Shot(scene, float(fill), str(rng.choice(STICKERS)) if rng.random() < 0.05 else "")


def photograph(thing: Thing, shot: Shot, rng: np.random.Generator) -> Image.Image:
    """Return the RGB image of a product, SIDE pixels square."""
    light = _light(rng, shot.scene)
    offset = (rng.uniform(-0.03, 0.03), rng.uniform(-0.02, 0.04))
    roll = float(rng.normal(0, 1.2))
    camera = aim(
        thing.parts, rng.uniform(*thing.azimuth), rng.uniform(*thing.elevation), roll, shot.fill, offset
    )
    backdrop = SCENES[shot.scene](camera, rng)
    product = draw_parts(thing.parts, camera, light)
    lit = any((part.mesh.finish[:, 2] > 0.45).mean() > 0.02 for part in thing.parts)
    image = backdrop.image * (np.array([0.74, 0.70, 0.66]) if lit else 1.0)
    if not thing.hangs:
        image = _with_floor(image, backdrop, thing, camera, light)
    image = image * (1 - product[..., 3:]) + product[..., :3]
    image = _with_glow(image, thing, camera)
    picture = _finish(image, light, rng)
    return _with_sticker(picture, shot.sticker, rng) if shot.sticker else picture


def to_jpeg(picture: Image.Image, quality: int) -> bytes:
    """Return the image as JPEG bytes."""
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()


def _light(rng: np.random.Generator, scene: str) -> Light:
    """Choose the position and the colour of the lamp."""
    side, high = rng.uniform(-0.9, 0.9), rng.uniform(0.9, 1.6)
    towards = np.array([side, high, rng.uniform(0.35, 1.0)])
    warm = rng.normal(0.05 if scene in ("room", "wood", "evening") else 0.0, 0.06)
    tint = np.array([1 + warm, 1.0, 1 - warm])
    strength = rng.uniform(0.62, 0.78) if scene != "evening" else rng.uniform(0.42, 0.55)
    return Light(towards / np.linalg.norm(towards), strength * tint, rng.uniform(0.40, 0.52) * tint)


def _with_floor(
    image: np.ndarray, backdrop: Backdrop, thing: Thing, camera: Camera, light: Light
) -> np.ndarray:
    """Add the product's reflection, its shadow, and ambient occlusion to the floor."""
    if backdrop.mirror:
        flip = np.diag([1.0, -1.0, 1.0])
        mirror = Camera(
            camera.turn @ flip, camera.target * [1, -1, 1], camera.distance, camera.scale, camera.shift
        )
        seen = draw_parts(thing.parts, mirror, light)
        soft = np.stack([_blur(seen[..., i], 1.5) for i in range(4)], axis=-1)
        image = image * (1 - backdrop.mirror * soft[..., 3:]) + backdrop.mirror * soft[..., :3]
    cast = draw_shadow(thing.parts, camera, light)
    under = draw_shadow(thing.parts, camera, Light(np.array([0.0, 1.0, 0.0]), light.colour, light.room))
    dark = backdrop.shadow * (0.75 * _blur(cast, 5) + 0.45 * _blur(under, 7))
    return image * (1 - np.clip(dark, 0, 0.85))[..., None]


def _with_glow(image: np.ndarray, thing: Thing, camera: Camera) -> np.ndarray:
    """Add a glow around luminous parts."""
    halo = np.zeros((SIDE, SIDE, 3))
    for part in thing.parts:
        bright = part.mesh.finish[:, 2] > 0.45
        if not bright.any():
            continue
        canvas = Image.new("L", (SIDE, SIDE))
        pen = ImageDraw.Draw(canvas)
        for place in camera.project(part.mesh.faces[bright])[..., :2].reshape(-1, 8).tolist():
            pen.polygon(place, fill=255)
        mask = np.asarray(canvas) / 255
        tint = part.mesh.colour[bright].mean(axis=0) ** 0.5
        halo += (0.30 * _blur(mask, 28) + 0.22 * _blur(mask, 9))[..., None] * tint
    return image + halo * (1 - 0.6 * image)


def _finish(image: np.ndarray, light: Light, rng: np.random.Generator) -> Image.Image:
    """Add camera effects: exposure, contrast, colour cast, noise, and sometimes blur."""
    level = rng.normal(1.0, 0.035)
    contrast = rng.normal(1.0, 0.05)
    cast = 1 + rng.normal(0, 0.012, 3)
    noise = rng.normal(0, rng.uniform(0.0, 0.007), (SIDE, SIDE, 1))
    developed = (image - 0.5) * contrast + 0.5
    pixels = np.clip(developed * level * cast + noise, 0, 1)
    picture = Image.fromarray((255 * pixels + 0.5).astype(np.uint8))
    if rng.random() < 0.06:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.6, 1.1)))
    return picture


def _with_sticker(picture: Image.Image, words: str, rng: np.random.Generator) -> Image.Image:
    """Add a round sticker in a corner."""
    size = int(rng.integers(46, 62))
    ink = [(214, 48, 49), (245, 166, 35), (22, 128, 90), (40, 40, 48)][rng.integers(4)]
    label = Image.new("RGBA", (size * 3, size * 3))
    pen = ImageDraw.Draw(label)
    pen.ellipse([0, 0, size * 3 - 1, size * 3 - 1], fill=(*ink, 255))
    pen.ellipse([8, 8, size * 3 - 9, size * 3 - 9], outline=(255, 255, 255, 200), width=3)
    font = ImageFont.load_default(size * 3 * 0.9 / max(3, len(words) * 0.75))
    pen.text((size * 1.5, size * 1.5), words, fill="white", font=font, anchor="mm", stroke_width=1)
    label = label.rotate(float(rng.uniform(-18, 18)), Image.Resampling.BICUBIC).reduce(3)
    x = 6 if rng.random() < 0.5 else SIDE - label.width - 6
    picture.paste(label, (x, 6), label)
    return picture


def _blur(mask: np.ndarray, radius: float) -> np.ndarray:
    """Return a float mask 0..1 blurred by a Gaussian of the given radius in pixels."""
    picture = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32) / 255
