// What this browser keeps in localStorage. A browser may forbid it or have no room left: nothing here throws. A shell.

/**
 * @param {string} key
 * @param {Storage} [area]  this browser's by default
 * @returns {string | null}  null where nothing is kept
 */
export function readText(key, area) {
  try {
    return (area ?? localStorage).getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string | null} text  null or empty: keep nothing
 * @param {Storage} [area]
 * @returns {boolean}  whether the browser did it; what is not kept lives as long as the page
 */
export function writeText(key, text, area) {
  try {
    if (text) (area ?? localStorage).setItem(key, text);
    else (area ?? localStorage).removeItem(key);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} key
 * @returns {any}  null where nothing is kept, or nothing that can be read
 */
export function readJson(key) {
  try {
    return JSON.parse(readText(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {unknown} value  null: keep nothing
 * @returns {boolean}  whether the browser did it
 */
export const writeJson = (key, value) => writeText(key, value === null ? null : JSON.stringify(value));

/**
 * @param {string} prefix
 * @param {Storage} [area]
 * @returns {string[]}  the keys that begin with it, in no order
 */
export function keysWith(prefix, area) {
  try {
    return Object.keys(area ?? localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

/** Whether a deletion can be undone for some seconds: "off" where the user does not want that. */
export const UNDO_KEY = "nova:undo";
