/** The projection of coordinates to pixels of the window. */

import { clamp } from "./numbers.js";

/** @import { Frame, Position, View } from "./types.js" */
/** @import { Cloud } from "./cloud.js" */

const STRETCH = 1.7; // to fill the window, a unit of one axis may be so much longer than that of the other
const FLAT = [1, 0, 0, 0, 1, 0, 0, 0, 0];

/**
 * @param {Cloud} cloud
 * @param {View} view
 * @param {{ width: number, height: number }} size Of the window, in pixels.
 * @returns {Frame}
 */
export function frameOf(cloud, view, { width, height }) {
  const [scaleX, scaleY] = cloud.dims === 3 ? solidScales(width, height) : flatScales(cloud, width, height);
  return {
    width,
    height,
    scaleX: scaleX * view.zoom,
    scaleY: scaleY * view.zoom,
    x: view.x,
    y: view.y,
    rotation: cloud.dims === 3 ? rotation(cloud, view) : FLAT,
    centre: cloud.centre,
    pointSize: pointSize(cloud.rows.length, view.zoom),
  };
}

/**
 * Project one place.
 * @param {Frame} frame
 * @param {number} x
 * @param {number} y
 * @param {number} [z]
 * @returns {Position}
 */
export function project(frame, x, y, z = 0) {
  const to = new Float64Array(2);
  projectInto(to, 0, frame, x, y, z);
  return [to[0], to[1]];
}

/**
 * Project rows: x and y of each.
 * @param {Frame} frame
 * @param {Float32Array} xyz Three a row.
 * @param {number[]} rows
 */
export function projectRows(frame, xyz, rows) {
  const places = new Float32Array(2 * rows.length);
  for (let i = 0; i < rows.length; i++) {
    const at = 3 * rows[i];
    projectInto(places, 2 * i, frame, xyz[at], xyz[at + 1], xyz[at + 2]);
  }
  return places;
}

/**
 * @param {Float32Array | Float64Array} places
 * @param {number} at
 * @param {Frame} frame
 * @param {number} x
 * @param {number} y
 * @param {number} z
 */
function projectInto(places, at, frame, x, y, z) {
  const { rotation: m, centre } = frame;
  const [a, b, c] = [x - centre[0], y - centre[1], z - centre[2]];
  places[at] = frame.width / 2 + (m[0] * a + m[3] * b + m[6] * c - frame.x) * frame.scaleX;
  places[at + 1] = frame.height / 2 - (m[1] * a + m[4] * b + m[7] * c - frame.y) * frame.scaleY;
}

/**
 * Pixels per unit on 3-D maps, whose rotation scales the longest axis to one unit.
 * @param {number} width
 * @param {number} height
 */
function solidScales(width, height) {
  const scale = Math.min(width, height) / 2;
  return [scale, scale];
}

/**
 * Pixels per unit on 2-D maps, which are stretched a little to fill the window.
 * @param {Cloud} cloud
 * @param {number} width
 * @param {number} height
 */
function flatScales(cloud, width, height) {
  const x = (0.94 * width) / (2 * cloud.half[0]);
  const y = (0.92 * height) / (2 * cloud.half[1]);
  return [Math.min(x, STRETCH * y), Math.min(y, STRETCH * x)];
}

/**
 * Turn by yaw, then by pitch, and scale the longest axis to one unit. Each column is the image of an axis.
 * @param {Cloud} cloud
 * @param {View} view
 */
function rotation(cloud, { yaw, pitch }) {
  const [cosYaw, sinYaw, cosPitch, sinPitch] = [
    Math.cos(yaw),
    Math.sin(yaw),
    Math.cos(pitch),
    Math.sin(pitch),
  ];
  const x = [cosYaw, sinPitch * sinYaw, -cosPitch * sinYaw];
  const y = [0, cosPitch, sinPitch];
  const z = [sinYaw, -sinPitch * cosYaw, cosPitch * cosYaw];
  return [...x, ...y, ...z].map((value) => value / Math.max(...cloud.half));
}

/**
 * Points are smaller the more there are, and grow slowly with the zoom.
 * @param {number} count
 * @param {number} zoom
 */
function pointSize(count, zoom) {
  return clamp(11 - 1.9 * Math.log10(Math.max(count, 1)), 2.5, 9) * clamp(zoom ** 0.35, 1, 3);
}
