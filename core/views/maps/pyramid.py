"""The points of a large map as tiles by zoom level: a browser gets an overview, then what it looks at.

A window that shows the whole map holds some points of all, one that shows a quarter of it as many of those
there, and so on: each point belongs to the first level at which there is room for it. So the points of all
levels down to one are a picture, no point is sent twice, and all levels together are every point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TILED_FROM = 100_000
"""Catalogues of more products than this have their maps sent as tiles (docs/performance.md says why)."""

WINDOW = 150_000
"""Points of the overview, and of each part of the map that a window shows at a deeper zoom, at most."""

DEEPEST = 8
"""The last level takes what is left: its windows are 1/256 of the map wide, which the browser can zoom to."""

STEPS = 2**16 - 1
"""Steps of a coordinate within its tile."""

FEW = 50
"""Points of each group that come before others, so that small ones are not lost in the overview."""

_PARTS = 2**15
_TILE_BITS = {2: 3, 3: 2}
_FINEST = 11
"""The finest tiles, those of level 8, are 1/2048 of the map wide."""


@dataclass(frozen=True, eq=False)
class Pyramid:
    """The points of a map in the order of their tiles.

    Attributes
    ----------
    low, high
        float64 (dims,): the least and the greatest coordinate on each axis.
    rows
        int32 (m,): the product at each place of the order.
    steps
        uint16 (m, dims): where each lies in its tile, from 0 to `STEPS`.
    levels
        uint8 (tiles,): ascending.
    cells
        uint16 (tiles, dims): where a tile lies, counted in tiles of its level.
    starts
        int64 (tiles + 1,): the places of a tile begin at its own and end before the next one's.
    """

    low: np.ndarray
    high: np.ndarray
    rows: np.ndarray
    steps: np.ndarray
    levels: np.ndarray
    cells: np.ndarray
    starts: np.ndarray

    @property
    def overview(self) -> np.ndarray:
        """int64 (t,): the tiles of the first picture."""
        return np.flatnonzero(self.levels == 0)

    @property
    def overview_rows(self) -> np.ndarray:
        """int32 (k,): the products of the first picture."""
        return self.rows[: self.starts[len(self.overview)]]

    def places_of(self, rows: Sequence[int]) -> np.ndarray:
        """Return the places of some products, int64 (k,), ascending; those not on the map have none."""
        return np.flatnonzero(np.isin(self.rows, np.asarray(rows, dtype=np.int32)))

    def places(self, tiles: np.ndarray) -> np.ndarray:
        """Return the places of some tiles' points, tile after tile, int64 (k,)."""
        ranges = [np.arange(self.starts[tile], self.starts[tile + 1]) for tile in tiles]
        return np.concatenate([np.empty(0, dtype=np.int64), *ranges])


def tile_side(dims: int, level: int) -> int:
    """Return how many tiles of a level lie along each axis of a map."""
    return 1 << (_TILE_BITS[dims] + int(level))


def build_pyramid(
    coordinates: np.ndarray,
    groups: np.ndarray,
    first: np.ndarray | None = None,
    *,
    window: int = WINDOW,
    seed: int = 0,
) -> Pyramid:
    """Sort the points of a map into tiles.

    Parameters
    ----------
    coordinates
        float (n, 2 or 3), NaN in rows that are not on the map.
    groups
        int (n,), from 0: each product's group, of which the overview shows at least some.
    first
        bool (n,): products that come before all others, such as those that a filter lets through.
    window
        Points of the overview, at most; of a window of a deeper level, too.
    seed
        Of the draw of those that the overview shows.
    """
    on_map = np.flatnonzero(np.isfinite(coordinates).all(axis=1))
    points = coordinates[on_map].astype(np.float64)
    dims = coordinates.shape[1]
    if not len(points):
        return _empty(dims)
    low, high = points.min(axis=0), points.max(axis=0)
    grid = _on_grid((points - low) / np.where(high > low, high - low, 1))
    late = np.zeros(len(points), dtype=bool) if first is None else ~first[on_map]
    order = _by_importance(grid, groups[on_map], late, window, seed)
    grid, rows = grid[order], on_map[order].astype(np.int32)
    levels = _levels(grid, window)
    shifts = (_FINEST + 16 - _TILE_BITS[dims] - levels)[:, None]
    cells = (grid >> shifts).astype(np.uint16)
    steps = (grid >> (shifts - 16)).astype(np.uint16)  # the lower 16 bits
    keys = _numbers(cells, _FINEST) | (levels.astype(np.int64) << 3 * _FINEST)
    by_tile = _stable_order(keys)
    ordered = keys[by_tile]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    heads = by_tile[starts]
    return Pyramid(
        low, high, rows[by_tile], steps[by_tile], levels[heads], cells[heads], np.append(starts, len(rows))
    )


def _empty(dims: int) -> Pyramid:
    nothing = np.zeros((0, dims), dtype=np.uint16)
    return Pyramid(
        np.zeros(dims), np.zeros(dims), np.zeros(0, np.int32), nothing, np.zeros(0, np.uint8), nothing,
        np.zeros(1, np.int64),
    )  # fmt: skip


def _on_grid(unit: np.ndarray) -> np.ndarray:
    """Return coordinates of 0 to 1 in steps of the finest tiles, uint32 (m, dims)."""
    most = 2 ** (_FINEST + 16) - 1
    return np.asarray((unit * most + 0.5).astype(np.uint32))


def _by_importance(
    grid: np.ndarray, groups: np.ndarray, late: np.ndarray, window: int, seed: int
) -> np.ndarray:
    """Return the points in the order in which they are drawn, int64 (m,).

    First comes a point of each small part of the map and some of each group, then a draw of all others, which
    shows where there are more.
    """
    drawn = np.random.default_rng(seed).permutation(len(grid))
    if late.any():
        drawn = np.concatenate([drawn[~late[drawn]], drawn[late[drawn]]])
    bits = int(np.log2(max(2, min(_PARTS, window // 2)))) // grid.shape[1]
    few = max(1, min(FEW, window // (4 * (int(groups.max()) + 1))))
    parts = _numbers(grid >> (_FINEST + 16 - bits), bits)
    needed = (_ranks(parts[drawn]) < 1) | (_ranks(groups[drawn]) < few)
    return np.asarray(drawn[np.argsort((2 * late[drawn] + ~needed).astype(np.uint8), kind="stable")])


def _levels(grid: np.ndarray, window: int) -> np.ndarray:
    """Return the first level whose windows have room for each point, uint8 (m,); `grid` is in their order."""
    levels = np.full(len(grid), DEEPEST, dtype=np.uint8)
    levels[:window] = 0
    waiting = np.arange(len(grid)) >= window
    for level in range(1, DEEPEST):
        if not waiting.any():
            break
        windows = _numbers(grid >> (_FINEST + 16 - level), level)
        placed = waiting & (_ranks(windows) < window)
        levels[placed] = level
        waiting &= ~placed
    return levels


def _numbers(cells: np.ndarray, bits: int) -> np.ndarray:
    """Return a number for each cell, int64 (m,), whose coordinates have so many bits."""
    numbers = np.zeros(len(cells), dtype=np.int64)
    for axis in cells.T:
        numbers = (numbers << bits) | axis
    return numbers


def _ranks(keys: np.ndarray) -> np.ndarray:
    """Return how many earlier elements equal each, int64 (m,)."""
    order = _stable_order(keys)
    ordered, at = keys[order], np.arange(len(keys))
    is_first = np.append(True, ordered[1:] != ordered[:-1])
    ranks = np.empty(len(keys), dtype=np.int64)
    ranks[order] = at - np.maximum.accumulate(np.where(is_first, at, 0))
    return ranks


def _stable_order(keys: np.ndarray) -> np.ndarray:
    """Return what sorts numbers from 0 and keeps equal ones in order, int64 (m,).

    numpy sorts numbers of 16 bits in linear time: several times as fast, twice over, as longer ones once.
    """
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    for shift in range(16, int(keys.max()).bit_length(), 16):
        order = order[np.argsort((keys[order] >> shift).astype(np.uint16), kind="stable")]
    return order
