/** Colours, and those of a map's layers. */

import { clamp } from "./numbers.js";

/** @import { Layer, Rgb } from "./types.js" */

export const PINK = "#D6249F";
export const PINK_WASH = "rgba(214,36,159,.12)";
export const RED = "#E03131";
const FIRST_OF_THEME = "#0B6E99";

/**
 * Read #rrggbb.
 * @param {string} colour
 * @returns {Rgb}
 */
export function toRgb(colour) {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  return [red, green, blue];
}

/**
 * The colour of a value of 0 to 1 between the steps of a scale.
 * @param {Rgb[]} steps
 * @param {number} value
 * @returns {Rgb}
 */
export function onScale(steps, value) {
  const place = clamp(value, 0, 1) * (steps.length - 1);
  const step = Math.min(Math.floor(place), steps.length - 2);
  const [from, to] = [steps[step], steps[step + 1]];
  const mix = (/** @type {0 | 1 | 2} */ i) => from[i] + (to[i] - from[i]) * (place - step);
  return [mix(0), mix(1), mix(2)];
}

/**
 * The colour of each layer: its own, or the next one of the page's theme.
 * @param {Layer[]} layers
 * @param {CSSStyleDeclaration} style Of the map, as computed.
 */
export function layerColours(layers, style) {
  const theme = (style.getPropertyValue("--st-chart-categorical-colors") || FIRST_OF_THEME).split(",");
  let next = 0;
  return layers.map((layer) => layer.colour ?? theme[next++ % theme.length].trim());
}
