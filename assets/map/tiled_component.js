/**
 * A map of a large catalogue, whose points come as tiles, as a Streamlit component.
 *
 * A page has several of these components, which differ in their messages: maps; tiles, which the browser asks for
 * as a map shows them; and what is known of the product under the mouse.
 */

import { sameBytes } from "./bytes.js";
import { inTurn } from "./sending.js";
import * as store from "./store.js";
import { TiledMap } from "./tiled_map.js";
import { keepTiles, tilesOf } from "./tiles.js";

/** @import { ComponentArguments, ProductMessage, SendTrigger, TiledMapMessage, TilesMessage } from "./types.js" */

/** @typedef {ComponentArguments["parentElement"]} Parent */

/** @type {WeakMap<Parent, TiledMap>} */
const mapsByParent = new WeakMap();

/** @type {WeakMap<Parent, { bytes: Uint8Array, leave: () => void }>} */
const seenByParent = new WeakMap();

/**
 * Called by Streamlit when a component is new and after each run of the page.
 * @param {ComponentArguments} component
 * @returns {() => void}
 */
export default function component({ data, parentElement, setTriggerValue }) {
  // Streamlit passes unchanged data again after each run of the page: ignore it.
  const seen = seenByParent.get(parentElement);
  if (seen && sameBytes(seen.bytes, data)) return seen.leave;
  /** @type {TiledMapMessage | TilesMessage | ProductMessage} */
  const message = JSON.parse(new TextDecoder().decode(data));
  const clear = receive(message, parentElement, inTurn(setTriggerValue));
  // Streamlit also calls this when the component's next call has overtaken this one: then it is on the page.
  const leave = () => {
    if (!parentElement.isConnected) clear();
  };
  seenByParent.set(parentElement, { bytes: data, leave });
  return leave;
}

/**
 * @param {TiledMapMessage | TilesMessage | ProductMessage} message
 * @param {Parent} parent
 * @param {SendTrigger} send
 * @returns {() => void} What removes what the message has brought.
 */
function receive(message, parent, send) {
  if (message.kind === "tiled") return showMap(message, parent, send);
  if (message.kind === "product") return showProduct(message, send);
  keepTiles(message, (wanted) => send("wanted", wanted));
  for (const map of store.maps) if (map.needs(message.points)) map.load();
  return () => {
    tilesOf(message.points).ask = null;
  };
}

/**
 * @param {TiledMapMessage} message
 * @param {Parent} parent
 * @param {SendTrigger} send
 */
function showMap(message, parent, send) {
  const map = mapsByParent.get(parent) ?? new TiledMap(parent, message, send);
  mapsByParent.set(parent, map);
  store.maps.add(map);
  map.show(message, send);
  return () => {
    store.maps.delete(map);
    map.leave();
  };
}

/**
 * @param {ProductMessage} message
 * @param {SendTrigger} send
 */
function showProduct({ points, row, name, notes, image }, send) {
  const request = (/** @type {number} */ wanted) => send("place", wanted);
  Object.assign(tilesOf(points).product, { row, name, notes, image, request });
  for (const map of store.maps) if (map.needs(points)) map.describe();
  return () => {
    tilesOf(points).product.request = null;
  };
}
