/** What hovering over a point does: a card shows its name at once, and its image when the page has sent it. */

import { Card } from "./card.js";

/** @import { MapControls, Position } from "./types.js" */

const HOVER_DELAY = 160; // milliseconds to hover over a point before more about it is requested

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
    this.surface.style.cursor = row >= 0 ? "pointer" : map.mode === "pan" ? "grab" : "crosshair";
    const known = row >= 0 ? map.known(row) : null;
    if (!known) return this.card.hide();
    this.card.show(known);
    this.#placeCard();
  }

  /** @param {number} row */
  #change(row) {
    this.row = row;
    clearTimeout(this.timer);
    if (row >= 0) this.timer = setTimeout(() => this.map.request(row), HOVER_DELAY);
    this.describe();
  }

  #placeCard() {
    if (this.map.frame) this.card.placeBeside(this.at, this.map.frame);
  }
}
