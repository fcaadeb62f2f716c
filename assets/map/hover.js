/** What hovering over a point does: a card shows its name at once, and its image when the page has sent it. */

import { Card } from "./card.js";
import { formatShare } from "./numbers.js";
import { hovered, texts } from "./store.js";

/** @import { Layer, MapControls, Position, StoredTexts } from "./types.js" */

const HOVER_DELAY = 160; // milliseconds to hover over a point before its image is requested

export class Hover {
  /**
   * @param {MapControls} map
   * @param {HTMLElement} box
   * @param {HTMLElement} surface The element that gets the pointer events.
   */
  constructor(map, box, surface) {
    this.map = map;
    this.surface = surface;
    this.card = new Card(box);
    this.row = -1;
    /** @type {Position} */
    this.at = [0, 0];
    this.timer = 0;
  }

  /** @param {Position} at */
  moveTo(at) {
    this.at = at;
    const row = this.map.nearest(at, false);
    if (row !== this.row) this.#change(row);
    else if (row >= 0) this.#placeCard();
  }

  /**
   * Show a row that the keys have reached.
   * @param {number} row
   * @param {Position} at
   */
  pointTo(row, at) {
    this.at = at;
    if (row !== this.row) this.#change(row);
  }

  leave() {
    if (this.row >= 0) this.#change(-1);
  }

  /** Show what is known about the product under the mouse. */
  describe() {
    const { row, map } = this;
    const { texts: id } = map.drawing.message;
    this.surface.style.cursor = row >= 0 ? "pointer" : map.mode === "pan" ? "grab" : "crosshair";
    const known = texts.get(id);
    const layer = map.drawing.layer(row);
    if (!known || !layer) return this.card.hide();
    const image = hovered.row === row ? hovered.image : "";
    this.card.show({ image, name: known.names[row], notes: this.#notes(row, layer, known) });
    this.#placeCard();
  }

  /** @param {number} row */
  #change(row) {
    this.row = row;
    clearTimeout(this.timer);
    const wanted = row >= 0 && this.map.drawing.message.images && hovered.row !== row;
    if (wanted) this.timer = setTimeout(() => hovered.request?.(row), HOVER_DELAY);
    this.describe();
  }

  /**
   * @param {number} row
   * @param {Layer} layer
   * @param {StoredTexts} known
   */
  #notes(row, layer, { categories, categoryOf }) {
    const notes = [categories[categoryOf[row]]];
    if (layer.scaled) notes.push(`${layer.name}: ${formatShare(this.map.drawing.values[row])}`);
    if (!layer.pickable) notes.push("outside the filter");
    return notes;
  }

  #placeCard() {
    if (this.map.frame) this.card.placeBeside(this.at, this.map.frame);
  }
}
