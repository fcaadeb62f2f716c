/** The view of a map, and how it is zoomed, panned and turned. */

import { clamp } from "./numbers.js";

/** @import { Frame, Position, View } from "./types.js" */

const START = { x: 0, y: 0, zoom: 1, yaw: 0.6, pitch: 0.35 };
const UPRIGHT = 1.57; // radians: straight from above
const [LEAST_ZOOM, MOST_ZOOM] = [0.5, 400];

/** @returns {View} */
export function startView() {
  return { ...START, hidden: new Set() };
}

/**
 * Show all points again; what is hidden stays hidden.
 * @param {View} view
 */
export function resetView(view) {
  Object.assign(view, START);
}

/**
 * Move the points by some pixels.
 * @param {View} view
 * @param {Frame} frame
 * @param {Position} by
 */
export function panView(view, frame, [right, down]) {
  view.x -= right / frame.scaleX;
  view.y += down / frame.scaleY;
}

/**
 * @param {View} view
 * @param {number} yaw Radians to add.
 * @param {number} pitch Radians to add.
 */
export function turnView(view, yaw, pitch) {
  view.yaw += yaw;
  view.pitch = clamp(view.pitch + pitch, -UPRIGHT, UPRIGHT);
}

/**
 * Zoom about a position, which stays where it is.
 * @param {View} view
 * @param {Frame} frame
 * @param {number} factor
 * @param {Position} [at] The middle by default.
 */
export function zoomView(view, frame, factor, at = [frame.width / 2, frame.height / 2]) {
  const zoom = clamp(view.zoom * factor, LEAST_ZOOM, MOST_ZOOM);
  const shift = 1 - view.zoom / zoom;
  view.x += ((at[0] - frame.width / 2) / frame.scaleX) * shift;
  view.y -= ((at[1] - frame.height / 2) / frame.scaleY) * shift;
  view.zoom = zoom;
}
