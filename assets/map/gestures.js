/** What the mouse and fingers do on a map: pick, draw a lasso or a box, pan, turn and zoom. */

import { positionOn } from "./elements.js";
import { Hover } from "./hover.js";
import { panView, turnView } from "./view.js";

/** @import { MapControls, Position } from "./types.js" */

const CLICK = 4; // pixels that the mouse may move during a click
const TURN = 1 / 150; // radians per pixel
const WHEEL = 1 / 300; // logarithm of the zoom per pixel of the wheel
const MIDDLE_BUTTON = 1;

/**
 * A mouse button or finger that is down.
 * @typedef {object} Held
 * @property {Position} from
 * @property {Position} last
 * @property {boolean} moves Whether it moves the map instead of picking.
 * @property {boolean} dragged Whether it has moved further than during a click.
 */

export class Gestures {
  /** @type {Held | null} */
  #held = null;

  /**
   * @param {MapControls} map
   * @param {HTMLElement} box
   * @param {HTMLElement} surface The element that gets the pointer events.
   */
  constructor(map, box, surface) {
    this.map = map;
    this.surface = surface;
    this.hover = new Hover(map, box, surface);
    surface.addEventListener("pointerdown", (event) => this.#press(event));
    surface.addEventListener("pointermove", (event) => this.#move(event));
    surface.addEventListener("pointerup", (event) => this.#release(event));
    surface.addEventListener("pointercancel", () => this.#letGo());
    surface.addEventListener("pointerleave", () => this.#held || this.hover.leave());
    surface.addEventListener("dblclick", () => map.reset());
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button > MIDDLE_BUTTON || !this.map.frame) return;
    this.surface.setPointerCapture(event.pointerId);
    const at = positionOn(event, this.surface);
    const moves = event.button === MIDDLE_BUTTON || this.map.drawing.message.drag === "pan";
    this.#held = { from: at, last: at, moves, dragged: false };
    this.hover.leave();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const at = positionOn(event, this.surface);
    if (this.#held) this.#drag(this.#held, at, event.shiftKey);
    else this.hover.moveTo(at);
  }

  /**
   * @param {Held} held
   * @param {Position} at
   * @param {boolean} shift
   */
  #drag(held, at, shift) {
    held.dragged ||= Math.hypot(at[0] - held.from[0], at[1] - held.from[1]) >= CLICK;
    if (!held.dragged) return;
    if (held.moves) this.#moveMap([at[0] - held.last[0], at[1] - held.last[1]], shift);
    else if (this.map.drawing.message.drag === "box") this.map.lasso = corners(held.from, at);
    else (this.map.lasso ??= [held.from]).push(at);
    held.last = at;
    this.map.redraw();
  }

  /**
   * Pan a 2-D map. Turn a 3-D map, or pan it with Shift.
   * @param {Position} by
   * @param {boolean} shift
   */
  #moveMap(by, shift) {
    const { view, frame, drawing } = this.map;
    if (!view || !frame) return;
    if (drawing.message.dims === 3 && !shift) turnView(view, by[0] * TURN, by[1] * TURN);
    else panView(view, frame, by);
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const held = this.#held;
    const { lasso } = this.map;
    if (!held) return;
    this.#letGo();
    if (!held.dragged) this.#click(positionOn(event, this.surface), event.shiftKey);
    else if (lasso) this.map.pick(this.map.inside(lasso), event.shiftKey);
  }

  /**
   * @param {Position} at
   * @param {boolean} shift
   */
  #click(at, shift) {
    const row = this.map.nearest(at, true);
    if (row >= 0) this.map.pick([row], shift);
  }

  #letGo() {
    this.#held = null;
    this.map.lasso = null;
    this.map.redraw();
  }

  /**
   * Zoom if the map has the focus or Ctrl is held; otherwise the wheel scrolls the page.
   * @param {WheelEvent} event
   */
  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey && !this.surface.matches(":focus")) return;
    event.preventDefault();
    this.map.zoom(Math.exp(-event.deltaY * WHEEL), positionOn(event, this.surface));
  }
}

/**
 * The corners of a box.
 * @param {Position} from
 * @param {Position} to
 * @returns {Position[]}
 */
function corners(from, to) {
  return [from, [to[0], from[1]], to, [from[0], to[1]]];
}
