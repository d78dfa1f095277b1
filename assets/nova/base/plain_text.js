// A text without its marks, for places that show one line of it: lists, notifications, quotes. Pure.
//
// Much smaller than what draws messages (text/markdown.js), which tests compare it with.

const CODE = /(`+)([^`]+)\1(?!`)/;
const FENCE_LINE = /^ {0,3}(?:`{3,}[^`\n]*|~{3,}.*)$/gm;
const QUOTE_MARK = /^ {0,3}(?:> ?)+/gm;
const LINK = /\[([^[\]\n]+)\]\((?:https?:\/\/|mailto:)[^\s()]*\)/gi;
/** Marks around words; within a word they are none. */
const MARKS = /(^|[^A-Za-z0-9\\*_~])(\*{1,3}|~~|_)(?=\S)((?:(?!\2)[^\n])*?[^\s\\])\2(?![A-Za-z0-9*_~])/g;
const DEPTH = 3;

/**
 * @param {string} text
 * @returns {string}
 */
export function withoutMarks(text) {
  if (!/[*_~`>[]/.test(text)) return text;
  const parts = text.replace(FENCE_LINE, "").replace(QUOTE_MARK, "").split(CODE);
  let plain = "";
  // Text, the marks of code, and code, which stays as it is.
  for (let i = 0; i < parts.length; i += 3) plain += inLine(parts[i]) + (parts[i + 2] ?? "");
  return plain;
}

/** @param {string} text */
function inLine(text) {
  let plain = text.replace(LINK, "$1");
  for (let i = 0; i < DEPTH; i += 1) plain = plain.replace(MARKS, "$1$3");
  return plain;
}
