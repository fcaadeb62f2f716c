"""Chairs: dining chairs, office chairs, bar stools and armchairs."""

from __future__ import annotations

import numpy as np

from core.demo.mesh import Colour, Material, Mesh, Part, Thing, join, loft
from core.demo.solids import blob, lathe, rod, slab, smooth, tube

STEEL = Material((0.78, 0.79, 0.81), 0.8, metal=0.8)
BLACK = Material((0.07, 0.07, 0.08), 0.4)
WOODS = ((0.70, 0.50, 0.32), (0.48, 0.31, 0.20), (0.82, 0.68, 0.50), (0.30, 0.21, 0.16))


def wooden_chair(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a dining chair with four legs, slats or a panel for its back."""
    wood = Material(WOODS[rng.integers(4)] if rng.random() < 0.6 else colour, 0.25)
    seat = slab(0.62, 0.60, 0.06, 0.08, Material(colour, 0.15) if rng.random() < 0.5 else wood, bevel=0.03)
    pieces = [seat.turned("x", -90).moved(0, 0.62, 0)]
    for x in (-0.26, 0.26):
        pieces += [
            rod((x, 0.62, 0.24), (x * 1.08, 0, 0.27), 0.028, wood),
            rod((x * 1.08, 0, -0.29), (x, 0.62, -0.25), 0.028, wood),
        ]
        pieces.append(rod((x, 0.62, -0.25), (x, 1.25, -0.36), 0.028, wood))
    if rng.random() < 0.5:
        for y in np.linspace(0.82, 1.2, int(rng.integers(2, 5))):
            z = -0.25 - 0.11 * (y - 0.62) / 0.63
            pieces.append(slab(0.52, 0.07, 0.025, 0.02, wood, bevel=0.01).moved(0, y, z))
    else:
        spindles = int(rng.integers(3, 7))
        for x in np.linspace(-0.18, 0.18, spindles):
            pieces.append(rod((x, 0.63, -0.26), (x * 1.05, 1.2, -0.35), 0.016, wood))
        pieces.append(slab(0.60, 0.10, 0.04, 0.04, wood, bevel=0.02).moved(0, 1.22, -0.355))
    return Thing((Part(join(*pieces)),), _sides(rng), (6, 24))


def shell_chair(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a moulded seat on wooden or steel legs."""
    legs = Material(WOODS[rng.integers(4)], 0.25) if rng.random() < 0.6 else STEEL
    pieces = [_moulded(colour, rng.uniform(0.5, 0.62), rng.uniform(0.05, 0.18)).moved(0, 0.60, 0)]
    for x, z in ((-1, 1), (1, 1), (-1, -1), (1, -1)):
        pieces.append(rod((0.16 * x, 0.60, 0.12 * z), (0.30 * x, 0, 0.28 * z), 0.024, legs))
    return Thing((Part(join(*pieces)),), _sides(rng), (6, 24))


def office_chair(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a swivel chair on five castors."""
    cloth = Material(colour, 0.12, grain=0.05)
    high = rng.uniform(0.55, 0.9)
    back = slab(0.56, high, 0.12, 0.14, cloth, bevel=0.06).turned("x", -8).moved(0, 0.78 + high / 2, -0.30)
    seat = slab(0.62, 0.58, 0.13, 0.14, cloth, bevel=0.06).turned("x", -90).moved(0, 0.60, 0)
    frame = STEEL if rng.random() < 0.4 else BLACK
    pieces = [
        seat,
        rod((0, 0.12, 0), (0, 0.56, 0), 0.04, STEEL),
        rod((0, 0.56, -0.2), (0, 0.95, -0.36), 0.035, frame),
    ]
    for a in np.linspace(0, 2 * np.pi, 5, endpoint=False) + rng.uniform(0, 1):
        x, z = 0.36 * np.cos(a), 0.36 * np.sin(a)
        pieces += [
            rod((0, 0.14, 0), (x, 0.10, z), 0.03, frame),
            blob((0.05, 0.055, 0.05), BLACK, fine=10).moved(x, 0.055, z),
        ]
    if rng.random() < 0.6:
        for x in (-0.36, 0.36):
            arm = smooth([(x, 0.58, -0.05), (x, 0.82, -0.05), (x, 0.84, 0.12)], 16)
            pieces.append(tube(arm, 0.035, BLACK, flat=0.8))
    return Thing((Part(join(*pieces)), Part(back)), _sides(rng), (6, 22))


def stool(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a bar stool: a round seat on long legs or on a pole."""
    pad = Material(colour, 0.3)
    seat = lathe([(0.001, 0.98), (0.24, 0.98), (0.27, 1.02), (0.25, 1.07), (0.001, 1.09)], pad)
    if rng.random() < 0.5:
        legs = Material(WOODS[rng.integers(4)], 0.25)
        pieces = [
            rod((0.16 * x, 1.0, 0.16 * z), (0.27 * x, 0, 0.27 * z), 0.026, legs)
            for x in (-1, 1)
            for z in (-1, 1)
        ]
        ring = np.linspace(0, 2 * np.pi, 40)
        pieces.append(
            tube(np.column_stack([0.30 * np.cos(ring), 0 * ring + 0.36, 0.30 * np.sin(ring)]), 0.014, STEEL)
        )
    else:
        pieces = [
            rod((0, 0, 0), (0, 1.0, 0), 0.035, STEEL),
            lathe([(0.001, 0), (0.27, 0), (0.25, 0.03), (0.001, 0.05)], STEEL),
        ]
    return Thing((Part(join(seat, *pieces)),), (-40, 40), (4, 22))


def armchair(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a padded chair with arms and short legs."""
    cloth = Material(colour, 0.08, grain=0.04)
    legs = Material(WOODS[rng.integers(4)], 0.25)
    soft = rng.uniform(0.06, 0.11)
    back = (
        slab(0.95, rng.uniform(0.75, 1.0), 0.24, 0.16, cloth, bevel=soft)
        .turned("x", -10)
        .moved(0, 0.66, -0.36)
    )
    seat = slab(0.66, 0.66, 0.2, 0.1, cloth, bevel=0.08).turned("x", -90).moved(0, 0.40, 0.04)
    arms = [slab(0.16, 0.52, 0.72, 0.07, cloth, bevel=soft).moved(x, 0.42, 0.0) for x in (-0.41, 0.41)]
    feet = [
        rod((0.36 * x, 0.2, 0.30 * z), (0.40 * x, 0, 0.34 * z), 0.03, legs) for x in (-1, 1) for z in (-1, 1)
    ]
    return Thing((Part(back), Part(join(seat, *feet)), *(Part(a) for a in arms)), _sides(rng), (8, 24))


def _sides(rng: np.random.Generator) -> tuple[float, float]:
    """Return a range of angles from the front left or the front right."""
    return (12, 55) if rng.random() < 0.5 else (-55, -12)


def _moulded(colour: Colour, wide: float, cup: float) -> Mesh:
    """Return a thin seat bent up into a back, its sides raised by `cup`."""
    spine = smooth([(0.30, -0.03), (0.22, 0.03), (0.0, 0.0), (-0.20, 0.03), (-0.28, 0.25), (-0.36, 0.62)], 30)
    across = np.linspace(-1, 1, 21)
    width = wide / 2 * np.interp(np.linspace(0, 1, 30), [0, 0.3, 0.6, 0.9, 1], [0.85, 1, 1.02, 0.85, 0.55])
    bend = cup * np.abs(across) ** 2.5
    x = width[:, None] * across
    y = spine[:, 1:] + bend * np.linspace(1, 0.2, 30)[:, None]
    z = spine[:, :1] + bend * np.linspace(0, 1, 30)[:, None]
    return loft(np.stack([x, y, z], axis=2), Material(colour, 0.35), closed=False, solid=False)
