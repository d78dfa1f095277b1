// Puts the marks of formatted text around what is selected, or takes them away. Pure.

/** @typedef {"bold" | "italic" | "strike" | "code" | "link" | "quote" | "list"} Mark */
/**
 * @typedef {{start: number, end: number, insert: string, select: [number, number]}} Change
 *   what stands from `start` to `end` becomes `insert`; then `select` is selected
 */

/** @type {Record<string, string>} */
const AROUND = { bold: "**", italic: "*", strike: "~~", code: "`" };
/** @type {Record<string, string>} */
const BEFORE = { quote: "> ", list: "- " };
const ADDRESS = "https://";

/**
 * @param {string} text
 * @param {number} start  of what is selected
 * @param {number} end
 * @param {Mark} mark
 * @returns {Change}
 */
export function withMark(text, start, end, mark) {
  if (BEFORE[mark]) return withPrefix(text, start, end, BEFORE[mark]);
  const selected = text.slice(start, end);
  if (mark === "link") return withLink(selected, start, end);
  if (mark === "code" && selected.includes("\n")) return withFence(text, start, end);
  return withMarks(text, start, end, AROUND[mark]);
}

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} mark
 * @returns {Change}
 */
function withMarks(text, start, end, mark) {
  const { length } = mark;
  const selected = text.slice(start, end);
  // "**" is not an "*" around "*".
  const isAround = runAt(text, start, -1, mark[0]) === length && runAt(text, end, 1, mark[0]) === length;
  if (isAround) return { start: start - length, end: end + length, insert: selected, select: [start - length, end - length] };
  // Spaces stay outside: a mark beside one is none.
  const [, before, inner, after] = /^(\s*)([^]*?)(\s*)$/.exec(selected) ?? ["", "", "", ""];
  const at = start + before.length + length;
  return { start, end, insert: `${before}${mark}${inner}${mark}${after}`, select: [at, at + inner.length] };
}

/**
 * How often a character stands before or after a place.
 * @param {string} text
 * @param {number} at
 * @param {1 | -1} step
 * @param {string} character
 */
function runAt(text, at, step, character) {
  let count = 0;
  while (text[step > 0 ? at + count : at - 1 - count] === character) count += 1;
  return count;
}

/**
 * @param {string} selected
 * @param {number} start
 * @param {number} end
 * @returns {Change}
 */
function withLink(selected, start, end) {
  if (/^https?:\/\/\S+$/.test(selected)) return { start, end, insert: `[](${selected})`, select: [start + 1, start + 1] };
  const at = start + selected.length + 3;
  return { start, end, insert: `[${selected}](${ADDRESS})`, select: selected ? [at, at + ADDRESS.length] : [start + 1, start + 1] };
}

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {Change}
 */
function withFence(text, start, end) {
  const selected = text.slice(start, end);
  const before = start && text[start - 1] !== "\n" ? "\n```\n" : "```\n";
  const after = `${selected.endsWith("\n") ? "" : "\n"}\`\`\`${end < text.length && text[end] !== "\n" ? "\n" : ""}`;
  const at = start + before.length;
  return { start, end, insert: before + selected + after, select: [at, at + selected.length] };
}

/**
 * Put a mark at the beginning of each selected line; take it away where all lines have it.
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @param {string} prefix
 * @returns {Change}
 */
function withPrefix(text, from, to, prefix) {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const next = text.indexOf("\n", Math.max(to - 1, start));
  const end = next < 0 ? text.length : next;
  const lines = text.slice(start, Math.max(end, to)).split("\n");
  const isMarked = lines.every((line) => line.startsWith(prefix));
  const insert = lines.map((line) => (isMarked ? line.slice(prefix.length) : prefix + line)).join("\n");
  const select = /** @type {[number, number]} */ ([from === to ? start + insert.length : start, start + insert.length]);
  return { start, end: Math.max(end, to), insert, select };
}
