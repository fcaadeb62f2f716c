/** Elements of the page. */

/**
 * Add an element to another one.
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
 * Where an event of the mouse or a finger happened on an element.
 * @param {MouseEvent} event
 * @param {HTMLElement} element
 * @returns {import("./types.js").Position}
 */
export function positionOn(event, element) {
  const { left, top } = element.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

/**
 * The pen of a canvas, set to draw in pixels of the page on a clean sheet.
 * @param {HTMLCanvasElement} canvas
 */
export function cleanPen(canvas) {
  const pen = penOf(canvas);
  pen.setTransform(window.devicePixelRatio, 0, 0, window.devicePixelRatio, 0, 0);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  return pen;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("The browser has no pen for a canvas.");
  return pen;
}
