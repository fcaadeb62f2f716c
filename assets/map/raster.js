/**
 * Draws many points into the pixels of a canvas, by the processor.
 *
 * Software WebGL takes several times as long for as many points, and nothing here needs a graphics card. Each pixel
 * counts the points on it and remembers the highest colour, so that the order of the tiles does not matter.
 */

import { context2d } from "./elements.js";
import { DENSE } from "./tones.js";

/** @import { Placing } from "./tile_index.js" */
/** @import { Tones } from "./tones.js" */

/**
 * A tile as it is drawn; `start` is the row of its first point.
 * @typedef {{ start: number, placing: Placing, places: Uint16Array, tints: Uint8Array }} Part
 */

const PAD = 16; // pixels around the picture, so that a point near the edge can be written whole
const RINGS_FROM = 6; // pixels: smaller points are discs, even those that should be rings

export class Raster {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.context = context2d(canvas);
    this.width = this.height = this.stride = 0;
    this.top = new Uint8Array();
    this.counts = new Uint32Array();
    this.image = new ImageData(1, 1);
  }

  /**
   * Draw a picture; returns how many points were in it.
   * @param {Part[]} parts
   * @param {2 | 3} dims
   * @param {Tones} tones
   * @param {{ size: number, ratio: number }} look Of a point in CSS pixels, and of the screen.
   */
  draw(parts, dims, tones, { size, ratio }) {
    this.#clear();
    const diameter = Math.max(1, Math.round(size * ratio));
    const disc = kernel(diameter, 0, this.stride);
    const ring = diameter < RINGS_FROM ? disc : kernel(diameter, 0.3, this.stride);
    const shapes = tones.shapes.map((shape) => (shape === "none" ? null : shape === "ring" ? ring : disc));
    let drawn = 0;
    for (const part of parts) drawn += this.#add(part, dims, shapes, ratio);
    this.#show(tones);
    return drawn;
  }

  #clear() {
    const { width, height } = this.context.canvas;
    if (width !== this.width || height !== this.height) {
      [this.width, this.height, this.stride] = [width, height, width + 2 * PAD];
      this.top = new Uint8Array(this.stride * (height + 2 * PAD));
      this.counts = new Uint32Array(this.top.length);
      this.image = this.context.createImageData(width, height);
    } else {
      this.top.fill(0);
      this.counts.fill(0);
    }
  }

  /**
   * @param {Part} part
   * @param {2 | 3} dims
   * @param {(Int32Array | null)[]} shapes One a tint; null where it is not drawn.
   * @param {number} ratio
   */
  #add({ placing, places, tints }, dims, shapes, ratio) {
    const { width, height, stride, top, counts } = this;
    const [ax, bx, cx] = placing.dx.map((value) => value * ratio);
    const [ay, by, cy] = placing.dy.map((value) => value * ratio);
    const [x0, y0] = [placing.x * ratio, placing.y * ratio];
    const [reachX, reachY] = [width + PAD / 2, height + PAD / 2];
    let drawn = 0;
    for (let i = 0, at = 0; i < tints.length; i++, at += dims) {
      const shape = shapes[tints[i]];
      if (!shape) continue;
      let x = x0 + places[at] * ax + places[at + 1] * bx;
      let y = y0 + places[at] * ay + places[at + 1] * by;
      if (dims === 3) {
        x += places[at + 2] * cx;
        y += places[at + 2] * cy;
      }
      if (x < -PAD / 2 || y < -PAD / 2 || x >= reachX || y >= reachY) continue;
      drawn++;
      const middle = (Math.floor(y) + PAD) * stride + Math.floor(x) + PAD;
      const tint = tints[i];
      for (let k = 0; k < shape.length; k++) {
        const pixel = middle + shape[k];
        counts[pixel]++;
        if (tint > top[pixel]) top[pixel] = tint;
      }
    }
    return drawn;
  }

  /** @param {Tones} tones */
  #show({ colours }) {
    const { width, height, stride, top, counts } = this;
    const pixels = new Uint32Array(this.image.data.buffer);
    for (let line = 0, to = 0; line < height; line++) {
      let from = (line + PAD) * stride + PAD;
      for (const end = to + width; to < end; to++, from++) {
        const count = counts[from];
        pixels[to] = count ? colours[top[from] * DENSE + (count < DENSE ? count : DENSE) - 1] : 0;
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }
}

/**
 * The pixels of a disc, or of a ring, from its middle.
 * @param {number} diameter In pixels, at most 2 * PAD.
 * @param {number} hole The radius of its hole as a share of its diameter.
 * @param {number} stride Pixels of a line.
 */
function kernel(diameter, hole, stride) {
  const offsets = [];
  const half = Math.min(diameter, PAD) / 2;
  const start = -Math.floor(half - 0.5);
  for (let y = 0; y < 2 * half; y++) {
    for (let x = 0; x < 2 * half; x++) {
      const radius = Math.hypot(x + 0.5 - half, y + 0.5 - half);
      if (radius <= half + 0.1 && radius >= 2 * half * hole) offsets.push((y + start) * stride + x + start);
    }
  }
  return Int32Array.from(offsets);
}
