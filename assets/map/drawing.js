/** A map's message, unpacked. */

import { toBytes, toFloats, toIntegers } from "./bytes.js";

/** @import { Layer, MapMessage } from "./types.js" */

export class Drawing {
  /** @param {MapMessage} message */
  constructor(message) {
    this.message = message;
    /** The layer of each row; 255 for none. */
    this.layerOf = toBytes(message.layer_of);
    /** A value of 0 to 1 for each row, where a layer is on a scale. */
    this.values = toFloats(message.values ?? "");
    /** Rows that are picked. */
    this.picked = new Set(toIntegers(message.picked));
    /** Rows that the search has found. */
    this.matches = new Set(toIntegers(message.matches));
  }

  /**
   * The layer that a row is in, if it is drawn at all.
   * @param {number} row
   * @returns {Layer | undefined}
   */
  layer(row) {
    return this.message.layers[this.layerOf[row]];
  }
}
