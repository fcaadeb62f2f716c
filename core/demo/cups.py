"""Mugs, cups and saucers, travel cups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from core.demo.mesh import Colour, Material, Mesh, Part, Thing, join
from core.demo.solids import blob, lathe, smooth, tube

COFFEE = Material((0.24, 0.13, 0.07), 0.5)
DARK = Material((0.07, 0.07, 0.08), 0.45)


def mug(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a mug or cup with a handle: straight, tapered, round or waisted; plain, dipped or striped."""
    glaze = Material(colour, rng.uniform(0.35, 0.85))
    inside = Material((0.95, 0.94, 0.91) if rng.random() < 0.7 else colour, 0.5)
    side = _side(rng)
    lip, high = side[-1]
    level = high * rng.choice([0.12, 0.84], p=[0.35, 0.65])
    width = float(np.interp(level, side[:, 1], side[:, 0])) * 0.93
    within = lathe([(lip, high), (lip * 0.95, high + 0.005), (width, level)], inside, solid=False)
    filled = lathe([(width, level), (0.001, level)], COFFEE if level > 0.5 else inside, solid=False)
    handle = _ear(rng, float(np.interp(high / 2, side[:, 1], side[:, 0])), high, glaze)
    mesh = join(_painted_wall(rng, side, glaze), within, filled, handle)
    mesh = mesh.turned("y", rng.choice([0, 180]) + rng.uniform(-45, 45))
    if rng.random() < 0.18:
        other = mesh.turned("y", rng.uniform(30, 90)).moved(rng.choice([-1, 1]) * 1.15, 0, -0.5)
        return Thing((Part(other), Part(mesh)), (-20, 20), (12, 32))
    return Thing((Part(mesh),), (-30, 30), (10, 42))


def espresso(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a low cup on a saucer."""
    glaze = Material(colour, 0.7)
    white = Material((0.96, 0.95, 0.93), 0.6)
    r = rng.uniform(0.36, 0.46)
    high = rng.uniform(0.42, 0.6)
    cup = lathe(
        _walls([(0.001, 0.06), (r * 0.55, 0.06), (r * 0.86, 0.06 + high * 0.35), (r, 0.06 + high)]),
        glaze,
        solid=False,
    )
    saucer = lathe(
        [(0.001, 0.03), (0.35, 0.03), (0.72, 0.10), (0.72, 0.12), (0.34, 0.05), (0.001, 0.05)],
        glaze,
        solid=False,
    )
    crema = lathe(
        [(0.001, high * 0.9), (r * 0.93, high * 0.9)],
        Material((0.55, 0.33, 0.16), 0.3),
        around=40,
        solid=False,
    )
    handle = _ear(rng, r * 0.86, high + 0.06, glaze if rng.random() < 0.7 else white, size=0.7)
    mesh = join(cup, saucer, crema, handle).turned("y", rng.uniform(-60, 60))
    return Thing((Part(mesh),), (-30, 30), (16, 44))


def tumbler(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a travel cup with a lid, no handle or a big one."""
    coat = Material(colour, rng.uniform(0.2, 0.7), metal=rng.choice([0.0, 0.5]))
    top = rng.uniform(0.27, 0.33)
    low = top * rng.uniform(0.68, 0.95)
    sleeve = Material((0.35, 0.24, 0.17), 0.2) if rng.random() < 0.5 else coat
    cut = [
        (low + (top - low) * y / 0.95, y) for y in (0.05, rng.uniform(0.3, 0.4), rng.uniform(0.55, 0.7), 0.95)
    ]
    body = join(
        lathe([(0.001, 0), (low, 0), cut[0], cut[1]], coat),
        lathe([cut[1], cut[2]], sleeve),
        lathe([cut[2], cut[3]], coat),
    )
    lid = lathe([(top + 0.02, 0.93), (top + 0.02, 1.0), (top - 0.05, 1.05), (0.001, 1.05)], DARK)
    pieces = [body, lid, blob((0.06, 0.03, 0.03), DARK, fine=10).moved(0, 1.07, 0.14)]
    if rng.random() < 0.3:
        pieces.append(_ear(rng, top * 0.92, 0.95, coat, size=1.0))
    return Thing((Part(join(*pieces).turned("y", rng.uniform(-60, 60))),), (-30, 30), (6, 28))


def _side(rng: np.random.Generator) -> np.ndarray:
    """Return the outline (k, 2: radius, height) of a mug's wall: straight, tapered, round or waisted."""
    r, high = rng.uniform(0.36, 0.46), rng.uniform(0.82, 1.05)
    return [
        np.array([(r, 0.02), (r, high)]),
        np.array([(r * 0.78, 0.02), (r * 1.03, high)]),
        smooth([(r * 0.7, 0.01), (r * 1.08, high * 0.35), (r * 1.05, high * 0.7), (r * 0.92, high)], 14),
        smooth([(r * 0.92, 0.01), (r * 0.86, high * 0.5), (r * 1.04, high)], 12),
    ][rng.integers(4)]


def _walls(profile: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the profile followed by its inner side, so that a cup is open at the top."""
    inside = [(max(r - 0.025, 0.001), y + 0.01) for r, y in profile[::-1]]
    return [*profile, *inside]


def _painted_wall(rng: np.random.Generator, side: np.ndarray, glaze: Material) -> Mesh:
    """Return a mug's outside with this outline: plain, or with a dipped foot, a band or stripes."""
    inks = [(0.96, 0.94, 0.90), (0.15, 0.20, 0.32), (0.85, 0.45, 0.30), (0.30, 0.45, 0.40)]
    ink = Material(inks[rng.integers(4)], 0.4)
    high, low = side[-1, 1], side[0, 1]
    edge, count = rng.uniform(0.25, 0.5), int(rng.integers(5, 11))
    choices: list[Sequence[float] | np.ndarray] = [
        [low, high],
        [low, edge * high, high],
        [low, 0.40 * high, (0.35 + edge / 1.6) * high, high],
        np.linspace(low, high, count),
    ]
    edges = choices[rng.integers(4)]
    swap = rng.random() < 0.3
    foot = lathe([(0.001, 0.0), (side[0, 0] * 0.92, 0.0), (side[0, 0], low)], glaze, around=72)
    pieces = [foot]
    for i, (bottom, top) in enumerate(pairwise(edges)):
        y = np.linspace(bottom, top, max(2, int((top - bottom) / 0.05)))
        wall = np.column_stack([np.interp(y, side[:, 1], side[:, 0]), y])
        pieces.append(lathe(wall, ink if (i + swap) % 2 and len(edges) > 2 else glaze, around=72))
    return join(*pieces)


def _ear(rng: np.random.Generator, reach: float, high: float, material: Material, size: float = 1.0) -> Mesh:
    """Return a mug's handle on the right: round, square or pointed."""
    out = reach + size * rng.uniform(0.24, 0.34)
    bend = rng.uniform(0.35, 0.65)
    points = [
        (reach - 0.03, high * 0.82, 0), (reach + (out - reach) * 0.7, high * 0.84, 0), (out, high * bend, 0),
        (reach + (out - reach) * 0.6, high * 0.26, 0), (reach - 0.05, high * 0.22, 0),
    ]  # fmt: skip
    return tube(smooth(points, 30), 0.05 * size + 0.01, material, flat=0.8)
