/** Names on dark plates, readable above points of any colour, and stars. */

import { PINK } from "./colours.js";
import { clamp } from "./numbers.js";

/** @import { Position, Rectangle } from "./types.js" */

const DARK = "rgba(23,34,46,.8)";
const HEIGHT = 20;
const SHIFTS = [0, -22, 22, -44, 44]; // pixels down, tried in this order
const TOOLBAR = { width: 195, height: 40 };
const NARROW = 420; // pixels: narrower windows have room for short names only
const SHORT = 18; // characters

/** Writes names so that none covers another: one that would is moved, or left out until there is room. */
export class Plates {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ width: number, height: number }} size Of the window, in pixels.
   */
  constructor(context, { width, height }) {
    this.context = context;
    this.width = width;
    this.height = height;
    /** @type {Rectangle[]} */
    this.taken = [{ left: width - TOOLBAR.width, top: 0, ...TOOLBAR }];
  }

  /**
   * Write a name at its place.
   * @param {string} name
   * @param {Position} at
   * @param {string} fill
   */
  name(name, [x, y], fill = DARK) {
    if (x < 0 || x > this.width || y < 0 || y > this.height) return;
    const text = this.width < NARROW ? shortened(name) : name;
    const width = this.context.measureText(text).width + 10;
    const left = clamp(x - width / 2, 3, Math.max(3, this.width - width - 3));
    const tops = SHIFTS.map((down) => y + down - HEIGHT / 2);
    const top = tops.find((each) => this.#isFree({ left, top: each, width, height: HEIGHT }));
    if (top === undefined) return;
    const plate = { left, top, width, height: HEIGHT };
    this.taken.push(plate);
    this.#draw(text, plate, fill);
  }

  /**
   * Draw a star, and its name above it.
   * @param {string} name
   * @param {Position} at
   */
  star(name, [x, y]) {
    drawStar(this.context, x, y);
    this.name(`★ ${name}`, [x, y - 26], PINK);
    this.taken.push({ left: x - 12, top: y - 12, width: 24, height: 24 });
  }

  /** @param {Rectangle} wanted */
  #isFree(wanted) {
    return !this.taken.some((other) => overlap(wanted, other));
  }

  /**
   * @param {string} text
   * @param {Rectangle} plate
   * @param {string} fill
   */
  #draw(text, { left, top, width, height }, fill) {
    const { context } = this;
    context.fillStyle = fill;
    context.beginPath();
    context.roundRect(left, top, width, height, 5);
    context.fill();
    context.fillStyle = "#fff";
    context.fillText(text, left + 5, top + height / 2 + 1);
  }
}

/** @param {string} name */
function shortened(name) {
  return name.length > SHORT ? `${name.slice(0, SHORT - 1).trimEnd()}…` : name;
}

/**
 * @param {Rectangle} one
 * @param {Rectangle} other
 */
function overlap(one, other) {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 */
function drawStar(context, x, y) {
  context.beginPath();
  for (let corner = 0; corner < 10; corner++) {
    const radius = corner % 2 ? 5 : 12;
    const angle = (corner * Math.PI) / 5 - Math.PI / 2;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = PINK;
  context.strokeStyle = "#fff";
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
}
