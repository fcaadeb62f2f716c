/** Packed numbers, as messages hold them. */

/**
 * @param {string} base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function toBytes(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i); // ten times as fast as Uint8Array.from
  return bytes;
}

/** @param {string} base64 */
export function toFloats(base64) {
  return new Float32Array(toBytes(base64).buffer);
}

/** @param {string} base64 */
export function toIntegers(base64) {
  return new Int32Array(toBytes(base64).buffer);
}

/** @param {string} base64 */
export function toShorts(base64) {
  return new Uint16Array(toBytes(base64).buffer);
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function sameBytes(one, other) {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}
