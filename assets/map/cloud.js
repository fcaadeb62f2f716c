/** The points of a map and their extent. */

const FLAT = 1e-6; // half the length of an axis on which all points coincide

export class Cloud {
  /**
   * @param {Float32Array} coordinates (n, dims), row by row.
   * @param {2 | 3} dims
   */
  constructor(coordinates, dims) {
    this.coordinates = coordinates;
    this.dims = dims;
    /** Three a row, the third 0 on flat maps. */
    this.xyz = new Float32Array((3 * coordinates.length) / dims);
    /** @type {number[]} Rows that are on the map. */
    this.rows = [];
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    this.#place(low, high);
    /** @type {[number, number, number]} */
    this.centre = [0, 0, 0];
    /** Half the length of each axis. */
    this.half = [FLAT, FLAT, FLAT];
    if (this.rows.length) this.#measure(low, high);
  }

  get size() {
    return this.xyz.length / 3;
  }

  /**
   * Copy the rows that are finite and extend the bounds to them.
   * @param {number[]} low
   * @param {number[]} high
   */
  #place(low, high) {
    const { coordinates, dims } = this;
    for (let row = 0; row < this.size; row++) {
      if (!Number.isFinite(coordinates[row * dims])) continue;
      this.rows.push(row);
      for (let axis = 0; axis < dims; axis++) {
        const value = coordinates[row * dims + axis];
        this.xyz[3 * row + axis] = value;
        low[axis] = Math.min(low[axis], value);
        high[axis] = Math.max(high[axis], value);
      }
    }
  }

  /**
   * @param {number[]} low
   * @param {number[]} high
   */
  #measure(low, high) {
    for (let axis = 0; axis < this.dims; axis++) {
      this.centre[axis] = (high[axis] + low[axis]) / 2;
      if (high[axis] > low[axis]) this.half[axis] = (high[axis] - low[axis]) / 2;
    }
  }
}
