// A map of products, a point each: points are drawn by WebGL, everything else on a canvas above them.
//
// core/ui/maps/canvas.py joins parts.js, points.js, marks.js and map.js to one module. It draws three kinds of
// parts of a page, told apart by data.kind:
//   kept     coordinates or texts under an id; they stay in the browser while only colours change
//   asked    answers what the product under the mouse looks like: {row, picture}
//   map      what is seen; it names the coordinates and texts it needs and holds no more than colours
// Where a visitor looks (zoom, turn, hidden colours) is remembered by the id of the coordinates.

const kept = new Map();
const views = new Map();
const maps = new Set();
const parts = new WeakMap();
const hovered = { ask: null, row: -1, picture: "" };
const PICK = 10; // pixels around a point that count as on it
const RINGED = 40; // as many marked points get rings; more are told apart by fading the others
const PINK = "#D6249F";
const RED = "#E03131";

export default function ({ data: told, parentElement, setTriggerValue }) {
  const before = parts.get(parentElement);
  if (before?.told && same(before.told, told)) return before.forget;
  const data = JSON.parse(new TextDecoder().decode(told));
  if (data.kind === "kept") return keep(data, parentElement, told);
  if (data.kind === "asked") return answer(data, parentElement, setTriggerValue);
  let map = parts.get(parentElement);
  if (!map) {
    map = new ProductMap(parentElement);
    parts.set(parentElement, map);
    maps.add(map);
  }
  map.show(data, setTriggerValue);
  return whenGone(parentElement, () => map.leave());
}

// Streamlit calls what a part returns once the part is gone from the page, but also when the part's next call
// has overtaken this one, as it does while the script is still being loaded. Then there is nothing to clear.
const whenGone = (parent, clear) => () => parent.isConnected || clear();

// After each run of the page Streamlit hands over again what has not changed: that is told by its bytes.
function keep({ id, value }, parent, told) {
  const before = parts.get(parent);
  const drop = () => kept.get(id) === part && kept.delete(id);
  const part = { id, value, told, drop, forget: whenGone(parent, drop) };
  if (value.points) part.points = floats(value.points);
  if (value.of) part.of = new Uint16Array(bytes(value.of).buffer);
  if (before && before.id !== id) before.drop();
  kept.set(id, part);
  parts.set(parent, part);
  for (const map of maps) if (map.needs(id)) map.load();
  return part.forget;
}

function answer({ row, picture }, parent, setTriggerValue) {
  hovered.ask = (wanted) => setTriggerValue("row", wanted);
  hovered.picture = picture;
  hovered.row = row;
  for (const map of maps) map.describe();
  return whenGone(parent, () => (hovered.ask = null));
}

const same = (one, other) => one.length === other.length && one.every((value, i) => value === other[i]);
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const floats = (text) => new Float32Array(bytes(text).buffer);
const integers = (text) => new Int32Array(bytes(text).buffer);
const within = (value, low, high) => Math.min(high, Math.max(low, value));

function element(kind, parent, properties = {}) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(properties))
    name in made ? (made[name] = value) : made.setAttribute(name, value);
  return parent.appendChild(made);
}

function rgb(colour) {
  return [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
}

// A colour between the steps of a scale, value 0 to 1.
function mixed(steps, value) {
  const place = within(value, 0, 1) * (steps.length - 1), low = Math.min(Math.floor(place), steps.length - 2);
  return steps[low].map((part, i) => part + (steps[low + 1][i] - part) * (place - low));
}
