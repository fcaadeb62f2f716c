"""Basic solids: lathed, swept and rounded shapes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from core.demo.mesh import Material, Mesh, loft, rotation

Point = Sequence[float] | np.ndarray
"""x, y, z."""


def lathe(
    profile: Sequence[tuple[float, float]] | np.ndarray,
    material: Material,
    *,
    around: int = 64,
    solid: bool = True,
) -> Mesh:
    """Turn a profile of (radius, height) points about the y axis; long segments are subdivided."""
    points = resample(np.array(profile, dtype=float), 0.05)
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)
    r, y = points[:, :1], points[:, 1:]
    rings = np.stack([r * np.cos(angle), y + 0 * angle, r * np.sin(angle)], axis=2)
    return loft(rings, material, solid=solid)


def resample(points: np.ndarray, step: float) -> np.ndarray:
    """Return the polyline (k, d) with extra points so that no segment is longer than `step`."""
    pieces = []
    for start, end in pairwise(points):
        count = max(1, int(np.ceil(np.linalg.norm(end - start) / step)))
        pieces.append(start + (end - start) * np.linspace(0, 1, count, endpoint=False)[:, None])
    return np.concatenate([*pieces, points[-1:]])


def smooth(points: Sequence[Sequence[float]], count: int = 40) -> np.ndarray:
    """Return `count` points of a Catmull-Rom curve through the given ones."""
    p = np.array(points, dtype=float)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.linspace(0, len(p) - 3 - 1e-9, count)
    i, f = t.astype(int), (t % 1)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    curve: np.ndarray = 0.5 * (
        2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3
    )
    return curve


def tube(
    path: np.ndarray, radius: float | np.ndarray, material: Material, *, flat: float = 1.0, around: int = 12
) -> Mesh:
    """Sweep a circle along a path (k, 3); `flat` below 1 squeezes it across, `radius` may change along it."""
    path = np.asarray(path, dtype=float)
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-12
    spread = np.eye(3)[np.argmin(np.ptp(path, axis=0))]
    side = np.cross(tangent, spread)
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-12
    other = np.cross(side, tangent)
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False)[None, :, None]
    r = np.broadcast_to(radius, len(path))[:, None, None]
    rings = path[:, None] + r * (flat * np.cos(angle) * side[:, None] + np.sin(angle) * other[:, None])
    ends = [path[:1, None].repeat(around, axis=1), path[-1:, None].repeat(around, axis=1)]
    return loft(np.concatenate([ends[0], rings, ends[1]]), material)


def rod(
    start: Sequence[float] | np.ndarray, end: Sequence[float] | np.ndarray, radius: float, material: Material
) -> Mesh:
    """Return a straight round bar between two points."""
    return tube(resample(np.array([start, end], dtype=float), 0.06), radius, material)


def outline(width: float, height: float, corner: float, steps: int = 6) -> np.ndarray:
    """Return a rounded rectangle (k, 2) about the origin, with subdivided sides."""
    corner = min(corner, width / 2, height / 2)
    turn = np.linspace(0, np.pi / 2, steps)
    arc = corner * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    spots = [(1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)]
    arcs = [
        arc @ rotation("z", a)[:2, :2].T + [sx * (width / 2 - corner), sy * (height / 2 - corner)]
        for sx, sy, a in spots
    ]
    loop = np.concatenate([*arcs, arcs[0][:1]])
    return resample(loop, max(width, height) / 9)[:-1]


def slab(
    width: float, height: float, depth: float, corner: float, material: Material, *, bevel: float = 0.0
) -> Mesh:
    """Return an upright plate with rounded corners, `depth` thick in z, its centre at the origin.

    `bevel` rounds the edges between front and side; it may be as large as half the depth.
    """
    bevel = min(max(bevel, 1e-3), depth / 2, width / 2 - 1e-3, height / 2 - 1e-3)
    turn = np.linspace(0, np.pi / 2, 4)
    edge = [(bevel * (1 - np.sin(t)), depth / 2 - bevel * (1 - np.cos(t))) for t in turn]
    half = min(width, height) / 2
    cap = [(bevel + (half - bevel) * k, depth / 2) for k in (0.999, 0.75, 0.5, 0.25)]
    rings = []
    shape = outline(width, height, corner)
    for inset, z in [*cap, *edge]:
        scale = np.array([1 - 2 * inset / width, 1 - 2 * inset / height])
        rings.append(np.column_stack([shape * scale, np.full(len(shape), z)]))
    return loft(np.array(rings + [r * [1, 1, -1] for r in rings[::-1]]), material)


def blob(
    size: Sequence[float], material: Material, *, across: float = 1.0, along: float = 1.0, fine: int = 28
) -> Mesh:
    """Return a superellipsoid of half axes `size` about the origin: powers of 1 a ball, near 0 a box."""
    theta = np.linspace(-np.pi / 2, np.pi / 2, fine)[:, None]
    phi = np.linspace(-np.pi, np.pi, 2 * fine, endpoint=False)[None]

    def power(x: np.ndarray, e: float) -> np.ndarray:
        raised: np.ndarray = np.sign(x) * np.abs(x) ** e
        return raised

    ring = power(np.cos(theta), along)
    x, z = ring * power(np.cos(phi), across), ring * power(np.sin(phi), across)
    y = power(np.sin(theta), along) + 0 * phi
    return loft(np.stack([x, y, z], axis=2) * np.array(size), material)
