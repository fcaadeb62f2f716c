/** What the keys do on a map. */

import { rowTowards } from "./cursor.js";
import { panView, turnView } from "./view.js";

/** @import { MapControls } from "./types.js" */

const PAN = 60; // pixels
const TURN = 0.15; // radians
const ZOOM = 1.3;

/** @type {Record<string, [right: number, up: number] | undefined>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @type {Record<string, ((map: MapControls, shift: boolean) => void) | undefined>} */
const KEYS = {
  "+": (map) => map.zoom(ZOOM),
  "=": (map) => map.zoom(ZOOM),
  "-": (map) => map.zoom(1 / ZOOM),
  0: (map) => map.reset(),
  Enter: pickCursor,
  " ": pickCursor,
  Escape: (map) => map.pick([], false),
};

/** Read out by screen readers. */
export const KEYS_HELP =
  "Arrow keys go from product to product, Enter selects it, Shift and Enter adds it. Shift and arrow keys " +
  "move the map, plus and minus zoom, 0 shows all points, Escape clears the selection.";

/**
 * @param {KeyboardEvent} event
 * @param {MapControls} map
 */
export function pressKey(event, map) {
  if (event.ctrlKey || event.metaKey || event.altKey || !map.view || !map.frame) return;
  const arrow = ARROWS[event.key];
  const action = KEYS[event.key];
  if (arrow && event.shiftKey) moveMap(map, arrow);
  else if (arrow) map.moveCursor(rowTowards(map, arrow));
  else if (action) action(map, event.shiftKey);
  else return;
  event.preventDefault();
  map.redraw();
}

/**
 * @param {MapControls} map
 * @param {boolean} add
 */
function pickCursor(map, add) {
  if (map.cursor >= 0) map.pick([map.cursor], add);
}

/**
 * Pan a 2-D map, turn a 3-D map.
 * @param {MapControls} map
 * @param {[right: number, up: number]} by
 */
function moveMap({ view, frame, drawing }, [right, up]) {
  if (!view || !frame) return;
  if (drawing.message.dims === 3) turnView(view, right * TURN, -up * TURN);
  else panView(view, frame, [-right * PAN, up * PAN]);
}
