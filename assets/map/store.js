/**
 * What the parts of a page share: coordinates and texts by their ids, the views of them, the maps that are
 * drawn, and the image under the mouse.
 */

import { startView } from "./view.js";

/** @import { MapListener, StoredPoints, StoredTexts, View } from "./types.js" */

/** @type {Map<string, StoredPoints>} */
export const points = new Map();

/** @type {Map<string, StoredTexts>} */
export const texts = new Map();

/** @type {Set<MapListener>} */
export const maps = new Set();

/** The image that the page sent last, and how to ask for another: null where it sends none. */
export const hovered = {
  row: -1,
  image: "",
  /** @type {((row: number) => void) | null} */
  request: null,
};

/** @type {Map<string, View>} */
const views = new Map();

/**
 * Where a visitor looks at some coordinates; remembered as long as the page is open.
 * @param {string} id Of the coordinates.
 * @returns {View}
 */
export function viewOf(id) {
  const view = views.get(id) ?? startView();
  views.set(id, view);
  return view;
}
