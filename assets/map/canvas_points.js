/** Points drawn on a plain canvas, where the browser has no WebGL. */

import { cleanPen } from "./elements.js";
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
  draw({ xyz }, { order, rgba }, frame) {
    const pen = cleanPen(this.canvas);
    const size = frame.pointSize;
    for (const row of order) {
      const [x, y] = project(frame, xyz[3 * row], xyz[3 * row + 1], xyz[3 * row + 2]);
      const [red, green, blue, opacity] = rgba.subarray(4 * row, 4 * row + 4);
      pen.fillStyle = `rgba(${red},${green},${blue},${opacity / 255})`;
      pen.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  /** A plain canvas holds nothing that the browser has few of. */
  release() {}
}
