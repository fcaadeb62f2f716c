"""Kettles and coffee makers."""

from __future__ import annotations

import numpy as np

from core.demo.mesh import Colour, Material, Mesh, Part, Thing, join
from core.demo.solids import blob, lathe, rod, slab, smooth, tube

STEEL = Material((0.80, 0.81, 0.83), 0.8, metal=0.85)
DARK = Material((0.07, 0.07, 0.08), 0.45)


def electric_kettle(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a jug kettle on its base."""
    metal = rng.random() < 0.5
    coat = Material(colour, 0.6, metal=0.75 if metal else 0.0)
    low, top = rng.uniform(0.36, 0.44), rng.uniform(0.24, 0.34)
    belly = rng.uniform(-0.02, 0.08)
    side = [
        (low, 0.10),
        (low + belly * 0.5, 0.25),
        ((low + top) / 2 + belly, 0.5),
        (top + belly * 0.3, 0.8),
        (top, 0.95),
    ]
    profile = [(0.001, 0.08), *map(tuple, smooth(side, 16)), (top * 0.96, 0.97), (0.001, 1.0)]
    spout = _spout(
        [(top * 0.85, 0.72, 0), (top + 0.06, 0.84, 0), (top + 0.13, 0.95, 0)], [0.17, 0.11, 0.05], coat
    )
    grip = smooth(
        [(-top, 0.93, 0), (-top - 0.24, 0.93, 0), (-low - 0.26, 0.55, 0), (-low - 0.02, 0.22, 0)], 26
    )
    pieces = [
        lathe(profile, coat), spout, tube(grip, 0.055, DARK, flat=0.7),
        lathe([(0.001, 0), (low + 0.05, 0), (low + 0.05, 0.05), (low, 0.09)], DARK),
        blob((0.07, 0.04, 0.07), DARK, fine=10).moved(0, 1.02, 0),
    ]  # fmt: skip
    return Thing(
        (Part(join(*pieces).turned("y", rng.choice([0, 180]) + rng.uniform(-40, 40))),), (-15, 15), (6, 26)
    )


def gooseneck(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a pour-over kettle with a long thin spout."""
    coat = Material(colour, 0.5, metal=rng.choice([0.0, 0.6]))
    low, top = rng.uniform(0.42, 0.5), rng.uniform(0.26, 0.34)
    body = lathe(
        [(0.001, 0.02), (low, 0.02), (low, 0.06), (top, 0.62), (top * 0.9, 0.66), (0.001, 0.70)], coat
    )
    path = smooth(
        [
            (low * 0.85, 0.12, 0),
            (low + 0.22, 0.18, 0),
            (low + 0.20, 0.45, 0),
            (low + 0.30, 0.72, 0),
            (low + 0.46, 0.74, 0),
        ],
        34,
    )
    spout = tube(path, np.linspace(0.065, 0.028, 34), coat)
    grip = smooth(
        [(-top, 0.58, 0), (-low - 0.10, 0.68, 0), (-low - 0.30, 0.62, 0), (-low - 0.26, 0.22, 0)], 26
    )
    wood = Material((0.55, 0.36, 0.22), 0.2) if rng.random() < 0.5 else DARK
    knob = lathe([(0.001, 0.68), (0.025, 0.70), (0.06, 0.76), (0.05, 0.79), (0.001, 0.80)], wood, around=24)
    mesh = join(body, spout, tube(grip, 0.042, wood), knob).turned(
        "y", rng.choice([0, 180]) + rng.uniform(-40, 40)
    )
    return Thing((Part(mesh),), (-15, 15), (6, 26))


def stove_kettle(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a round whistling kettle with an arched handle, or a teapot."""
    coat = Material(colour, 0.85, metal=rng.choice([0.0, 0.7]))
    wide = rng.uniform(0.48, 0.58)
    side = smooth([(wide * 0.85, 0.0), (wide, 0.16), (wide * 0.88, 0.38), (wide * 0.4, 0.56)], 18)
    body = lathe([(0.001, 0), *map(tuple, side), (0.001, 0.6)], coat)
    spout = _spout(
        [(wide * 0.7, 0.28, 0), (wide + 0.10, 0.42, 0), (wide + 0.22, 0.58, 0)], [0.12, 0.08, 0.05], coat
    )
    arch = smooth(
        [
            (wide * 0.7, 0.46, 0),
            (wide * 0.62, 0.85, 0),
            (0, 1.0, 0),
            (-wide * 0.62, 0.85, 0),
            (-wide * 0.7, 0.46, 0),
        ],
        34,
    )
    knob = blob((0.06, 0.06, 0.06), DARK, fine=12).moved(0, 0.63, 0)
    mesh = join(body, spout, tube(arch, 0.035, DARK), knob).turned(
        "y", rng.uniform(-60, 60) + rng.choice([0, 180])
    )
    return Thing((Part(mesh),), (-15, 15), (6, 26))


def moka(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build an eight-sided stove-top coffee pot."""
    coat = Material(colour, 0.7, metal=0.8)
    waist = rng.uniform(0.20, 0.25)
    lower = lathe([(0.001, 0), (0.36, 0), (0.33, 0.10), (waist, 0.42), (waist + 0.03, 0.44)], coat, around=8)
    band = lathe([(waist + 0.04, 0.42), (waist + 0.04, 0.49)], STEEL, solid=False)
    upper = lathe([(waist, 0.48), (0.32, 0.88), (0.30, 0.90), (0.02, 0.98), (0.001, 0.98)], coat, around=8)
    beak = _spout([(0.24, 0.70, 0), (0.34, 0.82, 0), (0.40, 0.89, 0)], [0.13, 0.09, 0.03], coat)
    grip = smooth([(-0.27, 0.84, 0), (-0.52, 0.84, 0), (-0.52, 0.6, 0), (-0.46, 0.42, 0)], 20)
    knob = blob((0.05, 0.06, 0.05), DARK, fine=10).moved(0, 1.02, 0)
    mesh = join(lower, band, upper, beak, tube(grip, 0.045, DARK), knob)
    return Thing((Part(mesh.turned("y", rng.choice([0, 180]) + rng.uniform(-40, 40))),), (-15, 15), (6, 24))


def french_press(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a French press in a frame, with coffee in it."""
    glass = Material((0.80, 0.86, 0.88), 1.0)
    frame = Material(colour, 0.5, metal=0.4)
    level = rng.uniform(0.45, 0.7)
    pieces = [
        lathe([(0.001, 0.06), (0.27, 0.06), (0.27, level)], Material((0.30, 0.16, 0.09), 0.9)),
        lathe([(0.27, level), (0.27, 0.88)], glass),
        lathe([(0.30, 0.86), (0.30, 0.92), (0.22, 0.99), (0.001, 1.0)], frame),
        rod((0, 1.0, 0), (0, 1.22, 0), 0.015, STEEL),
        blob((0.05, 0.05, 0.05), DARK, fine=12).moved(0, 1.25, 0),
        tube(smooth([(-0.28, 0.86, 0), (-0.52, 0.84, 0), (-0.52, 0.3, 0), (-0.28, 0.2, 0)], 24), 0.04, frame),
        lathe([(0.29, 0.0), (0.30, 0.08), (0.29, 0.12)], frame, solid=False),
        _spout([(0.2, 0.78, 0), (0.30, 0.84, 0), (0.37, 0.9, 0)], [0.10, 0.07, 0.03], glass),
    ]  # fmt: skip
    pieces += [
        rod((0.28 * np.cos(a), 0, 0.28 * np.sin(a)), (0.28 * np.cos(a), 0.9, 0.28 * np.sin(a)), 0.018, frame)
        for a in (0.8, 2.3, 3.9, 5.5)
    ]
    return Thing(
        (Part(join(*pieces).turned("y", rng.choice([0, 180]) + rng.uniform(-40, 40))),), (-15, 15), (6, 24)
    )


def machine(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a coffee machine: a tower, a head over a platform, and a jug or a cup below."""
    coat = Material(colour, 0.6, metal=rng.choice([0.0, 0.4]))
    wide = rng.uniform(0.5, 0.75)
    head = slab(wide, 0.28, 0.72, 0.06, coat, bevel=0.04).moved(0, 0.86, 0.05)
    tower = slab(wide, 0.9, 0.28, 0.05, coat, bevel=0.04).moved(0, 0.47, -0.22)
    foot = slab(wide, 0.09, 0.72, 0.03, DARK, bevel=0.02).moved(0, 0.045, 0.05)
    nozzle = lathe([(0.10, 0.72), (0.06, 0.62), (0.001, 0.62)], DARK, around=24).moved(0, 0, 0.18)
    if rng.random() < 0.6:
        jug = join(
            lathe([(0.001, 0.1), (0.20, 0.1), (0.23, 0.26)], Material((0.26, 0.14, 0.08), 0.9)),
            lathe([(0.23, 0.26), (0.22, 0.42), (0.15, 0.52)], Material((0.75, 0.80, 0.82), 1.0)),
            lathe([(0.16, 0.51), (0.15, 0.57), (0.001, 0.58)], DARK),
            tube(
                smooth([(0.20, 0.5, 0.05), (0.36, 0.48, 0.14), (0.34, 0.22, 0.14), (0.22, 0.2, 0.05)], 16),
                0.03,
                DARK,
            ),
        ).moved(0, 0, 0.18)
    else:
        jug = join(
            lathe([(0.001, 0.1), (0.10, 0.1), (0.13, 0.32)], Material((0.96, 0.95, 0.92), 0.6), solid=False),
            nozzle,
        )
        jug = jug.moved(0, 0, 0.02)
    dial = (
        lathe([(0.07, 0), (0.06, 0.05), (0.001, 0.05)], STEEL, around=24)
        .turned("x", 90)
        .moved(wide * 0.25, 0.88, 0.41)
    )
    light = blob((0.02, 0.02, 0.01), Material((0.4, 0.9, 1.0), glow=0.8), fine=6).moved(
        -wide * 0.25, 0.88, 0.42
    )
    return Thing(
        (Part(tower), Part(join(foot, jug)), Part(join(head, nozzle.moved(0, 0.05), dial, light))),
        (-42, 42),
        (6, 20),
    )


def _spout(path: list[tuple[float, float, float]], radii: list[float], material: Material) -> Mesh:
    """Return a short spout that narrows along its path."""
    count = 14
    steps = np.linspace(0, 1, len(radii))
    return tube(smooth(path, count), np.interp(np.linspace(0, 1, count), steps, radii), material)
