/** What colours a pixel of a large map has: the more points are on it, the farther from the ground. */

import { layerColours, onScale, toRgb } from "./colours.js";

/** @import { Rgb, Shape, TiledMapMessage } from "./types.js" */

/** As many points on a pixel have the strongest tone, and so have more. */
export const DENSE = 64;

const MARKED = 128; // the bit of points that stay bright while all others fade
const FADED = 0.25;
const TOWARDS_INK = 0.5; // of the way, where points are densest

/**
 * @typedef {object} Tones
 * @property {string[]} layers One a layer, for the legend.
 * @property {Shape[]} shapes One a tint.
 * @property {Uint32Array} colours `DENSE` a tint, as the pixels of a canvas have them.
 */

/**
 * @param {TiledMapMessage} message
 * @param {Set<string>} hidden Names of layers.
 * @param {CSSStyleDeclaration} style Of the map, as computed.
 * @returns {Tones}
 */
export function mixTones({ layers, meanings, scale, fades }, hidden, style) {
  const ofLayers = layerColours(layers, style);
  const ink = toRgb(toHex(style.getPropertyValue("--st-text-color")));
  const steps = scale.map(toRgb);
  const colours = new Uint32Array(256 * DENSE);
  const shapes = /** @type {Shape[]} */ (new Array(256).fill("none"));
  meanings.forEach(([number, value], tint) => {
    const layer = layers[number];
    const own = value === null ? toRgb(ofLayers[number]) : onScale(steps, value);
    for (const mark of [0, MARKED]) {
      const strength = layer.strength * (fades && !mark ? FADED : 1);
      if (!hidden.has(layer.name)) shapes[tint + mark] = layer.hollow ? "ring" : "disc";
      for (let count = 1; count <= DENSE; count++)
        colours[(tint + mark) * DENSE + count - 1] = tone(own, ink, strength, Math.log(count) / Math.log(DENSE));
    }
  });
  return { layers: ofLayers, shapes, colours };
}

/**
 * @param {Rgb} own
 * @param {Rgb} ink
 * @param {number} strength 0 to 1.
 * @param {number} density 0 to 1.
 */
function tone(own, ink, strength, density) {
  const [red, green, blue] = own.map((value, i) => value + (ink[i] - value) * TOWARDS_INK * density ** 1.5 * strength);
  const opacity = strength + (1 - strength) * density * strength;
  return ((255 * opacity) << 24) | (blue << 16) | (green << 8) | red;
}

/**
 * A colour of the theme as #rrggbb, whatever way it is written in.
 * @param {string} colour
 */
function toHex(colour) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return "#17222e";
  context.fillStyle = colour || "#17222e";
  return context.fillStyle.startsWith("#") ? context.fillStyle : "#808080";
}
