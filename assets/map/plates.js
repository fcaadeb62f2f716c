/** Names on dark plates, readable above points of any colour, and stars. */

import { PINK } from "./colours.js";
import { clamp } from "./numbers.js";

/** @import { Crowd } from "./crowd.js" */
/** @import { Position, Rectangle } from "./types.js" */

const DARK = "rgba(23,34,46,.8)";
const HEIGHT = 20;
const SHIFTS = [0, -17, 17, -26, 26, -36, 36]; // pixels down
const AROUND = 60; // pixels around its place in which a name's points are
const FAR = 1 / 90; // how much of its points a name rather covers than stand a pixel farther away
const MOST = 0.55; // a name that would cover more of its points is left out
const NARROW = 420; // pixels: narrower windows have room for short names only
const SHORT = 18; // characters

/**
 * Writes names so that none covers another or most points of a small cluster, and none stands where there are
 * no points: a name that would is moved, or left out until there is room.
 */
export class Plates {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ width: number, height: number }} size Of the window, in pixels.
   * @param {Crowd} crowd The points.
   */
  constructor(context, { width, height }, crowd) {
    this.context = context;
    this.crowd = crowd;
    this.width = width;
    this.height = height;
    /** @type {Rectangle[]} */
    this.taken = [];
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
    const plate = this.#best(y, { left, width, height: HEIGHT }, [x, y], fill === DARK);
    if (!plate) return;
    this.taken.push(plate);
    this.#draw(text, plate, fill);
  }

  /**
   * The best free plate above, on or below a place, if there is one.
   * @param {number} y
   * @param {{ left: number, width: number, height: number }} size
   * @param {Position} at
   * @param {boolean} hasPoints Whether it names points, not a star.
   */
  #best(y, size, at, hasPoints) {
    const around = { left: at[0] - AROUND, top: at[1] - AROUND, width: 2 * AROUND, height: 2 * AROUND };
    const points = this.crowd.count(around);
    if (hasPoints && !points) return null;
    const free = SHIFTS.map((down) => ({ ...size, top: y + down - HEIGHT / 2, down })).filter(
      (plate) => plate.top > 0 && plate.top + HEIGHT < this.height && this.#isFree(plate),
    );
    const covered = (/** @type {Rectangle} */ plate) => (points ? this.crowd.count(plate) / points : 0);
    const costs = free.map((plate) => covered(plate) + FAR * Math.abs(plate.down));
    const best = free[costs.indexOf(Math.min(...costs))];
    return best && (!hasPoints || covered(best) <= MOST) ? best : null;
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
