/** The legend: a button for each layer, which hides and shows it. */

import { addElement } from "./elements.js";
import { formatCount } from "./numbers.js";

/** @import { Layer, MapDrawing } from "./types.js" */

/**
 * @param {HTMLElement} legend
 * @param {MapDrawing} drawing
 * @param {{ colours: string[] }} paint
 * @param {Set<string>} hidden Names of layers; the buttons change it.
 * @param {() => void} changed Called after a button has changed it.
 */
export function writeLegend(legend, drawing, paint, hidden, changed) {
  const { layers, scale } = drawing.message;
  legend.replaceChildren();
  layers.forEach((layer, number) => {
    if (!layer.count) return;
    const button = addElement("button", legend, { type: "button" });
    button.ariaPressed = String(!hidden.has(layer.name));
    const swatch = addElement("i", button, {
      className: layer.scaled ? "scale" : layer.hollow ? "hollow" : "",
    });
    if (layer.hollow) swatch.style.borderColor = paint.colours[number];
    else swatch.style.background = layer.scaled ? `linear-gradient(90deg,${scale})` : paint.colours[number];
    addElement("span", button, { textContent: layerText(layer) });
    button.title = `${layerText(layer)}. Show or hide.`;
    button.onclick = () => {
      const shown = hidden.delete(layer.name);
      if (!shown) hidden.add(layer.name);
      button.ariaPressed = String(shown);
      changed();
    };
  });
}

/**
 * Say what the tones of a map mean that shows where points overlap.
 * @param {HTMLElement} legend
 */
export function writeDensity(legend) {
  const line = addElement("div", legend, { className: "density" });
  addElement("i", line);
  addElement("span", line, { textContent: "Few to many at one place" });
}

/** @param {Layer} layer */
function layerText(layer) {
  return layer.scaled ? `${layerName(layer)}: 0% to 100%` : layerName(layer);
}

/**
 * The name of a layer and how many products it has.
 * @param {Layer} layer
 */
export function layerName({ name, count }) {
  return `${name} (${formatCount(count)})`;
}
