/** Which rows are at a position or inside an outline. */

/** @import { Position } from "./types.js" */

const REACH = 10; // pixels around a point that count as on it

/**
 * The row nearest to a position, -1 if none is within reach.
 * @param {Position} at
 * @param {Float32Array} places Of `rows`, in pixels: x and y of each.
 * @param {ArrayLike<number>} rows
 * @param {(row: number) => boolean} accepts
 */
export function nearestRow([x, y], places, rows, accepts) {
  let nearest = -1;
  let least = REACH ** 2;
  for (let i = 0; i < rows.length; i++) {
    const distance = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
    if (distance < least && accepts(rows[i])) [nearest, least] = [rows[i], distance];
  }
  return nearest;
}

/**
 * The rows inside an outline.
 * @param {Position[]} outline Its corners; the last one is joined to the first.
 * @param {Float32Array} places Of `rows`, in pixels: x and y of each.
 * @param {number[]} rows
 */
export function rowsInside(outline, places, rows) {
  return rows.filter((_, i) => isInside(outline, places[2 * i], places[2 * i + 1]));
}

/**
 * Whether a ray to the right of a place crosses the outline an odd number of times.
 * @param {Position[]} outline
 * @param {number} x
 * @param {number} y
 */
function isInside(outline, x, y) {
  let inside = false;
  let [fromX, fromY] = outline[outline.length - 1];
  for (const [toX, toY] of outline) {
    const crosses = toY > y !== fromY > y && x < ((fromX - toX) * (y - toY)) / (fromY - toY) + toX;
    if (crosses) inside = !inside;
    [fromX, fromY] = [toX, toY];
  }
  return inside;
}
