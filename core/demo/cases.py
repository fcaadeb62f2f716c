"""Cases that protect other products: sleeves, phone covers and hard cases."""

from __future__ import annotations

import numpy as np

from core.demo.mesh import Colour, Material, Mesh, Part, Thing, join, tinted
from core.demo.solids import blob, lathe, outline, rod, slab, smooth, tube

ZIP = Material((0.75, 0.75, 0.76), 0.6, metal=0.6)
BLACK = Material((0.08, 0.08, 0.09), 0.2)
LEATHERS = ((0.45, 0.28, 0.17), (0.30, 0.19, 0.13), (0.62, 0.42, 0.26), (0.12, 0.11, 0.11))


def sleeve(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a flat padded sleeve for a laptop or a tablet, standing or lying."""
    felt = Material(colour, 0.06, grain=0.04)
    wide, tall = rng.uniform(1.2, 1.4), rng.uniform(0.86, 0.96)
    body = slab(wide, tall, 0.09, 0.07, felt, bevel=0.04)
    pieces = [body]
    kind = rng.integers(3)
    if kind == 0:
        pieces.append(slab(wide * 0.97, 0.035, 0.02, 0.012, ZIP).moved(0, tall * 0.44, 0.045).lifted(0.2))
    elif kind == 1:
        flap = Material(LEATHERS[rng.integers(4)], 0.25)
        pieces += [
            slab(wide * 0.99, tall * 0.42, 0.03, 0.06, flap, bevel=0.01)
            .moved(0, tall * 0.29, 0.05)
            .lifted(0.2)
        ]
        pieces += [blob((0.03, 0.03, 0.012), ZIP, fine=10).moved(0, tall * 0.13, 0.07).lifted(0.4)]
    else:
        pieces.append(
            slab(
                wide * 0.6,
                tall * 0.5,
                0.02,
                0.05,
                Material(tinted(colour, 0.8), 0.06),
                bevel=0.008,
            )
            .moved(0, -tall * 0.15, 0.05)
            .lifted(0.2)
        )
        pieces.append(
            tube(
                smooth(
                    [
                        (-0.15, tall / 2, 0),
                        (-0.12, tall / 2 + 0.14, 0),
                        (0.12, tall / 2 + 0.14, 0),
                        (0.15, tall / 2, 0),
                    ],
                    20,
                ),
                0.025,
                BLACK,
            )
        )
    mesh = join(*pieces)
    if rng.random() < 0.35:
        return Thing((Part(mesh.turned("x", -90).moved(0, 0.05, 0)),), (-40, 40), (36, 62))
    return Thing((Part(mesh.turned("x", -10).moved(0, tall / 2 + 0.01, 0)),), (-36, 36), (4, 20))


def phone_case(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a phone cover: the back with a hole for the camera, alone, twice, or as a wallet."""
    rubber = Material(colour, rng.choice([0.1, 0.5]))
    pose = rng.choice(["one", "two", "wallet", "lying"], p=[0.38, 0.24, 0.22, 0.16])
    cover = _cover(rng, rubber)
    if pose == "wallet":
        leather = Material(LEATHERS[rng.integers(4)] if rng.random() < 0.5 else colour, 0.2)
        inside = slab(0.52, 1.0, 0.05, 0.07, leather, bevel=0.02)
        cards = [
            slab(
                0.40,
                0.25,
                0.01,
                0.02,
                Material(((0.85, 0.8, 0.7), (0.3, 0.45, 0.7), (0.75, 0.3, 0.3))[i], 0.3),
            )
            .moved(0, 0.2 - 0.16 * i, 0.03 + 0.006 * i)
            .lifted(0.1 + 0.1 * i)
            for i in range(3)
        ]
        left = join(inside, *cards).moved(-0.26).turned("y", 38)
        right = (
            join(inside, slab(0.46, 0.94, 0.03, 0.06, BLACK).moved(0, 0, 0.02).lifted(0.2))
            .moved(0.26)
            .turned("y", -22)
        )
        return Thing((Part(left.moved(0, 0.51)), Part(right.moved(0, 0.51))), (-20, 20), (6, 24))
    if pose == "two":
        other = Material(((0.2, 0.22, 0.26), (0.85, 0.82, 0.76), (0.55, 0.2, 0.2))[rng.integers(3)], 0.2)
        behind = _cover(rng, other)
        return Thing(
            (
                Part(behind.turned("z", 8).moved(-0.18, 0.52, -0.15)),
                Part(cover.turned("x", -5).moved(0.2, 0.51, 0.1)),
            ),
            (-24, 24),
            (4, 18),
        )
    if pose == "lying":
        return Thing((Part(cover.turned("x", -90).moved(0, 0.04, 0)),), (-50, 50), (38, 66))
    return Thing((Part(cover.turned("x", -6).moved(0, 0.51, 0)),), (-40, 40), (3, 18))


def hard_case(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a moulded zip case for headphones, a camera or a drive."""
    shell = Material(colour, 0.15)
    wide, tall = rng.uniform(0.75, 1.0), rng.uniform(0.7, 0.9)
    half = slab(wide, tall, 0.36, rng.uniform(0.2, 0.36), shell, bevel=0.14)
    seam = outline(wide + 0.005, tall + 0.005, 0.3, steps=10)
    loop = np.column_stack([np.concatenate([seam, seam[:1]]), np.zeros(len(seam) + 1)])
    pull = rod((wide / 2, -0.05, 0.02), (wide / 2 + 0.05, -0.18, 0.06), 0.02, ZIP)
    strap = tube(
        smooth([(-wide / 2, 0.1, 0), (-wide / 2 - 0.14, 0.0, 0.02), (-wide / 2, -0.12, 0)], 18),
        0.022,
        BLACK,
        flat=0.6,
    )
    mesh = join(half, tube(loop, 0.016, ZIP, around=8).lifted(0.1), pull, strap)
    lying = rng.random() < 0.5
    mesh = mesh.turned("x", -90).moved(0, 0.18, 0) if lying else mesh.turned("x", -8).moved(0, tall / 2, 0)
    return Thing((Part(mesh),), (-45, 45), (24, 50) if lying else (5, 22))


def _cover(rng: np.random.Generator, rubber: Material) -> Mesh:
    """Return the back of a phone cover with its raised camera frame."""
    plate = slab(0.50, 1.0, 0.07, 0.085, rubber, bevel=0.03)
    hole = Material((0.03, 0.03, 0.035), 0.05)
    frame = Material(tinted(rubber.colour, 0.82), rubber.gloss)
    if rng.random() < 0.5:
        spot, size, corner = (-0.12, 0.36), (0.19, 0.20), 0.05
    else:
        spot, size, corner = (0.0, 0.36), (0.42, 0.13), 0.06
    rim = (
        slab(size[0] + 0.03, size[1] + 0.03, 0.03, corner + 0.015, frame, bevel=0.01)
        .moved(*spot, 0.035)
        .lifted(0.1)
    )
    gap = slab(*size, 0.01, corner, hole).moved(*spot, 0.05).lifted(0.2)
    pieces = [plate, rim, gap]
    kind = rng.integers(4)
    if kind == 0:
        ring = lathe([(0.13, 0), (0.145, 0.012), (0.16, 0)], ZIP, around=40).turned("x", 90)
        pieces.append(ring.moved(0, -0.08, 0.036).lifted(0.15))
    elif kind == 1:
        ink = Material(((0.95, 0.92, 0.86), (0.15, 0.2, 0.3), (0.9, 0.55, 0.4))[rng.integers(3)], 0.2)
        pieces += [
            slab(0.06, 0.96, 0.004, 0.02, ink).moved(x, 0, 0.036).lifted(0.05)
            for x in np.linspace(-0.16, 0.16, int(rng.integers(2, 4)))
        ]
    return join(*pieces)
