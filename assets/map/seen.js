/** The points of a large map that are drawn, and where: found out when the mouse or a key asks. */

/** @import { Frame, Position, Shape } from "./types.js" */
/** @import { Part } from "./raster.js" */

export class Seen {
  /** @type {{ rows: Int32Array, places: Float32Array } | null} */
  #found = null;

  /**
   * @param {Part[]} parts
   * @param {Shape[]} shapes One a tint.
   * @param {Frame | null} frame
   */
  constructor(parts, shapes, frame) {
    this.parts = parts;
    this.shapes = shapes;
    this.frame = frame;
  }

  /** Those in the window, tile by tile. */
  get rows() {
    return (this.#found ??= this.#find(1)).rows;
  }

  /** Where they lie: x and y of each, in pixels. */
  get places() {
    return (this.#found ??= this.#find(1)).places;
  }

  /**
   * Where about so many of them lie.
   * @param {number} count
   */
  sample(count) {
    const all = this.parts.reduce((sum, { tints }) => sum + tints.length, 0);
    return this.#find(Math.max(1, Math.ceil(all / count))).places;
  }

  /**
   * @param {number} row
   * @returns {Position | null}
   */
  at(row) {
    const i = this.rows.indexOf(row);
    return i < 0 ? null : [this.places[2 * i], this.places[2 * i + 1]];
  }

  /** @param {number} step One of so many. */
  #find(step) {
    const { width = 0, height = 0 } = this.frame ?? {};
    const most = this.parts.reduce((sum, { tints }) => sum + Math.ceil(tints.length / step), 0);
    const [rows, places] = [new Int32Array(most), new Float32Array(2 * most)];
    let found = 0;
    for (const { start, placing, places: steps, tints } of this.parts) {
      const dims = steps.length / tints.length;
      for (let i = 0; i < tints.length; i += step) {
        if (this.shapes[tints[i]] === "none") continue;
        let { x, y } = placing;
        for (let axis = 0; axis < dims; axis++) {
          x += steps[i * dims + axis] * placing.dx[axis];
          y += steps[i * dims + axis] * placing.dy[axis];
        }
        if (x < 0 || y < 0 || x > width || y > height) continue;
        [rows[found], places[2 * found], places[2 * found + 1]] = [start + i, x, y];
        found++;
      }
    }
    return { rows: rows.subarray(0, found), places: places.subarray(0, 2 * found) };
  }
}
