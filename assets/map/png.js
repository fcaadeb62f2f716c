/** A map with its legend, saved as a PNG file. */

import { addElement, context2d } from "./elements.js";
import { layerName } from "./legend.js";

/** @import { MapDrawing } from "./types.js" */

const LINE = 22; // CSS pixels, like all lengths here

/**
 * @param {HTMLCanvasElement[]} canvases Of one size; the lowest first.
 * @param {MapDrawing} drawing
 * @param {{ colours: string[] }} paint
 */
export function savePng(canvases, drawing, paint) {
  const style = getComputedStyle(canvases[0]);
  const entries = legendEntries(drawing, paint);
  const ratio = window.devicePixelRatio;
  const [{ width, height }] = canvases;
  const image = document.createElement("canvas");
  image.width = width;
  image.height = height + LINE * ratio * (entries.length + 1);
  const context = context2d(image);
  context.fillStyle = style.getPropertyValue("--st-background-color") || "#fff";
  context.fillRect(0, 0, image.width, image.height);
  for (const canvas of canvases) context.drawImage(canvas, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, height);
  writeEntries(context, entries, style.getPropertyValue("--st-text-color") || "#17222e");
  image.toBlob((blob) => blob && download(blob, `${drawing.message.file}.png`));
}

/**
 * @param {MapDrawing} drawing
 * @param {{ colours: string[] }} paint
 * @returns {[text: string, colour: string][]}
 */
function legendEntries({ message }, { colours }) {
  const highest = message.scale[message.scale.length - 1];
  return message.layers.flatMap((layer, number) =>
    layer.count ? [[layerName(layer), layer.scaled ? highest : colours[number]]] : [],
  );
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[text: string, colour: string][]} entries
 * @param {string} textColour
 */
function writeEntries(context, entries, textColour) {
  context.font = "14px sans-serif";
  entries.forEach(([text, colour], i) => {
    const y = LINE * (i + 1);
    context.fillStyle = colour;
    context.fillRect(12, y - 11, 12, 12);
    context.fillStyle = textColour;
    context.fillText(text, 32, y);
  });
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function download(blob, name) {
  const link = addElement("a", document.body, { href: URL.createObjectURL(blob), download: name });
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
