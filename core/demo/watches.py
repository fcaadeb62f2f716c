"""Watches with hands and watches with a screen."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.demo.mesh import Colour, Decal, Material, Mesh, Part, Thing, join, loft
from core.demo.solids import lathe, rod, slab
from core.demo.wallpaper import flat, screen

STEEL = Material((0.80, 0.81, 0.83), 0.85, metal=0.85)
GOLD = Material((0.90, 0.72, 0.40), 0.85, metal=0.8)
BLACK = Material((0.07, 0.07, 0.08), 0.35)
LEATHERS = ((0.42, 0.26, 0.16), (0.22, 0.15, 0.11), (0.58, 0.38, 0.24), (0.10, 0.10, 0.11))
FACE = 260


def analog_watch(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a round watch with hands on a leather, steel or rubber strap."""
    case = [STEEL, GOLD, BLACK, Material((0.85, 0.62, 0.55), 0.85, metal=0.75)][
        rng.choice(4, p=[0.45, 0.2, 0.2, 0.15])
    ]
    r = rng.uniform(0.30, 0.36)
    rim = lathe(
        [(r, -0.05), (r * 1.03, 0.0), (r * 1.02, 0.05), (r * 0.93, 0.075), (r * 0.90, 0.06)], case, around=72
    )
    floor = lathe([(r * 0.90, 0.06), (0.001, 0.06)], Material((0.1, 0.1, 0.1), 0.1), around=40)
    crown = rod((r, 0, 0), (r + 0.07, 0, 0), 0.03, case)
    pieces = [join(rim, floor).turned("x", 90), crown]
    if rng.random() < 0.35:
        pieces += [
            rod(
                (r * 0.9 * np.cos(a), r * 0.9 * np.sin(a), 0),
                ((r + 0.05) * np.cos(a), (r + 0.05) * np.sin(a), 0),
                0.02,
                case,
            )
            for a in (0.5, -0.5)
        ]
    strap, links = _strap_material(rng, colour, case)
    dial = flat(_dial(rng, colour), 1.8 * r, 1.8 * r, 0.065)
    return _worn(rng, join(*pieces), dial, strap, links, r * rng.uniform(0.95, 1.2), r)


def smart_watch(rng: np.random.Generator, colour: Colour) -> Thing:
    """Build a watch with a screen, square or round, on a rubber or woven strap."""
    case = [STEEL, BLACK, Material(colour, 0.6, metal=0.5)][rng.integers(3)]
    w, h = rng.uniform(0.52, 0.60), rng.uniform(0.62, 0.68)
    corner = 0.16 if rng.random() < 0.7 else 0.3
    h = w if corner == 0.3 else h
    body = slab(w, h, 0.16, corner, case, bevel=0.06)
    crown = rod((w / 2 - 0.02, 0.08, 0), (w / 2 + 0.04, 0.08, 0), 0.04, case)
    face = _round_off(_rings(rng) if rng.random() < 0.6 else _watch_screen(rng), corner / w)
    dial = flat(face, w * 0.92, h * 0.92, 0.085, glow=0.8)
    return _worn(rng, join(body, crown), dial, Material(colour, 0.15), False, w * 0.72, h / 2)


def _strap_material(rng: np.random.Generator, colour: Colour, case: Material) -> tuple[Material, bool]:
    """Choose leather, steel links or rubber."""
    kind = rng.choice(["leather", "links", "rubber"], p=[0.5, 0.3, 0.2])
    if kind == "links":
        return case, True
    if kind == "leather":
        return Material(LEATHERS[rng.integers(4)] if rng.random() < 0.7 else colour, 0.2), False
    return Material(colour, 0.15), False


def _worn(
    rng: np.random.Generator, case: Mesh, dial: Decal, strap: Material, links: bool, wide: float, reach: float
) -> Thing:
    """Put the watch on a closed strap that stands, or on a strap laid flat."""
    if rng.random() < 0.55:
        turn = np.linspace(0, 2 * np.pi, 72)
        deep, tall = 0.52, 0.62
        middle = np.column_stack([0 * turn, tall * np.sin(turn), deep * np.cos(turn) - deep - 0.02])
        loop = _ribbon(middle, wide * (0.78 + 0.22 * np.cos(turn) ** 2), strap, links)
        lean = rng.uniform(-38, -12)
        parts = [part.turned("x", lean) for part in (Part(loop), Part(case, (dial,)))]
        foot = min(float(p.mesh.faces[..., 1].min()) for p in parts)
        return Thing(tuple(p.moved(0, -foot, 0) for p in parts), (-42, 42), (4, 20))
    halves = []
    for way in (-1, 1):
        y = np.linspace(reach * 0.85, reach + rng.uniform(0.55, 0.75), 26)
        drop = -0.05 * np.linspace(0, 1, 26)
        halves.append(
            _ribbon(np.column_stack([0 * y, way * y, drop]), wide * np.linspace(1, 0.75, 26), strap, links)
        )
    parts = [Part(join(*halves)), Part(case, (dial,))]
    if rng.random() < 0.6:
        return Thing(tuple(p.turned("x", -90).moved(0, 0.06, 0) for p in parts), (-40, 40), (40, 72))
    return Thing(tuple(p.turned("x", -4) for p in parts), (-24, 24), (-4, 14), hangs=True)


def _ribbon(middle: np.ndarray, wide: np.ndarray, material: Material, links: bool) -> Mesh:
    """Return a strap along a line (k, 3) in the y-z plane, `wide` (k,) across, with gaps between links."""
    along = np.gradient(middle, axis=0)
    out = np.column_stack([0 * along[:, 0], along[:, 2], -along[:, 1]])
    out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-9
    thick = 0.028 * (1 + (0.9 * (np.arange(len(middle)) % 3 == 0) - 0.6 if links else 0 * wide))
    side = np.array([1.0, 0, 0])
    half = wide[:, None] / 2 * side
    lift = thick[:, None] * out
    ring = np.stack(
        [
            middle - half + lift,
            middle + lift * 1.2,
            middle + half + lift,
            middle + half - lift,
            middle - half - lift,
        ],
        axis=1,
    )
    return loft(ring, material, solid=False)


def _dial(rng: np.random.Generator, colour: Colour) -> Image.Image:
    """Draw a watch face: background, marks or numbers, hands, and sometimes subdials or a date."""
    grounds = [(245, 244, 238), (24, 26, 32), (28, 48, 92), (30, 78, 62), tuple(int(220 * c) for c in colour)]
    ground = grounds[rng.integers(5)]
    ink = (30, 30, 34) if sum(ground) > 380 else (240, 240, 236)
    image = Image.new("RGBA", (FACE, FACE))
    pen = ImageDraw.Draw(image)
    mid = FACE / 2
    pen.ellipse([1, 1, FACE - 2, FACE - 2], fill=(*ground, 255))

    def hand(angle: float, long: float, thick: int, tone: tuple[int, int, int]) -> None:
        pen.line([mid, mid, mid + long * np.sin(angle), mid - long * np.cos(angle)], fill=tone, width=thick)

    numbers = rng.random() < 0.35
    for i in range(60 if rng.random() < 0.6 else 12):
        step = i * 2 * np.pi / 60 if i >= 12 else i * 2 * np.pi / 12
        inner = mid * (0.88 if i >= 12 else 0.78)
        pen.line(
            [
                mid + inner * np.sin(step),
                mid - inner * np.cos(step),
                mid + mid * 0.93 * np.sin(step),
                mid - mid * 0.93 * np.cos(step),
            ],
            fill=ink,
            width=2 if i >= 12 else 6,
        )
    if numbers:
        for i in range(1, 13):
            at = i * np.pi / 6
            pen.text(
                (mid + mid * 0.66 * np.sin(at), mid - mid * 0.66 * np.cos(at)),
                str(i),
                fill=ink,
                anchor="mm",
                font=ImageFont.load_default(28),
            )
    if rng.random() < 0.35:
        for x, y in ((-0.38, 0), (0.38, 0), (0, 0.4))[: int(rng.integers(2, 4))]:
            r = 0.2 * mid
            pen.ellipse(
                [mid * (1 + x) - r, mid * (1 + y) - r, mid * (1 + x) + r, mid * (1 + y) + r],
                outline=ink,
                width=3,
            )
    hour = rng.uniform(0, 2 * np.pi)
    hand(hour, mid * 0.5, 10, ink)
    hand(hour * 12, mid * 0.78, 7, ink)
    hand(rng.uniform(0, 6.3), mid * 0.82, 3, (204, 60, 48))
    pen.ellipse([mid - 9, mid - 9, mid + 9, mid + 9], fill=ink)
    return image


def _rings(rng: np.random.Generator) -> Image.Image:
    """Draw an activity screen: coloured arcs round the time."""
    image = Image.new("RGBA", (FACE, FACE), (8, 8, 10, 255))
    pen = ImageDraw.Draw(image)
    for i, ink in enumerate([(250, 70, 90), (140, 230, 70), (70, 200, 240)]):
        gap = 26 + 26 * i
        pen.arc([gap, gap, FACE - gap, FACE - gap], -90, -90 + rng.uniform(90, 350), fill=ink, width=18)
    pen.text(
        (FACE / 2, FACE / 2),
        f"{rng.integers(1, 13)}:{rng.integers(0, 60):02d}",
        fill="white",
        anchor="mm",
        font=ImageFont.load_default(34),
    )
    return image


def _watch_screen(rng: np.random.Generator) -> Image.Image:
    """Draw a wallpaper with the time."""
    image = screen(rng, FACE, FACE, "plain").convert("RGBA")
    time = f"{rng.integers(1, 24)}:{rng.integers(0, 60):02d}"
    ImageDraw.Draw(image).text(
        (FACE / 2, FACE / 2), time, fill="white", anchor="mm", font=ImageFont.load_default(74)
    )
    return image


def _round_off(image: Image.Image, share: float) -> Image.Image:
    """Cut the corners off a screen."""
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).rounded_rectangle([0, 0, FACE - 1, FACE - 1], share * FACE, fill=255)
    image.putalpha(mask)
    return image
