// Which sections of the list are folded in this browser: their names, each with a space behind it. A shell.

import { readText, writeText } from "../base/local_storage.js";

const KEY = "nova:folded";

export const readFolded = () => readText(KEY) ?? "";

/**
 * Fold a section, or unfold it, also for the next page.
 * @param {string} folded  what is folded now
 * @param {string} section
 * @returns {string}  what is folded from now on
 */
export function toggleFolded(folded, section) {
  const name = `${section} `;
  const next = folded.includes(name) ? folded.replace(name, "") : folded + name;
  writeText(KEY, next);
  return next;
}
