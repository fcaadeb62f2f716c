/** Helpers for elements of the page. */

/**
 * Create an element inside another one.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Node} parent
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function addElement(tag, parent, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  parent.appendChild(element);
  return element;
}

/**
 * The position of a pointer event relative to an element.
 * @param {MouseEvent} event
 * @param {HTMLElement} element
 * @returns {import("./types.js").Position}
 */
export function positionOn(event, element) {
  const { left, top } = element.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

/**
 * The drawing context of a canvas, cleared and scaled to CSS pixels.
 * @param {HTMLCanvasElement} canvas
 */
export function clearedContext(canvas) {
  const context = context2d(canvas);
  context.setTransform(window.devicePixelRatio, 0, 0, window.devicePixelRatio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  return context;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function context2d(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot draw on a canvas.");
  return context;
}
