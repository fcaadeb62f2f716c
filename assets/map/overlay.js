/** What is drawn above the points: rings, names, stars and the lasso. */

import { PINK, PINK_WASH, RED } from "./colours.js";
import { Crowd } from "./crowd.js";
import { clearedContext } from "./elements.js";
import { project } from "./frame.js";
import { Plates } from "./plates.js";

/** @import { Frame, MapText, Position } from "./types.js" */

/** @typedef {(context: CanvasRenderingContext2D, at: Position, radius: number) => void} Outline */

/**
 * @typedef {object} Scene
 * @property {MapText} message
 * @property {Frame} frame
 * @property {Position[] | null} lasso
 * @property {Float32Array} places Of the points, or of a draw of them: x and y of each.
 * @property {Position[]} matches To be outlined, like the next two.
 * @property {Position[]} picked
 * @property {Position[]} cursor Where the keys have reached a point.
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 */
export function drawOverlay(canvas, scene) {
  const { message, frame, lasso, places } = scene;
  const context = clearedContext(canvas);
  context.font = `13px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "middle";
  const radius = frame.pointSize / 2 + 5;
  ring(context, scene.matches, radius, RED, diamond);
  ring(context, scene.picked, radius, PINK, circle);
  ring(context, scene.cursor, radius, getComputedStyle(canvas).color, square);
  const plates = new Plates(context, frame, new Crowd(frame, places));
  for (const [name, ...at] of message.stars) plates.star(name, project(frame, ...at));
  for (const [name, ...at] of message.names) plates.name(name, project(frame, ...at));
  if (lasso) drawLasso(context, lasso);
}

/**
 * Outline some places.
 * @param {CanvasRenderingContext2D} context
 * @param {Position[]} places
 * @param {number} radius
 * @param {string} colour
 * @param {Outline} outline
 */
function ring(context, places, radius, colour, outline) {
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  for (const at of places) {
    context.beginPath();
    outline(context, at, radius);
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
