// Which chats the switcher offers for what was typed. Pure.

/** @typedef {import("../generated/types.js").ConversationItem} ConversationItem */

const MOST = 8;

/**
 * The chats whose names have every word of a text, those first in whose names a word begins with it.
 * @param {ConversationItem[]} items  in the order of the list
 * @param {string} text  empty for all
 * @returns {ConversationItem[]}  a few
 */
export function findChats(items, text) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  const found = items.filter(({ title }) => words.every((word) => plain(title).includes(word)));
  const early = new Set(found.filter(({ title }) => words.every((word) => ` ${plain(title)}`.includes(` ${word}`))));
  return [...early, ...found.filter((item) => !early.has(item))].slice(0, MOST);
}

/**
 * Where a key leads in a list of options, round its ends.
 * @param {string} key
 * @param {number} at
 * @param {number} count
 * @returns {number}  -1 for a key that leads nowhere
 */
export function stepInOptions(key, at, count) {
  const by = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  return by && count ? (at + by + count) % count : -1;
}

/** @param {string} text  without case and marks over letters */
const plain = (text) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .trim();
