/** What the mouse and fingers do on a map: pick, draw a lasso or a box, pan, turn and zoom. */

import { positionOn } from "./elements.js";
import { Hover } from "./hover.js";
import { Pinch } from "./pinch.js";
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
    this.pinch = new Pinch(map);
    surface.addEventListener("pointerdown", (event) => this.#press(event));
    surface.addEventListener("pointermove", (event) => this.#move(event));
    surface.addEventListener("pointerup", (event) => this.#release(event));
    surface.addEventListener("pointercancel", (event) => this.#letGo(event));
    surface.addEventListener("pointerleave", () => this.#held || this.hover.leave());
    surface.addEventListener("dblclick", () => map.reset());
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    // Two fingers are for the map, even where one finger scrolls the page.
    const keepTwo = (/** @type {TouchEvent} */ event) => event.touches.length > 1 && event.preventDefault();
    surface.addEventListener("touchmove", keepTwo, { passive: false });
  }

  /** One finger scrolls the page, unless it is to draw a lasso or a box. */
  showMode() {
    this.surface.style.touchAction = this.map.mode === "pan" ? "pan-y" : "none";
    this.hover.describe();
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button > MIDDLE_BUTTON || !this.map.frame) return;
    this.surface.setPointerCapture(event.pointerId);
    const at = positionOn(event, this.surface);
    this.hover.leave();
    if (event.pointerType === "touch" && this.pinch.add(event.pointerId, at)) return this.#drop();
    const moves = event.button === MIDDLE_BUTTON || this.map.mode === "pan";
    this.#held = { from: at, last: at, moves, dragged: false };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const at = positionOn(event, this.surface);
    if (this.pinch.move(event.pointerId, at)) return;
    if (this.#held) this.#drag(this.#held, at, event);
    else if (event.pointerType !== "touch") this.hover.moveTo(at);
  }

  /**
   * @param {Held} held
   * @param {Position} at
   * @param {PointerEvent} event
   */
  #drag(held, at, { shiftKey, pointerType }) {
    held.dragged ||= Math.hypot(at[0] - held.from[0], at[1] - held.from[1]) >= CLICK;
    if (!held.dragged) return;
    const by = /** @type {Position} */ ([at[0] - held.last[0], at[1] - held.last[1]]);
    if (held.moves) this.#moveMap(by, shiftKey, pointerType === "touch");
    else if (this.map.mode === "box") this.map.lasso = corners(held.from, at);
    else (this.map.lasso ??= [held.from]).push(at);
    held.last = at;
    this.map.redraw();
  }

  /**
   * Pan a 2-D map, but not with one finger, which scrolls the page. Turn a 3-D map, or pan it with Shift.
   * @param {Position} by
   * @param {boolean} shift
   * @param {boolean} isFinger
   */
  #moveMap(by, shift, isFinger) {
    const { view, frame, drawing } = this.map;
    if (!view || !frame) return;
    if (drawing.message.dims === 3 && !shift) turnView(view, by[0] * TURN, isFinger ? 0 : by[1] * TURN);
    else if (!isFinger) panView(view, frame, by);
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const held = this.#held;
    const { lasso } = this.map;
    this.#letGo(event);
    if (!held) return;
    if (!held.dragged) this.#click(positionOn(event, this.surface), event.shiftKey);
    else if (lasso) this.map.pickInside(lasso, event.shiftKey);
  }

  /**
   * @param {Position} at
   * @param {boolean} shift
   */
  #click(at, shift) {
    const row = this.map.nearest(at, true);
    if (row >= 0) this.map.pick([row], shift);
  }

  /** @param {PointerEvent} event */
  #letGo(event) {
    this.pinch.remove(event.pointerId);
    this.#drop();
  }

  #drop() {
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
