/** What is drawn above the points: rings, names, stars and the lasso. */

import { PINK, PINK_WASH, RED } from "./colours.js";
import { cleanPen } from "./elements.js";
import { project } from "./frame.js";
import { RINGED } from "./paint.js";
import { Plates } from "./plates.js";

/** @import { Cloud } from "./cloud.js" */
/** @import { Drawing } from "./drawing.js" */
/** @import { Frame, Paint, Position } from "./types.js" */

/** @typedef {(pen: CanvasRenderingContext2D, at: Position, radius: number) => void} Outline */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ drawing: Drawing, cloud: Cloud, paint: Paint, frame: Frame, lasso: Position[] | null }} scene
 */
export function drawOverlay(canvas, scene) {
  const { drawing, frame, lasso } = scene;
  const pen = cleanPen(canvas);
  pen.font = `13px ${getComputedStyle(canvas).fontFamily}`;
  pen.textBaseline = "middle";
  ring(pen, drawing.matches, scene, RED, diamond);
  ring(pen, drawing.picked, scene, PINK, circle);
  const plates = new Plates(pen, frame);
  for (const [name, ...at] of drawing.message.stars) plates.star(name, project(frame, ...at));
  for (const [name, ...at] of drawing.message.names) plates.name(name, project(frame, ...at));
  if (lasso) drawLasso(pen, lasso);
}

/**
 * Draw an outline around each of some rows, unless they are so many that `mixPaint` fades all others.
 * @param {CanvasRenderingContext2D} pen
 * @param {Set<number>} rows
 * @param {{ cloud: Cloud, paint: Paint, frame: Frame }} scene
 * @param {string} colour
 * @param {Outline} outline
 */
function ring(pen, rows, { cloud, paint, frame }, colour, outline) {
  if (rows.size > RINGED) return;
  pen.strokeStyle = colour;
  pen.lineWidth = 2.5;
  for (const row of rows) {
    if (!paint.rgba[4 * row + 3]) continue;
    const [x, y, z] = cloud.xyz.subarray(3 * row, 3 * row + 3);
    pen.beginPath();
    outline(pen, project(frame, x, y, z), frame.pointSize / 2 + 5);
    pen.closePath();
    pen.stroke();
  }
}

/** @type {Outline} */
function diamond(pen, [x, y], radius) {
  pen.lineTo(x, y - radius);
  pen.lineTo(x + radius, y);
  pen.lineTo(x, y + radius);
  pen.lineTo(x - radius, y);
}

/** @type {Outline} */
function circle(pen, [x, y], radius) {
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Position[]} corners
 */
function drawLasso(pen, corners) {
  pen.beginPath();
  for (const [x, y] of corners) pen.lineTo(x, y);
  pen.closePath();
  pen.fillStyle = PINK_WASH;
  pen.strokeStyle = PINK;
  pen.lineWidth = 1.5;
  pen.fill();
  pen.stroke();
}
