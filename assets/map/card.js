/** The card beside the mouse, which describes a product. */

import { addElement } from "./elements.js";
import { clamp } from "./numbers.js";

/** @import { Described, Position } from "./types.js" */

const GAP = 14; // pixels between the mouse and the card

export class Card {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.element = addElement("div", box, { className: "card", hidden: true });
  }

  hide() {
    this.element.hidden = true;
  }

  /** @param {Described} content */
  show({ image, name, notes }) {
    this.element.hidden = false;
    this.element.replaceChildren();
    if (image) addElement("img", this.element, { src: image, alt: "" });
    this.element.append(name);
    for (const note of notes) addElement("small", this.element, { textContent: note });
  }

  /**
   * Put the card to the right of a position, or to its left where there is no room.
   * @param {Position} at
   * @param {{ width: number, height: number }} size Of the window, in pixels.
   */
  placeBeside([x, y], { width, height }) {
    const { offsetWidth, offsetHeight, style } = this.element;
    const fits = x + GAP + offsetWidth < width;
    style.left = `${fits ? x + GAP : Math.max(0, x - GAP - offsetWidth)}px`;
    style.top = `${clamp(y - offsetHeight / 2, 0, Math.max(0, height - offsetHeight))}px`;
  }
}
