/** Two fingers on a map: they zoom it by their distance and pan it by their middle. */

import { panView } from "./view.js";

/** @import { MapControls, Position } from "./types.js" */

export class Pinch {
  /** @type {Map<number, Position>} */
  #fingers = new Map();

  /** @param {MapControls} map */
  constructor(map) {
    this.map = map;
  }

  /**
   * Note a finger; returns whether there are two now.
   * @param {number} finger
   * @param {Position} at
   */
  add(finger, at) {
    this.#fingers.set(finger, at);
    return this.#fingers.size > 1;
  }

  /** @param {number} finger */
  remove(finger) {
    this.#fingers.delete(finger);
  }

  /**
   * Move the map as two fingers do; returns whether there are two.
   * @param {number} finger
   * @param {Position} at
   */
  move(finger, at) {
    if (!this.#fingers.has(finger)) return false;
    const before = this.#measure();
    this.#fingers.set(finger, at);
    const after = this.#measure();
    const { view, frame } = this.map;
    if (!before || !after || !view || !frame) return this.#fingers.size > 1;
    const by = /** @type {Position} */ ([after.middle[0] - before.middle[0], after.middle[1] - before.middle[1]]);
    panView(view, frame, by);
    this.map.zoom(after.distance / Math.max(1, before.distance), after.middle);
    return true;
  }

  /** @returns {{ middle: Position, distance: number } | null} */
  #measure() {
    const [one, other] = [...this.#fingers.values()];
    if (!other) return null;
    return {
      middle: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2],
      distance: Math.hypot(one[0] - other[0], one[1] - other[1]),
    };
  }
}
