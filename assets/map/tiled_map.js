/** A map of a large catalogue: an overview of its points, and all of them where a visitor looks closely. */

import { addElement } from "./elements.js";
import { frameOf, project } from "./frame.js";
import { writeDensity, writeLegend } from "./legend.js";
import { MapShell } from "./map_shell.js";
import { formatCount } from "./numbers.js";
import { drawOverlay } from "./overlay.js";
import { nearestRow } from "./picking.js";
import { Raster } from "./raster.js";
import { Seen } from "./seen.js";
import { viewOf } from "./store.js";
import { TiledDrawing } from "./tiled_drawing.js";
import { tilesOf } from "./tiles.js";
import { mixTones } from "./tones.js";

/** @import { Described, Position, SendTrigger, TiledMapMessage } from "./types.js" */
/** @import { Tones } from "./tones.js" */

const SAMPLED = 20_000; // points by which names find their place
const APART = 2; // pixels between the corners of an outline, at least
const PATIENCE = 4000; // milliseconds that an outline stays when nothing comes of it

/** Implements `MapControls` and `MapListener`; a row is a place in the order of the tiles' points. */
export class TiledMap extends MapShell {
  /** @type {Tones | null} */
  tones = null;
  /** @type {Raster | null} */
  raster = null;

  /**
   * @param {Node} parent
   * @param {TiledMapMessage} message
   * @param {SendTrigger} send
   */
  constructor(parent, message, send) {
    const drawing = new TiledDrawing(message);
    super(parent, drawing, send);
    this.drawing = drawing;
    this.note = addElement("div", this.box, { className: "drawn" });
    /** @type {Position[] | null} An outline that the page is looking into. */
    this.sent = null;
    this.seen = new Seen([], [], null);
  }

  /** @param {string} id */
  needs(id) {
    return this.drawing.message.points === id;
  }

  /**
   * Draw a message.
   * @param {TiledMapMessage} message
   * @param {SendTrigger} send
   */
  show(message, send) {
    this.sent = null;
    this.drawing = new TiledDrawing(message, this.drawing);
    this.take(this.drawing, send);
    this.tellPicked(message.picked);
    this.view = viewOf(message.view);
    this.#recolour();
    const { hidden } = this.view;
    const colours = this.tones?.layers ?? [];
    writeLegend(this.legend, this.drawing, { colours }, hidden, () => this.#recolour());
    writeDensity(this.legend);
    this.describe();
    this.load();
  }

  /** Draw what has arrived. */
  load() {
    this.drawing.colourOverview();
    this.redraw();
  }

  #recolour() {
    const { message } = this.drawing;
    this.tones = mixTones(message, viewOf(message.view).hidden, getComputedStyle(this.box));
    this.redraw();
  }

  draw() {
    const { drawing, view, tones } = this;
    const size = view && tones && this.measure();
    if (!size) return;
    const { message, index } = drawing;
    const frame = frameOf(index, view, size);
    const { tiles, all } = index.shown(frame, view.zoom);
    const parts = drawing.parts(tiles, frame);
    this.raster ??= new Raster(this.canvas);
    const look = { size: frame.pointSize, ratio: window.devicePixelRatio };
    const drawn = this.raster.draw(parts, message.dims, tones, look);
    this.frame = frame;
    this.seen = new Seen(parts, tones.shapes, frame);
    this.paint = { colours: tones.layers };
    this.#drawAbove(frame);
    tilesOf(message.points).want(tiles, message.look);
    this.#tell(drawn, all && parts.length === tiles.length);
  }

  /** Whether tiles are still to come; for tests. */
  get awaits() {
    const { drawing, view, frame } = this;
    if (!view || !frame) return true;
    const { tiles } = drawing.index.shown(frame, view.zoom);
    return drawing.parts(tiles, frame).length < tiles.length;
  }

  /** @param {import("./types.js").Frame} frame */
  #drawAbove(frame) {
    const { message } = this.drawing;
    const at = (/** @type {number[]} */ [, x, y, z]) => project(frame, x, y, z);
    const cursor = this.shownCursor < 0 ? null : this.seen.at(this.shownCursor);
    drawOverlay(this.overlay, {
      message,
      frame,
      lasso: this.lasso ?? this.sent,
      places: this.seen.sample(SAMPLED),
      matches: message.rings.matches.map(at),
      picked: message.rings.picked.map(at),
      cursor: cursor ? [cursor] : [],
    });
  }

  /**
   * Say how many points are drawn.
   * @param {number} drawn
   * @param {boolean} all Whether these are all in the window.
   */
  #tell(drawn, all) {
    const { box, view, drawing } = this;
    const total = drawing.index.rows.length;
    const count = formatCount(drawn);
    this.note.textContent = all ? `All ${count} points here` : `${count} of ${formatCount(total)} points`;
    this.note.title = all ? "" : "A draw that leaves out no region and no category. Zoom in to see every point.";
    box.dataset.zoom = (view?.zoom ?? 1).toFixed(3);
    if (drawn || !total) box.dataset.drawn = String(drawn);
    box.dataset.all = String(all);
  }

  shownRows() {
    return this.seen.rows;
  }

  places() {
    return this.seen.places;
  }

  /**
   * @param {Position} at
   * @param {boolean} toPick Whether to consider only rows that can be picked.
   */
  nearest(at, toPick) {
    const accepts = (/** @type {number} */ row) => !toPick || (this.drawing.layer(row)?.pickable ?? false);
    return nearestRow(at, this.places(), this.seen.rows, accepts);
  }

  /**
   * Have the page pick all products in an outline, also those that are not drawn.
   * @param {Position[]} outline
   * @param {boolean} add
   */
  pickInside(outline, add) {
    const { frame, view } = this;
    if (!frame || !view) return;
    const { rotation: m, width, height, scaleX, scaleY } = frame;
    const corners = thinned(outline).flatMap(([x, y]) => [
      (x - width / 2) / scaleX + frame.x,
      (height / 2 - y) / scaleY + frame.y,
    ]);
    this.sent = outline;
    setTimeout(() => {
      if (this.sent === outline) this.sent = null;
      this.redraw();
    }, PATIENCE);
    const turn = [m[0], m[3], m[6], m[1], m[4], m[7]];
    this.send("outline", { corners, turn, hidden: [...view.hidden], add });
  }

  /**
   * Have the page pick rows.
   * @param {number[]} rows
   * @param {boolean} add Whether to keep those that are already picked.
   */
  pick(rows, add) {
    this.send("places", { places: rows, add });
  }

  /**
   * Have the keys reach a row, and show it.
   * @param {number} row
   */
  moveCursor(row) {
    this.cursor = row;
    const at = this.seen.at(row);
    if (!at) return;
    this.gestures.hover.pointTo(row, at);
    this.redraw();
  }

  /** Show what is known about the product under the mouse or the keys, and have screen readers read it. */
  describe() {
    super.describe();
    const { product } = tilesOf(this.drawing.message.points);
    if (product.row >= 0 && product.row === this.cursor)
      this.status.textContent = [product.name, ...product.notes].join(", ");
  }

  /**
   * What is known of a row, null if nothing is yet.
   * @param {number} row
   * @returns {Described | null}
   */
  known(row) {
    const { message } = this.drawing;
    const { product } = tilesOf(message.points);
    const layer = this.drawing.layer(row);
    if (product.row !== row || !layer) return null;
    const notes = [...product.notes];
    if (layer.scaled) notes.push(`${layer.name}: about ${Math.round(100 * this.drawing.value(row))}%`);
    if (!layer.pickable) notes.push("outside the filter");
    return { image: product.image, name: product.name, notes };
  }

  /** @param {number} row */
  request(row) {
    const { product } = tilesOf(this.drawing.message.points);
    if (product.row !== row) product.request?.(row);
  }
}

/**
 * An outline without corners that are close together.
 * @param {Position[]} outline
 */
function thinned(outline) {
  let last = outline[0];
  return outline.filter(([x, y], i) => {
    const isFar = i === 0 || Math.hypot(x - last[0], y - last[1]) >= APART;
    if (isFar) last = [x, y];
    return isFar;
  });
}
