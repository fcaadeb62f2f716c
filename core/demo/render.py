"""Render shapes with a camera, a soft lamp and a bright studio, drawing faces from far to near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from PIL import Image, ImageDraw

from core.demo.mesh import Decal, Mesh, Part, rotation

SIDE = 240
FINE = 3  # supersampling factor


@dataclass(frozen=True)
class Camera:
    """A perspective camera that points at the centre of a product.

    `turn` (3, 3) world to camera, `target` (3,) the point in the middle, `distance` in units, `scale` in
    pixels and `shift` (2,) where the middle lies in the image, in pixels.
    """

    turn: np.ndarray
    target: np.ndarray
    distance: float
    scale: float
    shift: np.ndarray

    def project(self, points: np.ndarray) -> np.ndarray:
        """Return (..., 3): pixel x, pixel y, and nearness (larger is nearer) of world points (..., 3)."""
        seen = (points - self.target) @ self.turn.T
        depth = np.maximum(self.distance - seen[..., 2], 0.2)
        x = self.shift[0] + self.scale * seen[..., 0] / depth
        y = self.shift[1] - self.scale * seen[..., 1] / depth
        return np.stack([x, y, -depth], axis=-1)

    @property
    def eye(self) -> np.ndarray:
        """The camera's position in world coordinates."""
        eye: np.ndarray = self.target + self.turn.T @ np.array([0, 0, self.distance])
        return eye

    def ground(self, height: float = 0.0) -> np.ndarray:
        """Return (SIDE, SIDE, 3): x and z where each pixel meets the floor, and the distance (inf above)."""
        y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
        ray = np.stack(
            [(x - self.shift[0]) / self.scale, -(y - self.shift[1]) / self.scale, -np.ones_like(x)], -1
        )
        ray = ray @ self.turn
        down = np.where(ray[..., 1] < -1e-4, -ray[..., 1], np.nan)
        reach = (self.eye[1] - height) / down
        return np.stack(
            [
                self.eye[0] + ray[..., 0] * reach,
                self.eye[2] + ray[..., 2] * reach,
                np.nan_to_num(reach, nan=np.inf),
            ],
            axis=-1,
        )


@dataclass(frozen=True)
class Light:
    """The direction of the lamp (unit vector), its linear colour, and the colour of ambient light."""

    towards: np.ndarray
    colour: np.ndarray
    room: np.ndarray


def aim(
    parts: Sequence[Part],
    azimuth: float,
    elevation: float,
    roll: float,
    fill: float,
    offset: tuple[float, float],
) -> Camera:
    """Place the camera so that the product fills the share `fill` of the image, offset by `offset` sides."""
    points = np.concatenate([p.mesh.faces.reshape(-1, 3) for p in parts])
    low, high = points.min(axis=0), points.max(axis=0)
    turn = rotation("z", roll) @ rotation("x", elevation) @ rotation("y", -azimuth)
    distance = 3.2 * float(np.linalg.norm(high - low)) / 1.2
    first = Camera(turn, (low + high) / 2, distance, 1.0, np.zeros(2))
    seen = first.project(points)[:, :2]
    scale = fill * SIDE / float(np.ptp(seen, axis=0).max())
    middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
    shift = SIDE * (0.5 + np.array(offset)) - middle * scale
    return Camera(turn, first.target, distance, scale, shift)


def shade(mesh: Mesh, normals: np.ndarray, camera: Camera, light: Light) -> np.ndarray:
    """Return linear colours (n, 4, 3) at the corners: diffuse light, highlight, and a mirrored studio."""
    view = camera.eye - mesh.faces
    view /= np.linalg.norm(view, axis=-1, keepdims=True)
    gloss, metal, glow = mesh.finish.T[:3, :, None, None]
    own = mesh.colour[:, None]
    diffuse = np.clip(0.82 * (normals @ light.towards) + 0.18, 0, None)[..., None] * light.colour
    sky = (0.62 + 0.38 * normals[..., 1:2]) * light.room
    near_floor = np.clip(0.72 + 0.28 * mesh.faces[..., 1:2] / 0.25, 0.72, 1.0)
    towards_eye = np.clip((normals * view).sum(-1, keepdims=True), 0, 1)
    half = view + light.towards
    half /= np.linalg.norm(half, axis=-1, keepdims=True)
    spot = np.clip((normals * half).sum(-1, keepdims=True), 0, 1)
    highlight = gloss * (0.9 * spot ** (8 + 90 * gloss)) * light.colour
    rim = 0.04 + 0.5 * gloss * (1 - towards_eye) ** 4
    studio = _studio(2 * towards_eye * normals - view) * light.room
    matt = own * (diffuse + sky)
    mirror = own * (0.12 + 1.4 * studio)
    body = ((1 - metal) * matt + metal * mirror) * near_floor
    lit: np.ndarray = body + highlight + rim * gloss * studio + glow * own * (0.45 + 0.55 * towards_eye)
    return lit


def _studio(direction: np.ndarray) -> np.ndarray:
    """Return the brightness (..., 1) of the studio: bright above, two tall soft boxes, a dark floor."""
    x, y, z = np.split(direction, 3, axis=-1)
    above = np.clip(0.5 + 0.6 * y, 0.06, 1)
    boxes = np.exp(-(((np.abs(x) - 0.75) / 0.16) ** 2)) * (z > -0.4)
    brightness: np.ndarray = 0.62 * above + 0.85 * boxes * np.clip(1 - np.abs(y), 0, 1)
    return brightness


def draw_parts(parts: Sequence[Part], camera: Camera, light: Light) -> np.ndarray:
    """Return (SIDE, SIDE, 4) float 0..1: the product's colours premultiplied by its coverage."""
    canvas = Image.new("RGBA", (SIDE * FINE, SIDE * FINE))
    pen = ImageDraw.Draw(canvas)
    for part in sorted(parts, key=lambda p: camera.project(p.mesh.faces.mean(axis=(0, 1)))[2]):
        pieces, inks = _visible(part.mesh, camera, light)
        for place, ink in zip(pieces.tolist(), inks.tolist(), strict=True):
            pen.polygon(place, fill=(*ink, 255))
        for decal in part.decals:
            _lay(canvas, decal, camera, light)
    drawn = np.asarray(canvas.reduce(FINE), dtype=np.float32) / 255
    return np.concatenate([drawn[..., :3] * drawn[..., 3:], drawn[..., 3:]], axis=2)


def _visible(mesh: Mesh, camera: Camera, light: Light) -> tuple[np.ndarray, np.ndarray]:
    """Return the polygons (m, 8) to draw, far to near, and their sRGB bytes (m, 3)."""
    normal = np.cross(mesh.faces[:, 2] - mesh.faces[:, 0], mesh.faces[:, 3] - mesh.faces[:, 1])
    away = np.einsum("ij,ij->i", normal, camera.eye - mesh.faces.mean(axis=1)) < 0
    shown = ~(away & mesh.solid)
    normals = np.where(away[:, None, None], -mesh.normals, mesh.normals)[shown]
    mesh = Mesh(*(getattr(mesh, f.name)[shown] for f in fields(Mesh)))
    colour = to_bytes(shade(mesh, normals, camera, light)).astype(float)
    pixel = camera.project(mesh.faces)
    near = pixel[..., 2].mean(axis=1) + mesh.finish[:, 3]
    spread = np.maximum(np.ptp(pixel[..., :2], axis=1).max(axis=1) / 3, 1)
    step = np.ptp(colour, axis=1).max(axis=1) / 4
    cuts = np.ceil(np.clip(np.minimum(spread, step), 1, 5)).astype(int)
    pieces, inks, order = [], [], []
    for cut in np.unique(cuts):
        some = cuts == cut
        weights = _weights(int(cut))
        pieces.append(np.einsum("qcw,nwd->nqcd", weights, FINE * pixel[some][..., :2]).reshape(-1, 8))
        inks.append(np.einsum("qw,nwd->nqd", weights.mean(axis=1), colour[some]).reshape(-1, 3))
        order.append(np.repeat(near[some], cut * cut))
    far_first = np.argsort(np.concatenate(order), kind="stable")
    return np.concatenate(pieces)[far_first], (np.concatenate(inks)[far_first] + 0.5).astype(np.uint8)


def _weights(cut: int) -> np.ndarray:
    """Return (cut * cut, 4, 4): the weights of a face's corners at the corners of its pieces."""
    u, v = np.meshgrid(np.arange(cut), np.arange(cut))
    u = (u.reshape(-1, 1) + np.array([0, 1, 1, 0])) / cut
    v = (v.reshape(-1, 1) + np.array([0, 0, 1, 1])) / cut
    return np.stack([(1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v], axis=-1)


def to_bytes(linear: np.ndarray) -> np.ndarray:
    """Return sRGB bytes for linear light; bright values are compressed instead of clipped."""
    soft = np.where(linear > 0.7, 0.7 + 0.3 * np.tanh((linear - 0.7) / 0.45), linear)
    return (255 * np.clip(soft, 0, 1) ** (1 / 2.2) + 0.5).astype(np.uint8)


def _lay(canvas: Image.Image, decal: Decal, camera: Camera, light: Light) -> None:
    """Draw a decal in perspective, if it faces the camera."""
    normal = np.cross(decal.corners[2] - decal.corners[0], decal.corners[3] - decal.corners[1])
    normal /= np.linalg.norm(normal)
    if normal @ (camera.eye - decal.corners.mean(axis=0)) <= 0:
        return
    corners = camera.project(decal.corners)[:, :2] * FINE
    low = np.floor(corners.min(axis=0)).astype(int)
    size = np.maximum(np.ceil(corners.max(axis=0)).astype(int) - low, 1)
    if size.max() > 4 * SIDE * FINE:
        return
    w, h = decal.image.size
    source = [(0, 0), (0, h), (w, h), (w, 0)]
    rows, values = [], []
    for (x, y), (u, v) in zip(corners - low, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    if abs(np.linalg.det(np.array(rows))) < 1e-9:
        return
    numbers = np.linalg.solve(np.array(rows), np.array(values, dtype=float))
    image = decal.image.convert("RGBA").transform(
        tuple(size.tolist()), Image.Transform.PERSPECTIVE, numbers.tolist(), Image.Resampling.BILINEAR
    )
    level = 0.5 * max(normal @ light.towards, 0) + 0.45 + 0.12 * normal[1]
    factor = decal.glow * 0.97 + (1 - decal.glow) * np.clip(
        level * (light.colour + light.room) / 1.5, 0, 1.15
    )
    red, green, blue, alpha = image.split()
    bands = [
        band.point([min(255, int(v * f ** (1 / 2.2))) for v in range(256)])
        for band, f in zip((red, green, blue), np.broadcast_to(factor, 3), strict=True)
    ]
    canvas.alpha_composite(
        Image.merge("RGBA", (*bands, alpha)).crop(_inside(low, size)), tuple(np.maximum(low, 0).tolist())
    )


def _inside(low: np.ndarray, size: np.ndarray) -> tuple[int, int, int, int]:
    """Return the part on the canvas of a box of `size` placed at `low`."""
    start = np.maximum(-low, 0)
    end = np.minimum(size, SIDE * FINE - low)
    return (int(start[0]), int(start[1]), int(max(end[0], start[0] + 1)), int(max(end[1], start[1] + 1)))


def draw_shadow(parts: Sequence[Part], camera: Camera, light: Light) -> np.ndarray:
    """Return (SIDE, SIDE) float 0..1: the share of each pixel's floor in the product's shadow."""
    canvas = Image.new("L", (SIDE, SIDE))
    pen = ImageDraw.Draw(canvas)
    towards = light.towards
    for part in parts:
        faces = part.mesh.faces
        normal = np.cross(faces[:, 2] - faces[:, 0], faces[:, 3] - faces[:, 1])
        faces = faces[(normal @ towards > 0) | ~part.mesh.solid]
        drop = np.clip(faces[..., 1:2], 0, None) / max(towards[1], 0.2)
        floor = faces - drop * towards
        floor[..., 1] = 0
        for place in camera.project(floor)[..., :2].reshape(-1, 8).tolist():
            pen.polygon(place, fill=255)
    return np.asarray(canvas, dtype=np.float32) / 255
