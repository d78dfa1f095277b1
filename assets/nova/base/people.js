// Initials, colour, picture and name of a user. Pure.

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
 * A user's permanent colour, as a hue.
 * @param {string} id
 * @returns {number}  0 to 359
 */
export function hueOf(id) {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 360_000;
  return sum % 360;
}

/**
 * The URL of a user's picture; empty without one.
 * @param {{avatar_url?: string} | undefined} person
 * @param {string} origin  the server's
 * @returns {string}
 */
export function imageOf(person, origin) {
  return person?.avatar_url ? origin + person.avatar_url : "";
}

/** Characters that change the writing direction beyond the name that contains them. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A name as a part of a sentence: whichever way it runs, the words around it stay where they are.
 * @param {string} name
 * @returns {string}
 */
export function isolated(name) {
  const plain = name.replace(TURNS, "");
  return RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/**
 * "Ana, Ben and 2 others".
 * @param {string[]} names
 * @returns {string}
 */
export function listNames(names) {
  const whole = names.map(isolated);
  if (whole.length <= 3) return whole.join(", ");
  return `${whole.slice(0, 2).join(", ")} and ${whole.length - 2} others`;
}
