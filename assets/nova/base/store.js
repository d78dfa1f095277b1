// A store with subscriptions. Pure: knows no framework.

/**
 * @template {object} T
 * @typedef {{
 *   get(): T, set(changes: Partial<T>): void, subscribe(listener: () => void): () => void
 * }} Store
 */

/**
 * Listeners are called at once; setting equal values is no change.
 * @template {object} T
 * @param {T} initial
 * @returns {Store<T>}
 */
export function createStore(initial) {
  let value = initial;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => value,
    set(changes) {
      const names = /** @type {(keyof T)[]} */ (Object.keys(changes));
      if (names.every((name) => Object.is(value[name], changes[name]))) return;
      value = { ...value, ...changes };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
