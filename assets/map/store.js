/**
 * What the components of a page share: coordinates and texts by id, the view of each set of coordinates, the
 * maps on the page, and the image of the product under the mouse.
 */

import { startView } from "./view.js";

/** @import { DragMode, MapListener, StoredPoints, StoredTexts, View } from "./types.js" */

/** @type {Map<string, StoredPoints>} */
export const points = new Map();

/** @type {Map<string, StoredTexts>} */
export const texts = new Map();

/** @type {Set<MapListener>} */
export const maps = new Set();

/** The image that the page sent last, and how to request another one: null if it sends none. */
export const hovered = {
  row: -1,
  image: "",
  /** @type {((row: number) => void) | null} */
  request: null,
};

// On a phone one finger scrolls the page, so that there the map begins with what two fingers do.
const hasMouse = !window.matchMedia("(pointer: coarse)").matches;

/** What dragging does on maps of two and of three dimensions. */
export const modes = {
  2: /** @type {DragMode} */ (hasMouse ? "lasso" : "pan"),
  3: /** @type {DragMode} */ ("pan"),
};

/** @type {Map<string, View>} */
const views = new Map();

/**
 * The view of some coordinates, remembered until the browser tab is closed or reloaded.
 * @param {string} id Of the coordinates.
 * @returns {View}
 */
export function viewOf(id) {
  const view = views.get(id) ?? startView();
  views.set(id, view);
  return view;
}
