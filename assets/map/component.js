/**
 * A map of products, one point each, as a Streamlit component.
 *
 * WebGL draws the points, and a canvas above them shows everything else. A page has several of these
 * components, which differ in their messages. Some store coordinates and texts in the browser under an id, so
 * that a change of colours does not send them again. One receives the image of the product under the mouse.
 * The others are maps, which name the coordinates and texts that they draw.
 */

import { sameBytes, toFloats, toShorts } from "./bytes.js";
import { ProductMap } from "./product_map.js";
import { inTurn } from "./sending.js";
import * as store from "./store.js";

/** @import { ComponentArguments, SendTrigger } from "./types.js" */
/** @import { ImageMessage, MapMessage, Message, PointsMessage, TextsMessage } from "./types.js" */

/** @typedef {ComponentArguments["parentElement"]} Parent */
/** @typedef {() => void} CleanUp */

/** @type {WeakMap<Parent, ProductMap>} */
const mapsByParent = new WeakMap();

/** @type {WeakMap<Parent, { id: string, bytes: Uint8Array, drop: () => void, cleanUp: CleanUp }>} */
const keptByParent = new WeakMap();

/**
 * Called by Streamlit when a component is new and after each run of the page.
 * @param {ComponentArguments} component
 * @returns {CleanUp}
 */
export default function component({ data, parentElement, setTriggerValue }) {
  // Streamlit passes unchanged data again after each run of the page: ignore it.
  const kept = keptByParent.get(parentElement);
  if (kept && sameBytes(kept.bytes, data)) return kept.cleanUp;
  /** @type {Message} */
  const message = JSON.parse(new TextDecoder().decode(data));
  switch (message.kind) {
    case "map":
      return showMap(message, parentElement, inTurn(setTriggerValue));
    case "image":
      return showImage(message, parentElement, inTurn(setTriggerValue));
    default:
      return keep(message, parentElement, data);
  }
}

/**
 * Streamlit calls what a component returns when the component is removed from the page, but also when its next
 * call has overtaken this one, as happens while the script is being loaded. Then there is nothing to clear.
 * @param {Parent} parent
 * @param {() => void} clear
 * @returns {CleanUp}
 */
function whenRemoved(parent, clear) {
  return () => {
    if (!parent.isConnected) clear();
  };
}

/**
 * @param {MapMessage} message
 * @param {Parent} parent
 * @param {SendTrigger} send
 */
function showMap(message, parent, send) {
  const map = mapsByParent.get(parent) ?? new ProductMap(parent, message, send);
  mapsByParent.set(parent, map);
  store.maps.add(map);
  map.show(message, send);
  return whenRemoved(parent, () => {
    store.maps.delete(map);
    map.leave();
  });
}

/**
 * @param {ImageMessage} message
 * @param {Parent} parent
 * @param {SendTrigger} send
 */
function showImage({ row, image }, parent, send) {
  const request = (/** @type {number} */ wanted) => send("row", wanted);
  Object.assign(store.hovered, { row, image, request });
  for (const map of store.maps) map.describe();
  return whenRemoved(parent, () => {
    store.hovered.request = null;
  });
}

/**
 * @param {PointsMessage | TextsMessage} message
 * @param {Parent} parent
 * @param {Uint8Array} bytes
 */
function keep(message, parent, bytes) {
  const drop = message.kind === "points" ? keepPoints(message) : keepTexts(message);
  const cleanUp = whenRemoved(parent, drop);
  const before = keptByParent.get(parent);
  if (before && before.id !== message.id) before.drop();
  keptByParent.set(parent, { id: message.id, bytes, drop, cleanUp });
  for (const map of store.maps) if (map.needs(message.id)) map.load();
  return cleanUp;
}

/** @param {PointsMessage} message */
function keepPoints({ id, coordinates }) {
  return keepIn(store.points, { id, coordinates: toFloats(coordinates) });
}

/** @param {TextsMessage} message */
function keepTexts({ id, names, categories, category_of }) {
  return keepIn(store.texts, { id, names, categories, categoryOf: toShorts(category_of) });
}

/**
 * Store a value by its id; the function that is returned removes it, unless another one has replaced it.
 * @template {{ id: string }} Value
 * @param {Map<string, Value>} values
 * @param {Value} value
 */
function keepIn(values, value) {
  values.set(value.id, value);
  return () => {
    if (values.get(value.id) === value) values.delete(value.id);
  };
}
