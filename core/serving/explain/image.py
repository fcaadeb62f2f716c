"""Which part of an image an answer rests on: what becomes of it when that part is covered.

Occlusion, as in M. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks" (ECCV 2014),
with patches that overlap and have the colour of the ground. Against the image's mean colour, grey, and the
image blurred, this one found the object most often and put the least weight on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.common.progress import Progress, silent
from core.serving.explain.case import Case, as_weights, log_odds

CELLS = 7
# Colour-blind people can tell orange from blue, too.
_FOR, _AGAINST = np.array([[224, 112, 0], [0, 90, 200]], dtype=np.uint8)
_STRONGEST = 0.7


@dataclass(frozen=True)
class ImageEffects:
    """What the parts of an image do.

    Attributes
    ----------
    drop
        float32 (rows, columns): by how much the category's probability falls when a part is covered, -1 to 1;
        the mean over the patches that cover it.
    weight
        float32 (rows, columns): the same in log-odds, divided by the strongest of the image: -1 to 1,
        above 0 speaks for the category.
    box
        Left, top, right and bottom of what the cells are parts of, each from 0 to 1: some encoders do not see
        the whole image.
    encodings
        How many covered images were encoded for it.
    """

    drop: np.ndarray
    weight: np.ndarray
    box: tuple[float, float, float, float]
    encodings: int

    @property
    def place(self) -> str:
        """Where the part lies that speaks most for the category, such as "upper left"."""
        row, column = np.unravel_index(self.weight.argmax(), self.weight.shape)
        rows, columns = self.weight.shape
        vertical = ("upper", "middle", "lower")[3 * row // rows]
        horizontal = ("left", "middle", "right")[3 * column // columns]
        return "middle" if vertical == horizontal else f"{vertical} {horizontal}"


def image_effects(case: Case, cells: int = CELLS, progress: Progress = silent) -> ImageEffects | None:
    """Find which parts of its image a product's category rests on.

    Each of (cells + 1)² patches covers two by two cells, at the edges fewer, so that every cell is covered
    four times; what the encoder sees is covered, after it has been prepared as for every answer.

    Parameters
    ----------
    case
        The product.
    cells
        Rows and columns of the map, 2 or more.
    progress
        Told the images encoded.

    Returns
    -------
    ImageEffects or None
        None where the answer does not rest on an image.
    """
    if cells < 2:
        raise ValueError(f"expected 2 cells a side or more, got {cells}")
    if not case.reads("image") or case.image is None:
        return None
    encoder = case.predictor.encoders["image"]
    # Encoders side by side see the image each in its own way: it is covered before they prepare it.
    seen = _shrunk(case.image, encoder.side) if encoder.members else encoder.prepare(case.image)
    covered = _covered(np.asarray(seen), cells)
    are_arrays = isinstance(seen, np.ndarray)
    images = covered if are_arrays else [Image.fromarray(one) for one in covered]
    probability = case.with_images(images, progress)
    return ImageEffects(
        _mean_of_patches(case.confidence - probability, cells).astype(np.float32),
        as_weights(_mean_of_patches(log_odds(case.confidence) - log_odds(probability), cells)),
        encoder.visible_box(*case.image.size),
        len(covered),
    )


def _shrunk(image: Image.Image, side: int | None) -> Image.Image:
    """Return an image whose shorter edge has `side` pixels at most."""
    factor = min(1.0, (side or min(image.size)) / min(image.size))
    return image.resize((max(1, round(factor * image.width)), max(1, round(factor * image.height))))


def overlay(image: Image.Image, effects: ImageEffects) -> Image.Image:
    """Draw the map over the image, turned grey: orange speaks for the category, blue against it.

    Parameters
    ----------
    image
        The image at any size, upright, whole.
    effects
        Its map.

    Returns
    -------
    PIL.Image.Image
        RGB, as large as `image`.
    """
    out = image.convert("L").convert("RGB")
    left, top, right, bottom = (
        round(end * length) for end, length in zip(effects.box, 2 * image.size, strict=True)
    )
    size = max(right - left, 1), max(bottom - top, 1)
    smooth = Image.fromarray(effects.weight).resize(size, Image.Resampling.BICUBIC)
    weight = np.clip(np.asarray(smooth), -1, 1)
    colour = np.where(weight[..., None] > 0, _FOR, _AGAINST)
    strength = (np.abs(weight) * _STRONGEST * 255).astype(np.uint8)
    out.paste(Image.fromarray(colour), (left, top), Image.fromarray(strength))
    return out


def ground_colour(pixels: np.ndarray) -> np.ndarray:
    """Return the median colour along the edge of an image: uint8 (rows, columns, 3) -> uint8 (3,)."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour: np.ndarray = np.median(edge, axis=0).astype(np.uint8)
    return colour


def cell_edges(length: int, cells: int) -> np.ndarray:
    """Return where cells begin and end along a side of `length` pixels, int64 (cells + 1,)."""
    return np.linspace(0, length, cells + 1).round().astype(np.int64)


def _covered(seen: np.ndarray, cells: int) -> list[np.ndarray]:
    """Return copies of the image with one patch covered each, row by row."""
    rows, columns = (cell_edges(length, cells) for length in seen.shape[:2])
    colour = ground_colour(seen)
    copies = []
    for row in range(cells + 1):
        for column in range(cells + 1):
            copy = seen.copy()
            copy[
                rows[max(row - 1, 0)] : rows[min(row + 1, cells)],
                columns[max(column - 1, 0)] : columns[min(column + 1, cells)],
            ] = colour
            copies.append(copy)
    return copies


def _mean_of_patches(values: np.ndarray, cells: int) -> np.ndarray:
    """Return for each cell the mean over the four patches that cover it, (cells, cells)."""
    grid = values.reshape(cells + 1, cells + 1)
    return np.asarray((grid[1:, 1:] + grid[1:, :-1] + grid[:-1, 1:] + grid[:-1, :-1]) / 4)
