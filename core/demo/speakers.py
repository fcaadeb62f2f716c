"""Loudspeakers: bookshelf, smart and portable speakers, soundbars."""

from __future__ import annotations

import numpy as np

from core.demo.mesh import Colour, Material, Part, Thing, join, tinted
from core.demo.solids import lathe, slab, smooth, tube

DARK = Material((0.07, 0.07, 0.08), 0.35)
PAD = Material((0.11, 0.11, 0.12), 0.12)
STEEL = Material((0.78, 0.79, 0.81), 0.8, metal=0.8)


def bookshelf(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a wooden or lacquered box with two or three drivers, alone or as a pair."""
    wide, tall, deep = rng.uniform(0.52, 0.66), rng.choice([1.0, 1.0, 1.5]), rng.uniform(0.45, 0.6)
    box = _cabinet(rng, colour, wide, tall, deep)
    if rng.random() < 0.4 and tall < 1.2:
        return Thing(
            (box.turned("y", 12).moved(-0.5), box.turned("y", -12).moved(0.5, 0, 0.05)), (-25, 25), (5, 20)
        )
    return Thing((box,), (-45, 45), (5, 22))


def smart(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a round smart speaker in cloth with a ring of light."""
    cloth = Material(colour, 0.08, grain=0.06)
    r, tall = rng.uniform(0.28, 0.42), rng.uniform(0.45, 1.0)
    round_top = rng.random() < 0.5
    side = [(r * 0.9, 0.0), (r, 0.06), (r, tall - 0.1), (r * 0.92, tall)]
    if round_top:
        side = smooth(
            [(r * 0.7, 0.0), (r * 1.05, tall * 0.4), (r * 0.85, tall * 0.85), (r * 0.5, tall)], 16
        ).tolist()
    body = lathe([(0.001, 0), *side], cloth, around=90)
    lip = side[-1][0]
    ring = lathe(
        [(lip, tall), (lip * 0.92, tall + 0.008)], Material((0.35, 0.75, 1.0), glow=0.6), solid=False
    )
    top = lathe([(lip * 0.92, tall + 0.008), (0.001, tall + 0.008)], DARK)
    return Thing((Part(join(body, ring, top)),), (-30, 30), (10, 34))


def portable(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a portable wireless speaker: a lying cylinder or a rounded brick, often with a strap."""
    cloth = Material(colour, 0.15, grain=0.07)
    if rng.random() < 0.6:
        r, long = rng.uniform(0.22, 0.30), rng.uniform(0.9, 1.2)
        body = lathe(
            [
                (r * 0.9, -long / 2 + 0.02),
                (r, -long / 2 + 0.08),
                (r, long / 2 - 0.08),
                (r * 0.9, long / 2 - 0.02),
            ],
            cloth,
            around=80,
        )
        caps = lathe(
            [
                (0.001, long / 2 - 0.06),
                (r * 0.62, long / 2 - 0.06),
                (r * 0.7, long / 2),
                (r * 0.93, long / 2 - 0.02),
            ],
            DARK,
            solid=False,
        )
        mesh = join(body, caps, caps.turned("z", 180)).turned("z", 90).moved(0, r, 0)
        plus = slab(0.12, 0.05, 0.02, 0.02, Material((0.95, 0.95, 0.95), 0.2)).moved(0, r, r)
    else:
        mesh = slab(1.1, 0.5, 0.36, 0.12, cloth, bevel=0.1).moved(0, 0.26, 0)
        plus = slab(0.3, 0.06, 0.02, 0.02, Material((0.95, 0.95, 0.95), 0.2)).moved(0, 0.26, 0.18)
    pieces = [mesh, plus.lifted()]
    if rng.random() < 0.5:
        loop = smooth([(0.5, 0.38, 0), (0.74, 0.42, 0.05), (0.78, 0.15, 0.08), (0.55, 0.08, 0.02)], 24)
        pieces.append(tube(loop, 0.025, Material((0.2, 0.2, 0.22), 0.2), flat=0.5))
    return Thing((Part(join(*pieces)),), (-40, 40), (8, 30))


def soundbar(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a long bar, often with a bass box behind it."""
    cloth = Material(tinted(colour, 0.55), 0.12, grain=0.10)
    coat = Material(colour, 0.5)
    bar = join(
        slab(1.5, 0.22, 0.22, 0.06, coat, bevel=0.03).moved(0, 0.12, 0),
        slab(1.42, 0.17, 0.03, 0.05, cloth, bevel=0.01).moved(0, 0.12, 0.11).lifted(),
    )
    if rng.random() < 0.6:
        box = _cabinet(rng, colour, 0.5, 0.62, 0.5, drivers=1)
        return Thing(
            (box.moved(rng.choice([-0.5, 0.5]), 0, -0.55), Part(bar.moved(0, 0, 0.15))), (-22, 22), (8, 26)
        )
    return Thing((Part(bar),), (-40, 40), (10, 34))


def _cabinet(
    rng: np.random.Generator, colour: Colour, wide: float, tall: float, deep: float, drivers: int = 0
) -> Part:
    """Return a speaker box with round drivers on its front."""
    box = slab(wide, tall, deep, 0.03, Material(colour, 0.4), bevel=0.02).moved(0, tall / 2, 0)
    front = slab(wide * 0.94, tall * 0.96, 0.02, 0.02, Material((0.10, 0.10, 0.11), 0.2), bevel=0.005)
    cone = Material([(0.2, 0.2, 0.22), (0.85, 0.83, 0.78), (0.70, 0.52, 0.22)][rng.integers(3)], 0.2)
    pieces = [box, front.moved(0, tall / 2, deep / 2).lifted(0.3)]
    big = wide * 0.36
    spots = (
        [(tall * 0.32, big), (tall * 0.74, big * 0.5)]
        if tall < 1.2
        else [(0.3, big), (0.75, big), (1.2, big * 0.5)]
    )
    for y, r in spots[: drivers or 3]:
        y = tall / 2 if drivers else y
        rim = lathe(
            [(r * 1.12, 0.0), (r * 1.12, 0.03), (r, 0.035)], STEEL if rng.random() < 0.5 else DARK, around=48
        )
        bowl = lathe(
            [(r, 0.035), (r * 0.45, 0.012), (r * 0.35, 0.05), (0.001, 0.07)], cone, around=48, solid=False
        )
        pieces.append(join(rim, bowl).turned("x", 90).moved(0, y, deep / 2 + 0.01).lifted(0.4))
    return Part(join(*pieces))
