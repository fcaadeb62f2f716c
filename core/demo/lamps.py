"""Lamps: table, desk, floor and ceiling lamps."""

from __future__ import annotations

import numpy as np

from core.demo.mesh import Colour, Material, Mesh, Part, Thing, join
from core.demo.solids import blob, lathe, rod, slab, smooth, tube

BRASS = Material((0.83, 0.66, 0.36), 0.8, metal=0.7)
STEEL = Material((0.78, 0.79, 0.81), 0.8, metal=0.8)
BLACK = Material((0.07, 0.07, 0.08), 0.4)
WOODS = ((0.70, 0.50, 0.32), (0.48, 0.31, 0.20), (0.82, 0.68, 0.50), (0.30, 0.21, 0.16))


def table_lamp(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a turned ceramic or wooden foot under a cloth shade."""
    foot = Material(colour, rng.uniform(0.3, 0.8))
    shape = rng.integers(3)
    side = [
        [(0.20, 0.0), (0.24, 0.06), (0.30, 0.22), (0.20, 0.40), (0.06, 0.50), (0.05, 0.62)],
        [(0.24, 0.0), (0.24, 0.04), (0.06, 0.08), (0.04, 0.35), (0.04, 0.62)],
        [(0.14, 0.0), (0.28, 0.16), (0.28, 0.30), (0.10, 0.46), (0.04, 0.62)],
    ][shape]
    curve = smooth(side, 24) if shape != 1 else np.array(side)
    top, low, tall = rng.uniform(0.18, 0.36), rng.uniform(0.36, 0.46), rng.uniform(0.36, 0.48)
    shade = _shade(rng, [(low, 0.58), (top, 0.58 + tall)], colour)
    return Thing((Part(join(lathe([(0.001, 0), *curve.tolist()], foot), shade)),), (-30, 30), (2, 16))


def mushroom(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a foot and a dome of one colour, the dome lit from inside."""
    coat = Material(colour, 0.7)
    r = rng.uniform(0.38, 0.5)
    stem = lathe([(0.001, 0), (r * 0.55, 0), (r * 0.5, 0.04), (0.07, 0.16), (0.06, 0.62)], coat)
    glow = rng.uniform(0.2, 0.7) if rng.random() < 0.6 else 0.0
    dome = smooth([(r, 0.55), (r * 0.97, 0.70), (r * 0.6, 0.90), (0.001, 0.97)], 18)
    cap = lathe(dome.tolist(), Material(colour, 0.6, glow=glow), solid=False)
    return Thing((Part(join(stem, cap)),), (-30, 30), (2, 18))


def globe(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a glass ball on a plate or a stalk."""
    lit = Material((1.0, 0.93, 0.78), 0.5, glow=rng.uniform(0.5, 0.9) if rng.random() < 0.75 else 0.1)
    r = rng.uniform(0.24, 0.36)
    metal = BRASS if rng.random() < 0.5 else Material(colour, 0.5)
    stalk = rng.uniform(0.08, 0.5)
    foot = lathe(
        [(0.001, 0), (0.26, 0), (0.26, 0.03), (0.03, 0.06), (0.03, stalk), (0.12, stalk + 0.06)], metal
    )
    return Thing((Part(join(foot, blob((r, r, r), lit).moved(0, stalk + r, 0))),), (-30, 30), (2, 20))


def desk_lamp(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a jointed arm with a cone or a bar of light at its end."""
    coat = Material(colour, 0.55)
    joint = STEEL if rng.random() < 0.5 else BLACK
    lean = rng.uniform(0.10, 0.28)
    elbow = np.array([-lean - 0.08, rng.uniform(0.5, 0.62), 0])
    end = np.array([rng.uniform(0.18, 0.42), rng.uniform(0.82, 1.0), 0])
    pieces = [
        lathe([(0.001, 0), (0.24, 0), (0.23, 0.05), (0.001, 0.06)], coat),
        rod((0, 0.05, 0), elbow, 0.022, joint), rod(elbow, end, 0.022, joint),
        blob((0.045, 0.045, 0.045), joint, fine=12).moved(*elbow),
    ]  # fmt: skip
    warm = Material((1.0, 0.92, 0.75), glow=0.9)
    if rng.random() < 0.6:
        cone = lathe([(0.05, 0.16), (0.08, 0.10), (0.21, -0.14)], coat, solid=False)
        bulb = blob((0.08, 0.08, 0.08), warm, fine=12).moved(0, -0.09, 0)
        pieces.append(join(cone, bulb).turned("z", rng.uniform(10, 40)).moved(*end))
    else:
        bar = slab(0.62, 0.05, 0.10, 0.02, coat, bevel=0.01)
        strip = slab(0.58, 0.012, 0.08, 0.004, warm).moved(0, -0.03, 0)
        pieces.append(join(bar, strip).turned("z", rng.uniform(-14, 4)).moved(end[0] + 0.15, end[1], 0))
    return Thing(
        (Part(join(*pieces).turned("y", rng.choice([0, 180]) + rng.uniform(-35, 35))),), (-12, 12), (2, 18)
    )


def floor_lamp(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a tall lamp: on a pole, on three wooden legs, or arched."""
    pieces: list[Mesh] = []
    wood = Material(WOODS[rng.integers(4)], 0.25)
    kind = rng.integers(3)
    if kind == 0:
        pieces += [
            lathe([(0.001, 0), (0.24, 0), (0.24, 0.03), (0.001, 0.05)], BLACK),
            rod((0, 0, 0), (0, 1.3, 0), 0.02, BLACK),
        ]
    elif kind == 1:
        pieces += [
            rod(
                (0.38 * np.cos(a), 0, 0.38 * np.sin(a)),
                (0.03 * np.cos(a), 1.25, 0.03 * np.sin(a)),
                0.028,
                wood,
            )
            for a in (0.5, 2.6, 4.7)
        ]
    else:
        arch = smooth([(-0.5, 0.0, 0), (-0.52, 0.8, 0), (-0.25, 1.5, 0), (0.0, 1.42, 0)], 40)
        pieces += [
            lathe([(0.001, 0), (0.22, 0), (0.22, 0.06), (0.001, 0.06)], BLACK).moved(-0.5),
            tube(arch, 0.02, STEEL),
        ]
    low = rng.uniform(0.26, 0.36)
    height = 1.15 if kind == 2 else 1.2
    pieces.append(_shade(rng, [(low, height), (low * rng.uniform(0.55, 1.0), height + 0.36)], colour))
    return Thing((Part(join(*pieces)),), (-40, 40), (1, 10))


def pendant(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a lamp on a cord from the ceiling: bell, dome or bowl."""
    coat = Material(colour, 0.6, metal=rng.choice([0.0, 0.5]))
    r = rng.uniform(0.36, 0.5)
    side = [
        [(r, 0.0), (r * 0.95, 0.12), (r * 0.5, 0.34), (0.08, 0.46), (0.06, 0.56)],
        [(r, 0.0), (r * 0.98, 0.16), (r * 0.7, 0.36), (0.06, 0.46)],
        [(r, 0.0), (r * 0.25, 0.30), (0.06, 0.36), (0.06, 0.5)],
    ][rng.integers(3)]
    bell = lathe(smooth(side, 20).tolist(), coat, solid=False)
    bulb = blob((0.11, 0.11, 0.11), Material((1.0, 0.93, 0.76), glow=0.95), fine=16).moved(0, 0.02, 0)
    return Thing(
        (Part(join(bell, bulb, rod((0, 0.45, 0), (0, 1.05, 0), 0.01, BLACK))),),
        (-30, 30),
        (-14, 10),
        hangs=True,
    )


def _shade(rng: np.random.Generator, profile: list[tuple[float, float]], colour: Colour) -> Mesh:
    """Return a cloth shade, mostly pale and lit."""
    pale = (0.96, 0.90, 0.78) if rng.random() < 0.65 else colour
    lit = rng.uniform(0.35, 0.8) if rng.random() < 0.7 else 0.0
    return lathe(profile, Material(pale, 0.05, glow=lit), solid=False)
