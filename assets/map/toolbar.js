/** The buttons on a map. */

import { addElement } from "./elements.js";

/** @import { DragMode, MapControls } from "./types.js" */

const STEP = 1.5; // how much a click on a button zooms
const RESET = icon("M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5");
const FULL_SCREEN = icon("M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7");
const SAVE = icon("M12 4v11M7 11l5 5 5-5M5 20h14");

/** @type {Record<DragMode, string>} */
const FACES = {
  lasso: icon("M12 5c5 0 8 2 8 5s-3 5-8 5-8-2-8-5 3-5 8-5M9 15c-1 2-1 4 1 5"),
  box: icon("M4 4h16v16H4z"),
  pan: icon("M12 3v18M3 12h18M12 3l-3 3M12 3l3 3M12 21l-3-3M12 21l3-3M3 12l3-3M3 12l3 3M21 12l-3-3M21 12l-3 3"),
};

/**
 * Returns a function that shows what dragging does.
 * @param {HTMLElement} box
 * @param {MapControls} map
 */
export function addToolbar(box, map) {
  const toolbar = addElement("div", box, { className: "toolbar" });
  toolbar.role = "toolbar";
  toolbar.ariaLabel = "Map";
  const modes = addElement("div", toolbar, { className: "modes" });
  modes.role = "group";
  modes.ariaLabel = "Drag to";
  const buttons = /** @type {[DragMode, HTMLButtonElement][]} */ (
    Object.entries(FACES).map(([mode, face]) => [
      mode,
      addButton(modes, mode, face, () => map.setMode(/** @type {DragMode} */ (mode))),
    ])
  );
  addButton(toolbar, "Zoom in", "+", () => map.zoom(STEP));
  addButton(toolbar, "Zoom out", "−", () => map.zoom(1 / STEP));
  addButton(toolbar, "Show all points", RESET, () => map.reset());
  addButton(toolbar, "Full screen", FULL_SCREEN, () => map.toggleFullScreen());
  addButton(toolbar, "Save as an image (PNG)", SAVE, () => map.save());
  return () => {
    for (const [mode, button] of buttons) {
      button.title = button.ariaLabel = nameOf(mode, map.drawing.message.dims);
      button.ariaPressed = String(map.mode === mode);
    }
  };
}

/**
 * @param {DragMode} mode
 * @param {2 | 3} dims
 */
function nameOf(mode, dims) {
  return { lasso: "Lasso", box: "Box", pan: dims === 3 ? "Rotate" : "Pan" }[mode];
}

/**
 * @param {HTMLElement} toolbar
 * @param {string} title
 * @param {string} face What it shows, in HTML.
 * @param {() => void} action
 */
function addButton(toolbar, title, face, action) {
  return addElement("button", toolbar, {
    type: "button",
    title,
    ariaLabel: title,
    innerHTML: face,
    onclick: action,
  });
}

/** @param {string} path */
function icon(path) {
  return `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
}
