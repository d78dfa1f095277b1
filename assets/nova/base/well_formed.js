// Texts as they may leave the page: half a character (an unpaired surrogate) cannot be written as UTF-8. Pure.

const HALVES = /[\ud800-\udfff]/gu;

/**
 * The text with each half of a character replaced by U+FFFD, as `String.prototype.toWellFormed` does it.
 * @param {string} text
 * @returns {string}
 */
export function wellFormed(text) {
  return text.replace(HALVES, "\ufffd");
}

/**
 * @param {unknown} value
 * @returns {string}  JSON that every server can read
 */
export function toJson(value) {
  return JSON.stringify(value, (_, part) => (typeof part === "string" ? wellFormed(part) : part));
}

/**
 * A text as a part of an address.
 * @param {string} text
 */
export function inAddress(text) {
  return encodeURIComponent(wellFormed(text));
}

/**
 * Plain data with well-formed texts; what is no plain data (files, bytes) is passed on as it is.
 * @param {unknown} value
 * @returns {any}
 */
export function cleaned(value) {
  if (typeof value === "string") return wellFormed(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cleaned(part)]));
}
