/** Packed numbers, as messages hold them. */

/**
 * @param {string} base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function toBytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
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
