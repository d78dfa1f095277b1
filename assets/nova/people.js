// How people are shown. Pure.

import { firstGrapheme } from "./graphemes.js";

/**
 * At most two letters for a name.
 * @param {string} name
 * @returns {string}
 */
export function initialsOf(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return chosen.map((word) => firstGrapheme(word).toUpperCase()).join("") || "?";
}

/**
 * A colour that stays with somebody, as a hue.
 * @param {string} id
 * @returns {number}  0 to 359
 */
export function hueOf(id) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 360_000;
  return sum % 360;
}

/**
 * Where somebody's picture is; empty without one.
 * @param {import("./types.js").Person | undefined} person
 * @param {string} origin  the server's
 * @returns {string}
 */
export function imageOf(person, origin) {
  return person?.avatar_url ? origin + person.avatar_url : "";
}

/**
 * "Ana, Ben and 2 others".
 * @param {string[]} names
 * @returns {string}
 */
export function listNames(names) {
  if (names.length <= 3) return names.join(", ");
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} others`;
}
