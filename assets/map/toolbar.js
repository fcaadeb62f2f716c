/** The buttons on a map. */

import { addElement } from "./elements.js";

/** @import { MapControls } from "./types.js" */

const STEP = 1.5; // how much a click on a button zooms
const RESET = icon("M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5");
const FULL_SCREEN = icon("M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7");
const SAVE = icon("M12 4v11M7 11l5 5 5-5M5 20h14");

/**
 * @param {HTMLElement} box
 * @param {MapControls} map
 */
export function addToolbar(box, map) {
  const toolbar = addElement("div", box, { className: "toolbar" });
  addButton(toolbar, "Zoom in", "+", () => map.zoom(STEP));
  addButton(toolbar, "Zoom out", "−", () => map.zoom(1 / STEP));
  addButton(toolbar, "Show all points", RESET, () => map.reset());
  addButton(toolbar, "Full screen", FULL_SCREEN, () => map.toggleFullScreen());
  addButton(toolbar, "Save as an image (PNG)", SAVE, () => map.save());
}

/**
 * @param {HTMLElement} toolbar
 * @param {string} title
 * @param {string} face What it shows, in HTML.
 * @param {() => void} action
 */
function addButton(toolbar, title, face, action) {
  addElement("button", toolbar, {
    type: "button",
    title,
    ariaLabel: title,
    innerHTML: face,
    onclick: action,
  });
}

/** @param {string} path */
function icon(path) {
  return `<svg viewBox="0 0 24 24"><path d="${path}"/></svg>`;
}
