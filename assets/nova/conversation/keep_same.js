// Keeps a list that was rendered before, so that an equal one is not rendered again. Pure.

/**
 * @template T
 * @param {T} items
 * @param {T} old
 * @returns {T}  `old` if both are equal
 */
export function keepSame(items, old) {
  return JSON.stringify(items) === JSON.stringify(old) ? old : items;
}

/**
 * Whether two lists have the same objects in the same order.
 * @param {readonly unknown[]} one
 * @param {readonly unknown[]} other
 */
export const isSameList = (one, other) => one.length === other.length && one.every((item, i) => item === other[i]);
