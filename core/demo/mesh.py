"""3-D shapes made of four-sided faces, the building blocks of all products.

Coordinates: x to the right, y up with the ground at 0, z towards the viewer; a product is about 1 unit tall.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from PIL import Image

Colour = tuple[float, float, float]
SMOOTH = 0.75  # neighbouring faces whose normals have a larger cosine are shaded smoothly


@dataclass(frozen=True)
class Material:
    """The material of a surface.

    Colour in sRGB 0..1; `gloss` 0..1 strength of highlights; `metal` 0..1 how far it mirrors the studio in
    its own colour; `glow` light it gives off; `grain` 0..1 random change of brightness from face to face.
    """

    colour: Colour
    gloss: float = 0.25
    metal: float = 0.0
    glow: float = 0.0
    grain: float = 0.0


@dataclass(frozen=True)
class Mesh:
    """Faces and their materials.

    `faces` (n, 4, 3) corners; `normals` (n, 4, 3) of the surface at the corners; `colour` (n, 3) linear;
    `finish` (n, 4) gloss, metal, glow and lift; `solid` (n,): a solid face is seen from outside only, any
    other from both sides. Lift counts as nearness when faces are put in order: what lies on another surface
    is lifted a little.
    """

    faces: np.ndarray
    normals: np.ndarray
    colour: np.ndarray
    finish: np.ndarray
    solid: np.ndarray

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Mesh:
        """Return the mesh, translated."""
        return replace(self, faces=self.faces + np.array([x, y, z]))

    def scaled(self, x: float, y: float, z: float) -> Mesh:
        """Return the mesh, scaled about the origin."""
        size = np.array([x, y, z])
        return replace(self, faces=self.faces * size, normals=_unit(self.normals / size))

    def turned(self, axis: str, degrees: float) -> Mesh:
        """Return the mesh, rotated about the x, y or z axis."""
        turn = rotation(axis, degrees).T
        return replace(self, faces=self.faces @ turn, normals=self.normals @ turn)

    def lifted(self, lift: float = 0.2) -> Mesh:
        """Return the mesh, always drawn over the surface it lies on, whatever their depths."""
        return replace(self, finish=self.finish + np.array([0.0, 0.0, 0.0, lift]))


@dataclass(frozen=True)
class Decal:
    """A flat image on a surface: RGBA `image` on `corners` (4, 3), counter-clockwise from top left."""

    image: Image.Image
    corners: np.ndarray
    glow: float = 0.0

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Decal:
        """Return the decal, translated."""
        return replace(self, corners=self.corners + np.array([x, y, z]))

    def turned(self, axis: str, degrees: float) -> Decal:
        """Return the decal, rotated about the x, y or z axis."""
        return replace(self, corners=self.corners @ rotation(axis, degrees).T)


@dataclass(frozen=True)
class Part:
    """Faces that are sorted together, with decals on them; parts are drawn from far to near."""

    mesh: Mesh
    decals: tuple[Decal, ...] = ()

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Part:
        """Return the part, translated."""
        return Part(self.mesh.moved(x, y, z), tuple(d.moved(x, y, z) for d in self.decals))

    def turned(self, axis: str, degrees: float) -> Part:
        """Return the part, rotated about the x, y or z axis."""
        return Part(self.mesh.turned(axis, degrees), tuple(d.turned(axis, degrees) for d in self.decals))


@dataclass(frozen=True)
class Thing:
    """A product to photograph: its parts and suitable camera angles in degrees."""

    parts: tuple[Part, ...]
    azimuth: tuple[float, float] = (-40.0, 40.0)
    elevation: tuple[float, float] = (8.0, 30.0)
    hangs: bool = False


def tinted(colour: Colour, share: float) -> Colour:
    """Return a colour with each channel multiplied by `share`; below 1 is darker."""
    red, green, blue = colour
    return (share * red, share * green, share * blue)


def to_linear(srgb: np.ndarray | Colour) -> np.ndarray:
    """Return linear light for sRGB values 0..1 (gamma 2.2)."""
    linear: np.ndarray = np.clip(np.asarray(srgb, dtype=float), 0.0, 1.0) ** 2.2
    return linear


def rotation(axis: str, degrees: float) -> np.ndarray:
    """Return the (3, 3) matrix of a rotation about one axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    if axis == "x":
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == "y":
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def join(*meshes: Mesh) -> Mesh:
    """Join meshes into one."""
    return Mesh(*(np.concatenate([getattr(m, f.name) for m in meshes]) for f in fields(Mesh)))


def loft(rings: np.ndarray, material: Material, *, closed: bool = True, solid: bool = True) -> Mesh:
    """Span faces over outlines (m, k, 3) stacked one after another.

    `closed` joins each outline's end to its start. Faces of a solid are turned outwards.
    """
    ahead = np.roll(rings, -1, axis=1)
    width = rings.shape[1] if closed else rings.shape[1] - 1
    sides = (rings[:-1, :width], ahead[:-1, :width], ahead[1:, :width], rings[1:, :width])
    grid = np.stack(sides, axis=2)
    normals = _corner_normals(
        _unit(np.cross(grid[:, :, 2] - grid[:, :, 0], grid[:, :, 3] - grid[:, :, 1])), closed
    )
    faces, normals = grid.reshape(-1, 4, 3), normals.reshape(-1, 4, 3)
    if solid:
        area = np.cross(faces[:, 2] - faces[:, 0], faces[:, 3] - faces[:, 1])
        if np.einsum("ij,ij->", faces.mean(axis=1) - faces.mean(axis=(0, 1)), area) < 0:
            faces, normals = faces[:, ::-1], -normals[:, ::-1]
    colour = np.tile(to_linear(material.colour), (len(faces), 1))
    if material.grain:
        colour *= 1 + material.grain * np.random.default_rng(len(faces)).uniform(-1, 1, (len(faces), 1))
    finish = np.tile([material.gloss, material.metal, material.glow, 0.0], (len(faces), 1))
    return Mesh(faces, normals, colour, finish, np.full(len(faces), solid))


def _corner_normals(normal: np.ndarray, closed: bool) -> np.ndarray:
    """Return normals (m, k, 4, 3) at face corners: averaged over neighbours, except across a sharp edge."""
    padded = np.pad(normal, ((1, 1), (1, 1), (0, 0)), mode="edge")
    if closed:
        padded[:, 0], padded[:, -1] = padded[:, -2], padded[:, 1]
    corners = []
    for di, dj in ((-1, -1), (-1, 1), (1, 1), (1, -1)):
        total = normal.copy()
        for i, j in ((di, 0), (0, dj), (di, dj)):
            other = padded[1 + i : 1 + i + len(normal), 1 + j : 1 + j + normal.shape[1]]
            near = np.einsum("...c,...c->...", normal, other) > SMOOTH
            total = total + other * near[..., None]
        corners.append(_unit(total))
    return np.stack(corners, axis=2)


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return the vectors scaled to length 1."""
    unit: np.ndarray = vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-12)
    return unit
