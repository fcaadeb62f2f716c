/** How many points lie in a part of the window. */

/** @import { Rectangle } from "./types.js" */

const CELL = 4; // pixels

export class Crowd {
  /**
   * @param {{ width: number, height: number }} size Of the window, in pixels.
   * @param {Float32Array} places x and y of each point.
   */
  constructor({ width, height }, places) {
    this.columns = Math.ceil(width / CELL) + 1;
    this.lines = Math.ceil(height / CELL) + 1;
    /** Points above and to the left of each corner of the cells. */
    this.sums = new Int32Array(this.columns * this.lines);
    for (let i = 0; i < places.length; i += 2) {
      const [column, line] = [Math.floor(places[i] / CELL) + 1, Math.floor(places[i + 1] / CELL) + 1];
      const isInside = column > 0 && line > 0 && column < this.columns && line < this.lines;
      if (isInside) this.sums[line * this.columns + column]++;
    }
    for (let line = 1; line < this.lines; line++) {
      for (let column = 1, sum = 0; column < this.columns; column++) {
        const at = line * this.columns + column;
        sum += this.sums[at];
        this.sums[at] = sum + this.sums[at - this.columns];
      }
    }
  }

  /**
   * The number of points in a rectangle, whose edges count as those of the cells they lie in.
   * @param {Rectangle} part
   */
  count({ left, top, width, height }) {
    const [right, bottom] = [left + width, top + height];
    return this.#before(right, bottom) - this.#before(left, bottom) - this.#before(right, top) + this.#before(left, top);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #before(x, y) {
    const column = Math.min(this.columns - 1, Math.max(0, Math.round(x / CELL)));
    const line = Math.min(this.lines - 1, Math.max(0, Math.round(y / CELL)));
    return this.sums[line * this.columns + column];
  }
}
