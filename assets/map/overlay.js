/** What is drawn above the points: rings, names, stars and the lasso. */

import { PINK, PINK_WASH, RED } from "./colours.js";
import { Crowd } from "./crowd.js";
import { clearedContext } from "./elements.js";
import { project } from "./frame.js";
import { RINGED } from "./paint.js";
import { Plates } from "./plates.js";

/** @import { Cloud } from "./cloud.js" */
/** @import { Drawing } from "./drawing.js" */
/** @import { Frame, Paint, Position } from "./types.js" */

/** @typedef {(context: CanvasRenderingContext2D, at: Position, radius: number) => void} Outline */

/**
 * @typedef {object} Scene
 * @property {Drawing} drawing
 * @property {Cloud} cloud
 * @property {Paint} paint
 * @property {Frame} frame
 * @property {Position[] | null} lasso
 * @property {Float32Array} places Of the rows of `paint.visible`: x and y of each.
 * @property {number} cursor The row that the keys have reached, -1 for none.
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 */
export function drawOverlay(canvas, scene) {
  const { drawing, frame, lasso, places, cursor } = scene;
  const context = clearedContext(canvas);
  context.font = `13px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "middle";
  ring(context, drawing.matches, scene, RED, diamond);
  ring(context, drawing.picked, scene, PINK, circle);
  if (cursor >= 0) ring(context, new Set([cursor]), scene, getComputedStyle(canvas).color, square);
  const plates = new Plates(context, frame, new Crowd(frame, places));
  for (const [name, ...at] of drawing.message.stars) plates.star(name, project(frame, ...at));
  for (const [name, ...at] of drawing.message.names) plates.name(name, project(frame, ...at));
  if (lasso) drawLasso(context, lasso);
}

/**
 * Outline some rows, unless there are so many that `mixPaint` fades all others instead.
 * @param {CanvasRenderingContext2D} context
 * @param {Set<number>} rows
 * @param {{ cloud: Cloud, paint: Paint, frame: Frame }} scene
 * @param {string} colour
 * @param {Outline} outline
 */
function ring(context, rows, { cloud, paint, frame }, colour, outline) {
  if (rows.size > RINGED) return;
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  for (const row of rows) {
    if (!paint.rgba[4 * row + 3]) continue;
    const [x, y, z] = cloud.xyz.subarray(3 * row, 3 * row + 3);
    context.beginPath();
    outline(context, project(frame, x, y, z), frame.pointSize / 2 + 5);
    context.closePath();
    context.stroke();
  }
}

/** @type {Outline} */
function diamond(context, [x, y], radius) {
  context.lineTo(x, y - radius);
  context.lineTo(x + radius, y);
  context.lineTo(x, y + radius);
  context.lineTo(x - radius, y);
}

/** @type {Outline} */
function square(context, [x, y], radius) {
  context.rect(x - radius - 3, y - radius - 3, 2 * radius + 6, 2 * radius + 6);
}

/** @type {Outline} */
function circle(context, [x, y], radius) {
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Position[]} corners
 */
function drawLasso(context, corners) {
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = PINK_WASH;
  context.strokeStyle = PINK;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
}
