/** What happens while the mouse rests on a point: a card shows its name at once, its image once that is here. */

import { Card } from "./card.js";
import { formatShare } from "./numbers.js";
import { hovered, texts } from "./store.js";

/** @import { Layer, MapControls, Position, StoredTexts } from "./types.js" */

const PATIENCE = 160; // milliseconds on a point before the page is asked for its image

export class Hover {
  /**
   * @param {MapControls} map
   * @param {HTMLElement} box
   * @param {HTMLElement} surface What the mouse moves over.
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

  leave() {
    if (this.row >= 0) this.#change(-1);
  }

  /** Show what is known of the product under the mouse by now. */
  describe() {
    const { row, map } = this;
    const { drag, texts: id } = map.drawing.message;
    this.surface.style.cursor = row >= 0 ? "pointer" : drag === "pan" ? "grab" : "crosshair";
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
    if (wanted) this.timer = setTimeout(() => hovered.request?.(row), PATIENCE);
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
