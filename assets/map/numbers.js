/** Arithmetic and wording of numbers. */

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/**
 * Write a count as the pages do: 12,345.
 * @param {number} count
 */
export function formatCount(count) {
  return count.toLocaleString("en");
}

/**
 * Write a share of 0 to 1 as the pages do: 94.3%.
 * @param {number} share
 */
export function formatShare(share) {
  return `${(100 * share).toFixed(1)}%`;
}
