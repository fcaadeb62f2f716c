/** The message of a large map, with what its tiles say. */

import { toBytes } from "./bytes.js";
import { TileIndex } from "./tile_index.js";
import { tilesOf } from "./tiles.js";

/** @import { Frame, Layer, TiledMapMessage } from "./types.js" */
/** @import { Part } from "./raster.js" */

const MARKED = 128; // the bit of points that stay bright while all others fade

export class TiledDrawing {
  /**
   * @param {TiledMapMessage} message
   * @param {TiledDrawing} [before] Whose index is taken over if it is of the same points.
   */
  constructor(message, before) {
    this.message = message;
    this.index = before?.message.points === message.points ? before.index : new TileIndex(message);
    this.overview = toBytes(message.overview);
  }

  /** Give the tiles of the overview, as far as they are here, the colours that came with the message. */
  colourOverview() {
    const { index, message, overview } = this;
    const tiles = tilesOf(message.points);
    for (let tile = 0; index.starts[tile + 1] <= overview.length; tile++) {
      if (tiles.get(tile)?.look !== message.look)
        tiles.colour(tile, overview.subarray(index.starts[tile], index.starts[tile + 1]), message.look);
    }
  }

  /**
   * What there is to draw of some tiles.
   * @param {number[]} numbers
   * @param {Frame} frame
   * @returns {Part[]}
   */
  parts(numbers, frame) {
    const { index, message } = this;
    const tiles = tilesOf(message.points);
    return numbers.flatMap((number) => {
      const tile = tiles.get(number);
      if (!tile?.tints || tile.look !== message.look) return [];
      tiles.touch(number, tile);
      const { places, tints } = tile;
      return [{ start: index.starts[number], placing: index.placing(number, frame), places, tints }];
    });
  }

  /**
   * The layer of a row, if its tile is here.
   * @param {number} row
   * @returns {Layer | undefined}
   */
  layer(row) {
    return this.message.layers[this.#meaning(row)?.[0] ?? -1];
  }

  /**
   * The value of a row on the colour scale, 0 to 1.
   * @param {number} row
   */
  value(row) {
    return this.#meaning(row)?.[1] ?? 0;
  }

  /** @param {number} row */
  #meaning(row) {
    const tile = this.index.tileOf(row);
    const tint = tilesOf(this.message.points).get(tile)?.tints?.[row - this.index.starts[tile]] ?? -1;
    return this.message.meanings[tint & ~MARKED];
  }
}
