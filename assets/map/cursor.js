/** The product that the arrow keys go to. */

/** @import { MapControls, Position } from "./types.js" */

const ASIDE = 2; // how much farther a pixel aside is than one straight on

/**
 * The nearest row in a direction that can be picked and is in the window; the one nearest to the middle where
 * the keys have reached none yet. The row of the cursor if there is none.
 * @param {MapControls} map
 * @param {[right: number, up: number]} arrow
 */
export function rowTowards(map, [right, up]) {
  const { cursor, frame } = map;
  if (!frame) return cursor;
  const [rows, places] = [map.shownRows(), map.places()];
  const start = rows.indexOf(cursor);
  const from = start < 0 ? middle(frame) : /** @type {Position} */ ([places[2 * start], places[2 * start + 1]]);
  let nearest = cursor;
  let least = Infinity;
  rows.forEach((row, i) => {
    const [x, y] = [places[2 * i], places[2 * i + 1]];
    if (row === cursor || x < 0 || y < 0 || x > frame.width || y > frame.height) return;
    const distance = start < 0 ? Math.hypot(x - from[0], y - from[1]) : away(x - from[0], from[1] - y, right, up);
    if (distance < least && map.drawing.layer(row)?.pickable) [nearest, least] = [row, distance];
  });
  return nearest;
}

/**
 * @param {{ width: number, height: number }} frame
 * @returns {Position}
 */
function middle({ width, height }) {
  return [width / 2, height / 2];
}

/**
 * How far a place is in a direction; infinitely far if it lies more to the side or behind.
 * @param {number} x Pixels to the right.
 * @param {number} y Pixels up.
 * @param {number} right
 * @param {number} up
 */
function away(x, y, right, up) {
  const on = x * right + y * up;
  const aside = Math.abs(x * up) + Math.abs(y * right);
  return on > 0.5 && aside <= on ? on + ASIDE * aside : Infinity;
}
