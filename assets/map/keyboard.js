/** What the keys do on a map. */

import { panView, turnView } from "./view.js";

/** @import { Frame, MapControls, View } from "./types.js" */

const PAN = 60; // pixels
const TURN = 0.15; // radians
const ZOOM = 1.3;

/** @type {Record<string, [right: number, up: number] | undefined>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @type {Record<string, ((map: MapControls) => void) | undefined>} */
const KEYS = {
  "+": (map) => map.zoom(ZOOM),
  "=": (map) => map.zoom(ZOOM),
  "-": (map) => map.zoom(1 / ZOOM),
  0: (map) => map.reset(),
  Escape: (map) => map.pick([], false),
};

/** Read out by screen readers. */
export const KEYS_HELP =
  "Arrow keys move it, plus and minus zoom, 0 shows all points, Escape clears the selection.";

/**
 * @param {KeyboardEvent} event
 * @param {MapControls} map
 */
export function pressKey(event, map) {
  const { view, frame } = map;
  if (event.ctrlKey || event.metaKey || event.altKey || !view || !frame) return;
  const arrow = ARROWS[event.key];
  const action = KEYS[event.key];
  if (arrow && map.drawing.message.dims === 3) turnView(view, arrow[0] * TURN, -arrow[1] * TURN);
  else if (arrow) panView(view, frame, [-arrow[0] * PAN, arrow[1] * PAN]);
  else if (action) action(map);
  else return;
  event.preventDefault();
  map.redraw();
}
