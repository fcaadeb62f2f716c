/** A map of products: its elements, what it draws, and what visitors can do with it. */

import { Cloud } from "./cloud.js";
import { Drawing } from "./drawing.js";
import { addElement } from "./elements.js";
import { frameOf, projectRows } from "./frame.js";
import { Gestures } from "./gestures.js";
import { KEYS_HELP, pressKey } from "./keyboard.js";
import { writeLegend } from "./legend.js";
import { freeHeight } from "./height.js";
import { drawOverlay } from "./overlay.js";
import { mixPaint } from "./paint.js";
import { nearestRow, rowsInside } from "./picking.js";
import { savePng } from "./png.js";
import { pointRenderer } from "./renderer.js";
import { maps, modes, points, texts, viewOf } from "./store.js";
import { addToolbar } from "./toolbar.js";
import { resetView, zoomView } from "./view.js";

/** @import { DragMode, Frame, MapMessage, Paint, PointRenderer, Position, SendTrigger, View } from "./types.js" */

/** Implements `MapControls` and `MapListener`. */
export class ProductMap {
  /** @type {Cloud | null} */
  cloud = null;
  /** @type {View | null} */
  view = null;
  /** @type {Paint | null} */
  paint = null;
  /** @type {Frame | null} */
  frame = null;
  /** @type {Position[] | null} */
  lasso = null;
  /** @type {PointRenderer | null} */
  renderer = null;
  cursor = -1;
  /** @type {Float32Array | null} What `places` returned last, while still valid. */
  #places = null;
  #waiting = false;

  /**
   * @param {Node} parent
   * @param {MapMessage} message
   * @param {SendTrigger} send
   */
  constructor(parent, message, send) {
    this.drawing = new Drawing(message);
    this.send = send;
    const root = addElement("div", parent, { className: "map-and-legend" });
    this.frameBox = addElement("div", root, { className: "whole" });
    this.box = addElement("div", this.frameBox, { className: "map" });
    Object.assign(this.box, { map: this }); // for tests
    this.canvas = addElement("canvas", this.box);
    this.overlay = addElement("canvas", this.box, { className: "overlay", tabIndex: 0, role: "img" });
    this.showMode = addToolbar(this.box, this);
    this.legend = addElement("div", this.frameBox, { className: "legend", ariaLabel: "Legend" });
    this.legend.role = "group";
    this.status = addElement("div", parent, { className: "for-screen-readers", role: "status" });
    this.gestures = new Gestures(this, this.box, this.overlay);
    this.overlay.addEventListener("keydown", (event) => pressKey(event, this));
    this.overlay.addEventListener("blur", () => this.gestures.hover.leave());
    this.resizing = new ResizeObserver(() => this.redraw());
    this.resizing.observe(this.box);
    window.addEventListener("resize", this.#fitWindow);
  }

  /** Free what the map holds when it is removed from the page. */
  leave() {
    this.resizing.disconnect();
    window.removeEventListener("resize", this.#fitWindow);
    this.renderer?.release();
  }

  /** @param {string} id */
  needs(id) {
    return this.drawing.message.points === id || this.drawing.message.texts === id;
  }

  /**
   * Draw a message.
   * @param {MapMessage} message
   * @param {SendTrigger} send
   */
  show(message, send) {
    this.drawing = new Drawing(message);
    this.send = send;
    this.#fitWindow();
    this.setMode(this.mode);
    this.overlay.ariaLabel = `${message.alt}. ${KEYS_HELP}`;
    this.load();
  }

  load() {
    const { message } = this.drawing;
    const stored = points.get(message.points);
    if (!stored) return;
    if (stored.coordinates !== this.cloud?.coordinates)
      this.cloud = new Cloud(stored.coordinates, message.dims);
    const view = viewOf(message.points);
    this.view = view;
    this.#recolour();
    if (this.paint) writeLegend(this.legend, this.drawing, this.paint, view.hidden, () => this.#recolour());
    this.describe();
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

  /**
   * Have the keys reach a row, show it and have screen readers read it.
   * @param {number} row
   */
  moveCursor(row) {
    this.cursor = row;
    const at = this.#placeOf(row);
    if (!at) return;
    const known = texts.get(this.drawing.message.texts);
    if (known) this.status.textContent = `${known.names[row]}, ${known.categories[known.categoryOf[row]]}`;
    this.gestures.hover.pointTo(row, at);
    this.redraw();
  }

  #fitWindow = () => {
    const height = this.drawing.message.height ?? freeHeight(this.box);
    this.frameBox.style.setProperty("--height", `${height}px`);
  };

  /**
   * @param {number} row
   * @returns {Position | null}
   */
  #placeOf(row) {
    const i = this.paint?.visible.indexOf(row) ?? -1;
    const places = this.places();
    return i < 0 ? null : [places[2 * i], places[2 * i + 1]];
  }

  describe() {
    this.gestures.hover.describe();
  }

  /** Draw in the next frame, once for all changes until then. */
  redraw() {
    if (this.#waiting || !this.cloud) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#draw();
    });
  }

  /** The positions of the rows of `paint.visible`: x and y of each, in pixels. */
  places() {
    if (!this.cloud || !this.paint || !this.frame) return new Float32Array();
    return (this.#places ??= projectRows(this.frame, this.cloud.xyz, this.paint.visible));
  }

  /**
   * @param {Position} at
   * @param {boolean} toPick Whether to consider only rows that can be picked.
   */
  nearest(at, toPick) {
    const accepts = (/** @type {number} */ row) => !toPick || this.#isPickable(row);
    return nearestRow(at, this.places(), this.paint?.visible ?? [], accepts);
  }

  /** @param {Position[]} outline */
  inside(outline) {
    const rows = rowsInside(outline, this.places(), this.paint?.visible ?? []);
    return rows.filter((row) => this.#isPickable(row));
  }

  /**
   * Pick rows: show them at once and send them to the page, which draws the same.
   * @param {number[]} rows
   * @param {boolean} add Whether to keep those that are already picked.
   */
  pick(rows, add) {
    this.drawing.picked = new Set(add ? [...this.drawing.picked, ...rows] : rows);
    const count = this.drawing.picked.size;
    this.status.textContent = count === 1 ? "1 product selected" : `${count} products selected`;
    this.#recolour();
    this.send("picked", [...this.drawing.picked]);
  }

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

  /** @param {number} row */
  #isPickable(row) {
    return this.drawing.layer(row)?.pickable ?? false;
  }

  #recolour() {
    const { cloud, view, drawing } = this;
    if (!cloud || !view) return;
    this.paint = mixPaint(cloud.rows, drawing, view.hidden, getComputedStyle(this.box));
    this.#places = null;
    this.redraw();
  }

  #draw() {
    const { box, cloud, view, paint, drawing, lasso, cursor } = this;
    const size = this.canvas.getBoundingClientRect();
    if (!cloud || !view || !paint || !size.width || !size.height) return;
    this.frame = frameOf(cloud, view, size);
    this.#places = null;
    for (const canvas of [this.canvas, this.overlay]) fit(canvas, size);
    this.renderer ??= pointRenderer(this.canvas, () => this.redraw());
    this.renderer.draw(cloud, paint, this.frame);
    const isReached = cursor >= 0 && this.overlay.matches(":focus");
    const places = this.places();
    drawOverlay(this.overlay, {
      drawing,
      cloud,
      paint,
      frame: this.frame,
      lasso,
      places,
      cursor: isReached ? cursor : -1,
    });
    box.dataset.zoom = view.zoom.toFixed(3);
    box.dataset.drawn = String(paint.order.length);
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
