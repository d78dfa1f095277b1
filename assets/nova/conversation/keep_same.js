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
