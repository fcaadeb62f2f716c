/** The choice between WebGL and a plain canvas. */

import { CanvasPoints } from "./canvas_points.js";
import { WebGLPoints } from "./webgl_points.js";

/** @import { PointRenderer } from "./types.js" */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} redraw Called when a lost WebGL context is restored.
 * @returns {PointRenderer}
 */
export function pointRenderer(canvas, redraw) {
  const gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
  return gl ? new WebGLPoints(gl, redraw) : new CanvasPoints(canvas);
}
