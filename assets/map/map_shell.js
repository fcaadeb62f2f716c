/** What all maps have in common: their elements, their buttons, and how they are zoomed and fitted. */

import { addElement } from "./elements.js";
import { Gestures } from "./gestures.js";
import { freeHeight } from "./height.js";
import { KEYS_HELP, pressKey } from "./keyboard.js";
import { savePng } from "./png.js";
import { maps, modes } from "./store.js";
import { addToolbar } from "./toolbar.js";
import { resetView, zoomView } from "./view.js";

/** @import { DragMode, Frame, MapDrawing, Paint, Position, SendTrigger, View } from "./types.js" */

/** @abstract A class of its own says what is drawn and picked: the rest of `MapControls` and `MapListener`. */
export class MapShell {
  /** @type {View | null} */
  view = null;
  /** @type {Paint | null} */
  paint = null;
  /** @type {Frame | null} */
  frame = null;
  /** @type {Position[] | null} */
  lasso = null;
  cursor = -1;
  #waiting = false;

  /**
   * @param {Node} parent
   * @param {MapDrawing} drawing
   * @param {SendTrigger} send
   */
  constructor(parent, drawing, send) {
    this.drawing = drawing;
    this.send = send;
    const root = addElement("div", parent, { className: "map-and-legend" });
    this.frameBox = addElement("div", root, { className: "whole" });
    this.box = addElement("div", this.frameBox, { className: "map" });
    Object.assign(this.box, { map: this }); // for tests
    this.canvas = addElement("canvas", this.box);
    this.overlay = addElement("canvas", this.box, { className: "overlay", tabIndex: 0, role: "img" });
    const controls = /** @type {import("./types.js").MapControls} */ (/** @type {unknown} */ (this));
    this.showMode = addToolbar(this.box, controls);
    this.legend = addElement("div", this.frameBox, { className: "legend", ariaLabel: "Legend" });
    this.legend.role = "group";
    this.status = addElement("div", parent, { className: "for-screen-readers", role: "status" });
    this.gestures = new Gestures(controls, this.box, this.overlay);
    this.overlay.addEventListener("keydown", (event) => pressKey(event, controls));
    this.overlay.addEventListener("blur", () => this.gestures.hover.leave());
    this.resizing = new ResizeObserver(() => this.redraw());
    this.resizing.observe(this.box);
    window.addEventListener("resize", this.#fitWindow);
  }

  /** Stop listening when the map is removed from the page. */
  leave() {
    this.resizing.disconnect();
    window.removeEventListener("resize", this.#fitWindow);
  }

  /**
   * Take what a message says, without drawing it.
   * @param {MapDrawing} drawing
   * @param {SendTrigger} send
   */
  take(drawing, send) {
    this.drawing = drawing;
    this.send = send;
    this.#fitWindow();
    this.setMode(this.mode);
    this.overlay.ariaLabel = `${drawing.message.alt}. ${KEYS_HELP}`;
  }

  get mode() {
    return modes[this.drawing.message.dims];
  }

  /**
   * Choose what dragging does, on all maps of as many dimensions.
   * @param {DragMode} mode
   */
  setMode(mode) {
    modes[this.drawing.message.dims] = mode;
    for (const map of new Set([...maps, this])) map.showMode();
    this.gestures.showMode();
  }

  #fitWindow = () => {
    const height = this.drawing.message.height ?? freeHeight(this.box);
    this.frameBox.style.setProperty("--height", `${height}px`);
  };

  describe() {
    this.gestures.hover.describe();
  }

  /** Draw in the next frame, once for all changes until then. */
  redraw() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.draw();
    });
  }

  /** Draw now, as far as there is something to draw. */
  draw() {}

  /**
   * @param {number} factor
   * @param {Position} [at]
   */
  zoom(factor, at) {
    if (this.view && this.frame) zoomView(this.view, this.frame, factor, at);
    this.redraw();
  }

  reset() {
    if (this.view) resetView(this.view);
    this.redraw();
  }

  toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.frameBox.requestFullscreen();
  }

  save() {
    if (this.paint) savePng([this.canvas, this.overlay], this.drawing, this.paint);
  }

  /** The size to draw in, to which both canvases are fitted; null while the map is not shown. */
  measure() {
    const size = this.canvas.getBoundingClientRect();
    if (!size.width || !size.height) return null;
    for (const canvas of [this.canvas, this.overlay]) fit(canvas, size);
    return size;
  }

  /** The row that the keys have reached, -1 for none or where they are used elsewhere. */
  get shownCursor() {
    return this.overlay.matches(":focus") ? this.cursor : -1;
  }

  /**
   * @param {number} count
   */
  tellPicked(count) {
    this.status.textContent = count === 1 ? "1 product selected" : `${count} products selected`;
  }
}

/**
 * Match the resolution of a canvas to the screen.
 * @param {HTMLCanvasElement} canvas
 * @param {{ width: number, height: number }} size In CSS pixels.
 */
function fit(canvas, size) {
  const width = Math.round(size.width * window.devicePixelRatio);
  const height = Math.round(size.height * window.devicePixelRatio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
}
