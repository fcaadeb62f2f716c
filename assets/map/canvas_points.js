/** Points drawn on a plain canvas, where the browser has no WebGL. */

import { clearedContext } from "./elements.js";
import { project } from "./frame.js";

/** @import { Cloud } from "./cloud.js" */
/** @import { Frame, Paint } from "./types.js" */

/** Implements `PointRenderer`. */
export class CanvasPoints {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
  }

  /**
   * @param {Cloud} cloud
   * @param {Paint} paint
   * @param {Frame} frame
   */
  draw({ xyz }, { order, rgba, hollow }, frame) {
    const context = clearedContext(this.canvas);
    const size = frame.pointSize;
    for (const row of order) {
      const [x, y] = project(frame, xyz[3 * row], xyz[3 * row + 1], xyz[3 * row + 2]);
      const [red, green, blue, opacity] = rgba.subarray(4 * row, 4 * row + 4);
      context.fillStyle = context.strokeStyle = `rgba(${red},${green},${blue},${opacity / 255})`;
      if (hollow[row]) context.strokeRect(x - size / 2, y - size / 2, size, size);
      else context.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  /** A plain canvas holds nothing that has to be freed. */
  release() {}
}
