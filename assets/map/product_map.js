/** A map of products, all of whose points are in the browser. */

import { Cloud } from "./cloud.js";
import { Drawing } from "./drawing.js";
import { frameOf, projectRows } from "./frame.js";
import { writeLegend } from "./legend.js";
import { MapShell } from "./map_shell.js";
import { formatShare } from "./numbers.js";
import { drawOverlay } from "./overlay.js";
import { mixPaint, RINGED } from "./paint.js";
import { nearestRow, rowsInside } from "./picking.js";
import { pointRenderer } from "./renderer.js";
import { hovered, points, texts, viewOf } from "./store.js";

/** @import { Described, MapMessage, PointRenderer, Position, SendTrigger } from "./types.js" */

/** Implements `MapControls` and `MapListener`. */
export class ProductMap extends MapShell {
  /** @type {Cloud | null} */
  cloud = null;
  /** @type {PointRenderer | null} */
  renderer = null;
  /** @type {Float32Array | null} What `places` returned last, while still valid. */
  #places = null;

  /**
   * @param {Node} parent
   * @param {MapMessage} message
   * @param {SendTrigger} send
   */
  constructor(parent, message, send) {
    const drawing = new Drawing(message);
    super(parent, drawing, send);
    this.drawing = drawing;
  }

  /** Free what the map holds when it is removed from the page. */
  leave() {
    super.leave();
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
    this.take(new Drawing(message), send);
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

  /**
   * @param {number} row
   * @returns {Position | null}
   */
  #placeOf(row) {
    const i = this.shownRows().indexOf(row);
    const places = this.places();
    return i < 0 ? null : [places[2 * i], places[2 * i + 1]];
  }

  shownRows() {
    return this.paint?.visible ?? [];
  }

  /** The positions of `shownRows`: x and y of each, in pixels. */
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
    return nearestRow(at, this.places(), this.shownRows(), accepts);
  }

  /**
   * @param {Position[]} outline
   * @param {boolean} add
   */
  pickInside(outline, add) {
    const rows = rowsInside(outline, this.places(), this.shownRows());
    this.pick(
      rows.filter((row) => this.#isPickable(row)),
      add,
    );
  }

  /**
   * Pick rows: show them at once and send them to the page, which draws the same.
   * @param {number[]} rows
   * @param {boolean} add Whether to keep those that are already picked.
   */
  pick(rows, add) {
    this.drawing.picked = new Set(add ? [...this.drawing.picked, ...rows] : rows);
    this.tellPicked(this.drawing.picked.size);
    this.#recolour();
    this.send("picked", [...this.drawing.picked]);
  }

  /**
   * What is known of a row, null if nothing is.
   * @param {number} row
   * @returns {Described | null}
   */
  known(row) {
    const { drawing } = this;
    const known = texts.get(drawing.message.texts);
    const layer = drawing.layer(row);
    if (!known || !layer) return null;
    const notes = [known.categories[known.categoryOf[row]]];
    if (layer.scaled) notes.push(`${layer.name}: ${formatShare(drawing.values[row])}`);
    if (!layer.pickable) notes.push("outside the filter");
    return { image: hovered.row === row ? hovered.image : "", name: known.names[row], notes };
  }

  /**
   * Ask the page for the image of a row.
   * @param {number} row
   */
  request(row) {
    if (this.drawing.message.images && hovered.row !== row) hovered.request?.(row);
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

  draw() {
    const { box, cloud, view, paint, drawing, lasso } = this;
    if (!cloud || !view || !paint) return;
    const size = this.measure();
    if (!size) return;
    this.frame = frameOf(cloud, view, size);
    this.#places = null;
    this.renderer ??= pointRenderer(this.canvas, () => this.redraw());
    this.renderer.draw(cloud, paint, this.frame);
    drawOverlay(this.overlay, {
      message: drawing.message,
      frame: this.frame,
      lasso,
      places: this.places(),
      matches: this.#ringed(drawing.matches),
      picked: this.#ringed(drawing.picked),
      cursor: this.#ringed(new Set(this.shownCursor < 0 ? [] : [this.shownCursor])),
    });
    box.dataset.zoom = view.zoom.toFixed(3);
    box.dataset.drawn = String(paint.order.length);
  }

  /**
   * Where rows lie that are outlined, unless there are so many that `mixPaint` fades all others instead.
   * @param {Set<number>} rows
   * @returns {Position[]}
   */
  #ringed(rows) {
    const { cloud, paint, frame } = this;
    if (!cloud || !paint || !frame || rows.size > RINGED) return [];
    const shown = [...rows].filter((row) => paint.rgba[4 * row + 3]);
    const places = projectRows(frame, cloud.xyz, shown);
    return shown.map((_, i) => [places[2 * i], places[2 * i + 1]]);
  }
}
