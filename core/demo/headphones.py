"""Headphones: over-ear, on-ear, gaming headsets, wireless earbuds and wired earphones."""

from __future__ import annotations

import numpy as np

from core.demo.mesh import Colour, Material, Mesh, Part, Thing, join
from core.demo.solids import blob, lathe, outline, rod, slab, smooth, tube

DARK = Material((0.07, 0.07, 0.08), 0.35)
PAD = Material((0.11, 0.11, 0.12), 0.12)
STEEL = Material((0.78, 0.79, 0.81), 0.8, metal=0.8)


def over_ear(rng: np.random.Generator, colour: Colour) -> Thing:
    """Big headphones with a padded band; gaming ones have a microphone."""
    return _headset(rng, colour, cup=rng.uniform(0.26, 0.32), microphone=False)


def gaming(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a headset with a microphone on an arm."""
    return _headset(rng, colour, cup=rng.uniform(0.27, 0.33), microphone=True)


def on_ear(rng: np.random.Generator, colour: Colour) -> Thing:
    """Light headphones with small cups and a thin band."""
    return _headset(rng, colour, cup=rng.uniform(0.17, 0.21), microphone=False)


def earbuds(rng: np.random.Generator, colour: Colour) -> Thing:
    """Two buds beside or in front of their charging case."""
    shell = Material(colour, rng.uniform(0.4, 0.8))
    wide, tall = rng.uniform(0.62, 0.9), rng.uniform(0.5, 0.62)
    case = slab(wide, tall, 0.34, tall * 0.45, shell, bevel=0.15).moved(0, tall / 2, 0)
    light = blob((0.015, 0.015, 0.01), Material((0.4, 1.0, 0.5), glow=0.7), fine=6).moved(
        0, tall * 0.42, 0.17
    )
    corner = tall * 0.45
    at = wide - 2 * (corner - np.sqrt(corner**2 - (0.66 * tall - (tall - corner)) ** 2))
    ring = outline(float(at), 0.34, 0.15)
    ring = np.concatenate([ring, ring[:1]])
    seam = tube(
        np.column_stack([ring[:, 0], np.full(len(ring), 0.66 * tall), ring[:, 1]]), 0.008, DARK, around=6
    )
    stem = rng.random() < 0.6
    buds = [
        _bud(shell, stem, side).turned("y", side * rng.uniform(5, 40)).moved(side * 0.26, 0, 0.48)
        for side in (-1, 1)
    ]
    parts = (Part(join(case, light.lifted(), seam.lifted(0.05))), *(Part(b) for b in buds))
    return Thing(parts, (-35, 35), (12, 36))


def in_ear(rng: np.random.Generator, colour: Colour) -> Thing:
    """Wired earphones: two plugs on a curled cable."""
    shell = Material(colour, 0.6, metal=rng.choice([0.0, 0.6]))
    cord = Material(colour if rng.random() < 0.5 else (0.12, 0.12, 0.13), 0.3)
    pieces = []
    for side in (-1, 1):
        head = join(
            lathe([(0.001, 0.0), (0.05, 0.0), (0.07, 0.05), (0.05, 0.16), (0.001, 0.16)], shell, around=28),
            lathe([(0.03, 0.15), (0.075, 0.19), (0.06, 0.25), (0.001, 0.27)], PAD, around=28),
        )
        pieces.append(
            head.turned("z", -side * 75).turned("y", rng.uniform(-30, 30)).moved(side * 0.30, 0.08, 0.1)
        )
        path = smooth(
            [
                (side * 0.30, 0.08, 0.1),
                (side * 0.42, 0.03, 0.5),
                (side * 0.12, 0.03, 0.75),
                (0.0, 0.03, 0.45),
            ],
            30,
        )
        pieces.append(tube(path, 0.013, cord, around=8))
    turns = np.linspace(0, 2 * np.pi * rng.uniform(1.6, 2.6), 70)
    radius = np.linspace(0.16, 0.5, 70)
    coil = np.column_stack(
        [radius * np.sin(turns), np.full(70, 0.02), 0.45 - 0.32 - radius * np.cos(turns) * 0.7]
    )
    pieces.append(
        tube(smooth([(0, 0.03, 0.45), (0.05, 0.03, 0.2), *coil[::6].tolist()], 90), 0.013, cord, around=8)
    )
    return Thing((Part(join(*pieces)),), (-50, 50), (32, 62))


def _headset(rng: np.random.Generator, colour: Colour, *, cup: float, microphone: bool) -> Thing:
    """Two cups on a bent band, standing upright."""
    shell = Material(colour, rng.uniform(0.3, 0.8), metal=rng.choice([0.0, 0.0, 0.5]))
    trim = STEEL if rng.random() < 0.5 else DARK
    pad = Material((0.45, 0.32, 0.24), 0.15) if rng.random() < 0.2 else PAD
    half, high = 0.43, rng.uniform(0.46, 0.58)
    thick = 0.05 if cup > 0.23 else 0.03
    angle = np.linspace(-0.12, np.pi + 0.12, 46)
    arc = np.column_stack([half * np.cos(angle), cup + 0.10 + high * np.sin(angle), 0 * angle])
    size = np.array([(half - thick) / half, (high - thick) / high, 1])
    lining = (arc - [0, cup + 0.10, 0]) * size + [0, cup + 0.10, 0]
    broad = rng.uniform(1.4, 2.2)
    band = tube(arc, thick, shell, around=14).scaled(1, 1, broad)
    inner = tube(lining[9:37], thick * 0.75, pad, around=12).scaled(1, 1, broad)
    oval = rng.uniform(1.0, 1.25)
    pieces = [band, inner]
    for side in (-1, 1):
        ear = _cup(cup, shell, pad, trim, rng.random() < 0.5).scaled(1, oval, 1)
        arm = rod((0, cup * 0.3, 0), (-0.06, cup * oval + 0.03, 0), 0.03, trim)
        unit = join(ear, arm.moved(0.10)).turned("z", 6)
        unit = unit if side > 0 else unit.turned("y", 180)
        pieces.append(unit.moved(side * (half - 0.02), cup * oval, 0))
    if microphone:
        path = smooth(
            [(half, cup, cup * 0.6), (half - 0.02, cup * 0.5, 0.48), (half - 0.2, cup * 0.2, 0.66)], 24
        )
        pieces += [tube(path, 0.018, DARK), blob((0.05, 0.04, 0.04), PAD, fine=10).moved(*path[-1])]
    body = join(*pieces)
    if rng.random() < 0.16:
        return Thing((Part(body.turned("x", -82).moved(0, cup * 0.6, 0)),), (-70, 70), (35, 60))
    return Thing((Part(body),), (18, 68) if rng.random() < 0.5 else (-68, -18), (2, 20))


def _cup(r: float, shell: Material, pad: Material, trim: Material, ringed: bool) -> Mesh:
    """Return one ear cup whose outside faces +x."""
    dome = [
        (r * 0.99, 0.0),
        (r, 0.05),
        (r * 0.9, 0.12),
        (r * 0.62, 0.155),
        (r * 0.6, 0.145),
        (r * 0.3, 0.15),
        (0.001, 0.15),
    ]
    cushion = smooth(
        [(r * 0.98, 0.0), (r * 1.04, -0.07), (r * 0.9, -0.14), (r * 0.55, -0.11), (r * 0.5, -0.04)], 16
    )
    pieces = [
        lathe(dome, shell, around=56), lathe(cushion.tolist(), pad, around=56, solid=False),
        lathe([(r * 0.52, -0.05), (0.001, -0.05)], Material((0.18, 0.18, 0.19), 0.05), solid=False),
    ]  # fmt: skip
    if ringed:
        pieces.append(
            lathe([(r * 0.64, 0.15), (r * 0.63, 0.175), (r * 0.56, 0.175), (r * 0.55, 0.14)], trim, around=56)
        )
    return join(*pieces).turned("z", -90)


def _bud(shell: Material, stem: bool, side: int) -> Mesh:
    """Return one wireless bud standing on the table."""
    head = blob((0.10, 0.11, 0.10), shell, fine=16).moved(0, 0.32 if stem else 0.12, 0)
    tip = lathe(
        [(0.04, 0.0), (0.065, 0.03), (0.05, 0.09), (0.001, 0.10)],
        Material((0.85, 0.85, 0.86), 0.2),
        around=20,
    )
    tip = tip.turned("z", side * 70).moved(-side * 0.08, 0.32 if stem else 0.12, 0.02)
    if not stem:
        return join(head, tip)
    return join(
        head, tip, tube(np.array([(0, 0.32, 0), (side * 0.02, 0.16, 0), (side * 0.02, 0.02, 0)]), 0.05, shell)
    )
