/** The choice of what draws the points. */

import { CanvasPoints } from "./canvas_points.js";
import { WebGLPoints } from "./webgl_points.js";

/** @import { PointRenderer } from "./types.js" */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} redraw Called when the graphics card is back after it was lost.
 * @returns {PointRenderer}
 */
export function pointRenderer(canvas, redraw) {
  const gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
  return gl ? new WebGLPoints(gl, redraw) : new CanvasPoints(canvas);
}
