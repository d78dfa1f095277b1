// Makes a value and everything in it unchangeable: any write throws.

const WRITES = ["add", "set", "delete", "clear"];

/**
 * @template T
 * @param {T} value  of plain objects, arrays, maps and sets
 * @returns {T}
 */
export function deepFreeze(value) {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map || value instanceof Set) {
    for (const [key, item] of value.entries()) [key, item].forEach(deepFreeze);
    for (const name of WRITES) if (name in value) Object.assign(value, { [name]: refuse });
  }
  Object.freeze(value);
  Object.values(value).forEach(deepFreeze);
  return value;
}

function refuse() {
  throw new TypeError("a frozen collection was changed");
}
