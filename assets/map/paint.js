/** A colour for each point, and the order to draw them in. */

import { layerColours, onScale, toRgb } from "./colours.js";

/** @import { Layer, MapMessage, Paint } from "./types.js" */

/** Up to this many marked points get rings; if there are more, all others fade. */
export const RINGED = 40;

/**
 * @param {number[]} rows The rows on the map.
 * @param {import("./drawing.js").Drawing} drawing
 * @param {Set<string>} hidden Names of layers.
 * @param {CSSStyleDeclaration} style Of the map, as computed.
 * @returns {Paint}
 */
export function mixPaint(rows, drawing, hidden, style) {
  const { layers, scale } = drawing.message;
  const colours = layerColours(layers, style);
  const rgba = new Uint8Array(4 * drawing.layerOf.length);
  const hollow = new Uint8Array(drawing.layerOf.length);
  const visible = rows.filter((row) => {
    const layer = layers[drawing.layerOf[row]];
    return layer && !hidden.has(layer.name);
  });
  const solid = colours.map(toRgb);
  const steps = scale.map(toRgb);
  const isMarked = marking(drawing);
  for (const row of visible) {
    const number = drawing.layerOf[row];
    const layer = layers[number];
    rgba.set(layer.scaled ? onScale(steps, drawing.values[row]) : solid[number], 4 * row);
    hollow[row] = Number(layer.hollow);
    rgba[4 * row + 3] = 255 * opacity(layer, !isMarked || isMarked(row));
  }
  return { colours, rgba, hollow, visible, order: drawingOrder(visible, drawing, isMarked) };
}

/**
 * A test for the rows that stay bright, or null if none fades.
 * @param {import("./drawing.js").Drawing} drawing
 * @returns {((row: number) => boolean) | null}
 */
function marking({ picked, matches }) {
  const many = [picked, matches].filter((rows) => rows.size > RINGED);
  return many.length ? (row) => many.some((rows) => rows.has(row)) : null;
}

/**
 * @param {Layer} layer
 * @param {boolean} bright
 */
function opacity({ strength }, bright) {
  return bright ? strength : 0.3 * Math.min(strength, 0.5);
}

/**
 * Layer by layer, with marked rows last, above all others.
 * @param {number[]} visible
 * @param {import("./drawing.js").Drawing} drawing
 * @param {((row: number) => boolean) | null} isMarked
 */
function drawingOrder(visible, { message, layerOf }, isMarked) {
  /** @type {number[][]} */
  const byLayer = message.layers.map(() => []);
  /** @type {number[]} */
  const marked = [];
  for (const row of visible) (isMarked?.(row) ? marked : byLayer[layerOf[row]]).push(row);
  return Uint32Array.from([...byLayer, marked].flat());
}
