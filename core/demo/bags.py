"""Bags: backpacks, shoulder bags and totes."""

from __future__ import annotations

import numpy as np

from core.demo.mesh import Colour, Material, Mesh, Part, Thing, join, loft, tinted
from core.demo.solids import outline, resample, slab, smooth, tube

ZIP = Material((0.75, 0.75, 0.76), 0.6, metal=0.6)
BLACK = Material((0.08, 0.08, 0.09), 0.2)
LEATHERS = ((0.45, 0.28, 0.17), (0.30, 0.19, 0.13), (0.62, 0.42, 0.26), (0.12, 0.11, 0.11))


def backpack(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a backpack with a front pocket, a top handle and straps."""
    cloth = Material(colour, 0.12)
    second = Material(tinted(colour, 0.72) if rng.random() < 0.6 else LEATHERS[rng.integers(4)], 0.12)
    wide, deep = rng.uniform(0.62, 0.74), rng.uniform(0.30, 0.4)
    body = slab(wide, 1.0, deep, 0.26, cloth, bevel=deep * 0.42).moved(0, 0.5, 0)
    pocket = (
        slab(wide * 0.82, 0.46, 0.16, 0.12, second, bevel=0.07).moved(0, 0.30, deep / 2 + 0.03).lifted(0.1)
    )
    pieces = [body, pocket, _zip(wide * 0.74, 0.18, 0.46, deep / 2 + 0.12, 0.40)]
    if rng.random() < 0.5:
        flap = (
            slab(wide * 0.98, 0.34, deep * 0.9, 0.15, second, bevel=deep * 0.35)
            .moved(0, 0.86, 0.05)
            .lifted(0.05)
        )
        buckles = [
            slab(0.06, 0.16, 0.03, 0.01, Material(LEATHERS[0], 0.2))
            .moved(x, 0.68, deep / 2 + 0.06)
            .lifted(0.2)
            for x in (-0.16, 0.16)
        ]
        pieces += [flap, *buckles]
    else:
        pieces.append(_zip(wide * 0.86, 0.30, 0.72, deep / 2 + 0.005, 0.2))
    pieces.append(
        tube(
            smooth(
                [(-0.10, 0.97, -0.06), (-0.07, 1.08, -0.06), (0.07, 1.08, -0.06), (0.10, 0.97, -0.06)], 20
            ),
            0.025,
            BLACK,
        )
    )
    straps = []
    for x in (-1, 1):
        path = smooth(
            [
                (x * 0.16, 0.95, -deep / 2),
                (x * 0.26, 0.85, -deep / 2 - 0.12),
                (x * 0.32, 0.45, -deep / 2 - 0.16),
                (x * 0.30, 0.1, -deep / 2),
            ],
            30,
        )
        straps.append(tube(path, 0.05, second, flat=0.4))
    side = slab(0.1, 0.30, deep * 0.7, 0.05, second, bevel=0.04)
    pieces += [side.moved(x * wide / 2, 0.18, 0) for x in (-1, 1)]
    azimuth = (-38, 38) if rng.random() < 0.85 else (150, 210)
    return Thing((Part(join(*straps)), Part(join(*pieces))), azimuth, (4, 20))


def messenger(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a shoulder bag with a flap: for papers and laptops, or a small camera bag."""
    leather = Material(LEATHERS[rng.integers(4)] if rng.random() < 0.5 else colour, 0.22)
    trim = Material(tinted(leather.colour, 0.7), 0.25)
    wide, tall, deep = rng.uniform(0.8, 1.1), rng.uniform(0.62, 0.78), rng.uniform(0.22, 0.40)
    body = slab(wide, tall, deep, 0.10, leather, bevel=deep * 0.3).moved(0, tall / 2, 0)
    reach = rng.uniform(0.5, 0.8) * tall
    flap = (
        slab(wide * 0.99, reach, 0.05, 0.10, leather, bevel=0.02)
        .moved(0, tall - reach / 2 + 0.01, deep / 2 + 0.015)
        .lifted(0.2)
    )
    edge = (
        slab(wide * 1.01, reach + 0.02, 0.03, 0.11, trim, bevel=0.01)
        .moved(0, tall - reach / 2 + 0.005, deep / 2 + 0.005)
        .lifted(0.12)
    )
    buckles = [
        join(
            slab(0.07, 0.30, 0.02, 0.01, trim),
            slab(0.09, 0.06, 0.03, 0.01, ZIP).moved(0, -0.06, 0.01).lifted(0.1),
        ).moved(x * wide, tall - reach, deep / 2 + 0.05).lifted(0.35)
        for x in ((-0.25, 0.25) if rng.random() < 0.6 else (0.0,))
    ]  # fmt: skip
    loop = smooth(
        [
            (-wide / 2, tall * 0.8, 0),
            (-wide * 0.42, tall * 1.5, -0.05),
            (0, tall * 1.85, -0.08),
            (wide * 0.42, tall * 1.5, -0.05),
            (wide / 2, tall * 0.8, 0),
        ],
        44,
    )
    strap = tube(loop, 0.035, trim, flat=0.35)
    return Thing((Part(strap), Part(join(body, edge, flap, *buckles))), (-38, 38), (5, 20))


def tote(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build an open tote with two handles."""
    cloth = Material(colour, 0.08)
    trim = Material(LEATHERS[rng.integers(4)], 0.25)
    shape = outline(1.0, 0.36, 0.08)
    size = [(0.0, 0.76, 0.80), (0.03, 0.82, 0.90), (0.4, 0.88, 0.85), (0.85, 0.98, 0.62)]
    rings = np.array([np.insert(shape * [w, d], 1, y, axis=1) for y, w, d in resample(np.array(size), 0.08)])
    body = loft(rings, cloth, solid=False)
    handles = []
    for z in (-0.10, 0.10):
        path = smooth(
            [
                (-0.24, 0.66, z),
                (-0.20, 1.1, z * 0.8),
                (0, 1.25, z * 0.6),
                (0.20, 1.1, z * 0.8),
                (0.24, 0.66, z),
            ],
            34,
        )
        handles.append(tube(path, 0.028, trim, flat=0.5))
    return Thing((Part(handles[0]), Part(body), Part(handles[1])), (-35, 35), (5, 18))


def _zip(wide: float, drop: float, y: float, z: float, lift: float) -> Mesh:
    """Return a zip bent downwards at both ends."""
    path = smooth(
        [
            (-wide / 2, y - drop, z - 0.06),
            (-wide / 2 + 0.04, y - 0.04, z - 0.02),
            (-wide / 4, y, z),
            (wide / 4, y, z),
            (wide / 2 - 0.04, y - 0.04, z - 0.02),
            (wide / 2, y - drop, z - 0.06),
        ],
        40,
    )
    pull = slab(0.025, 0.09, 0.01, 0.01, ZIP).moved(wide / 3.4, y - 0.05, z + 0.02)
    return join(tube(path, 0.012, ZIP, around=8), pull).lifted(lift)
