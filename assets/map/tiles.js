/** The tiles of large maps, as far as they are in the browser, and how more are asked for. */

import { toBytes, toShorts } from "./bytes.js";

/** @import { Tile, TilesMessage, Wanted } from "./types.js" */

/** Points that are kept of each map: 6 bytes each. What was drawn longest ago goes first. */
const MOST = 2_000_000;
const PATIENCE = 8000; // milliseconds until a request that was not answered is sent again

export class Tiles {
  /** @type {Map<number, Tile>} By number, those drawn last at the end. */
  #kept = new Map();
  /** @type {((wanted: Wanted) => void) | null} Sends a request; null while nothing answers. */
  ask = null;
  #number = 0;
  #askedAt = -Infinity;
  #again = 0; // the timer of a request that is sent again
  /** What is known of the product under the mouse. */
  product = {
    row: -1,
    name: "",
    image: "",
    /** @type {string[]} */
    notes: [],
    /** @type {((row: number) => void) | null} */
    request: null,
  };

  /**
   * A tile with its coordinates, if it is here.
   * @param {number} number
   */
  get(number) {
    return this.#kept.get(number);
  }

  /**
   * Note that a tile was drawn.
   * @param {number} number
   * @param {Tile} tile
   */
  touch(number, tile) {
    this.#kept.delete(number);
    this.#kept.set(number, tile);
  }

  /**
   * @param {number} number
   * @param {Uint16Array} places
   */
  place(number, places) {
    this.#kept.set(number, { tints: null, look: "", ...this.#kept.get(number), places });
  }

  /**
   * @param {number} number
   * @param {Uint8Array} tints
   * @param {string} look
   */
  colour(number, tints, look) {
    const tile = this.#kept.get(number);
    if (tile) Object.assign(tile, { tints, look });
  }

  /** Forget what was drawn longest ago where there is too much. */
  shrink() {
    let held = 0;
    for (const { places } of this.#kept.values()) held += places.length;
    for (const [number, { places }] of this.#kept) {
      if (held <= 3 * MOST) return;
      this.#kept.delete(number);
      held -= places.length;
    }
  }

  /**
   * Ask for what is missing of some tiles, one request at a time.
   * @param {number[]} numbers
   * @param {string} look What their colours have to be kept by.
   */
  want(numbers, look) {
    clearTimeout(this.#again);
    const places = numbers.filter((number) => !this.#kept.has(number));
    const tints = numbers.filter((number) => this.#kept.get(number)?.look !== look);
    const now = performance.now();
    if (!this.ask || !tints.length) return;
    this.#again = setTimeout(() => this.want(numbers, look), PATIENCE);
    if (now - this.#askedAt < PATIENCE) return;
    this.#askedAt = now;
    this.ask({ number: ++this.#number, places, tints });
  }

  /**
   * Note that a request was answered, so that the next one can be sent.
   * @param {number} number
   */
  answered(number) {
    if (number === this.#number) this.#askedAt = -Infinity;
  }
}

/** @type {Map<string, Tiles>} */
const byPoints = new Map();

/**
 * The tiles of a map, kept until the browser tab is closed or reloaded.
 * @param {string} points What its coordinates are kept by.
 */
export function tilesOf(points) {
  const tiles = byPoints.get(points) ?? new Tiles();
  byPoints.set(points, tiles);
  return tiles;
}

/**
 * @param {TilesMessage} message
 * @param {(wanted: Wanted) => void} ask
 */
export function keepTiles(message, ask) {
  const tiles = tilesOf(message.points);
  const places = toShorts(message.places);
  const tints = toBytes(message.tints);
  const dims = places.length / message.places_of.reduce((sum, [, length]) => sum + length, 0);
  let start = 0;
  for (const [number, length] of message.places_of) {
    tiles.place(number, places.subarray(start, (start += dims * length)));
  }
  start = 0;
  for (const [number, length] of message.tints_of) {
    tiles.colour(number, tints.subarray(start, (start += length)), message.look);
  }
  tiles.shrink();
  if (message.number < 0) return; // the overview: nobody was asked
  tiles.ask = ask;
  tiles.answered(message.number);
}
