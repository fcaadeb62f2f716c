/** Which tiles a large map has, and which of them a window shows. */

import { toBytes, toIntegers, toShorts } from "./bytes.js";

/** @import { Frame, Position, TiledMapMessage } from "./types.js" */

const STEPS = 65536; // of a coordinate in its tile
const BUDGET = 250_000; // points that are drawn at once, until the deepest zoom
const FLAT = 1e-6; // half the length of an axis on which all points coincide

/**
 * How the steps of a tile become pixels: x and y of its corner, then of a step along each axis.
 * @typedef {{ x: number, y: number, dx: number[], dy: number[] }} Placing
 */

export class TileIndex {
  budget = BUDGET;

  /** @param {TiledMapMessage} message */
  constructor({ dims, low, high, sides, levels, cells, starts }) {
    this.dims = dims;
    this.low = low;
    this.extent = high.map((value, axis) => value - low[axis]);
    this.sides = sides;
    this.levels = toBytes(levels);
    this.cells = toShorts(cells);
    this.starts = toIntegers(starts);
    /** As a `Cloud` has it, like `half` and `rows`. */
    this.centre = /** @type {[number, number, number]} */ ([0, 1, 2].map((axis) => (low[axis] + high[axis]) / 2 || 0));
    this.half = [0, 1, 2].map((axis) => this.extent[axis] / 2 || FLAT);
    this.rows = { length: this.starts[this.starts.length - 1] };
  }

  /** @param {number} tile */
  count(tile) {
    return this.starts[tile + 1] - this.starts[tile];
  }

  /**
   * The tile that holds a place of the order.
   * @param {number} place
   */
  tileOf(place) {
    let [low, high] = [0, this.levels.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= place) low = middle;
      else high = middle;
    }
    return low;
  }

  /**
   * @param {number} tile
   * @param {Frame} frame
   * @returns {Placing}
   */
  placing(tile, frame) {
    const { dims, low, extent, centre } = this;
    const { rotation, scaleX, scaleY } = frame;
    const side = this.sides[this.levels[tile]];
    let x = frame.width / 2 - frame.x * scaleX;
    let y = frame.height / 2 + frame.y * scaleY;
    const [dx, dy] = [[0, 0, 0], [0, 0, 0]];
    for (let axis = 0; axis < dims; axis++) {
      const size = extent[axis] / side;
      const corner = low[axis] + this.cells[tile * dims + axis] * size - centre[axis];
      const [right, down] = [rotation[3 * axis] * scaleX, -rotation[3 * axis + 1] * scaleY];
      [dx[axis], dy[axis]] = [(right * size) / STEPS, (down * size) / STEPS];
      x += right * corner + dx[axis] / 2; // the middle of a step
      y += down * corner + dy[axis] / 2;
    }
    return { x, y, dx, dy };
  }

  /**
   * The tiles to draw: those in the window, down to the deepest level at which there are not too many points, and
   * whether that is the last one. It is where the window is as small as those of the last one.
   * @param {Frame} frame
   * @param {number} zoom
   */
  shown(frame, zoom) {
    const tiles = [];
    for (let tile = 0; tile < this.levels.length; tile++) if (this.#isSeen(tile, frame)) tiles.push(tile);
    if (zoom >= 2 ** (this.sides.length - 1)) return { tiles, all: true };
    let points = 0;
    const end = tiles.find((tile) => (points += this.count(tile)) > this.budget && this.levels[tile] > 0);
    if (end === undefined) return { tiles, all: true };
    return { tiles: tiles.filter((tile) => this.levels[tile] < this.levels[end]), all: false };
  }

  /**
   * Whether the box around a tile overlaps the window.
   * @param {number} tile
   * @param {Frame} frame
   */
  #isSeen(tile, frame) {
    const { x, y, dx, dy } = this.placing(tile, frame);
    return overlaps(x, dx, frame.width) && overlaps(y, dy, frame.height);
  }
}

/**
 * @param {number} start In pixels.
 * @param {number[]} step Along each axis.
 * @param {number} length Of the window.
 */
function overlaps(start, step, length) {
  const margin = 12; // points near the edge stand out of their tile
  let [low, high] = [start - margin, start + margin];
  for (const by of step) {
    if (by < 0) low += by * STEPS;
    else high += by * STEPS;
  }
  return low < length && high > 0;
}
