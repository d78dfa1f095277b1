// Splits a message into quotes, lists, code and plain text, by its lines. Pure.
//
// Markdown would also take the line after a quote or a list for a part of it. In a chat that line is the answer.

/** @typedef {{kind: "text" | "quote" | "list" | "fence", lines: string[]}} Segment */

const QUOTE = /^ {0,3}>/;
const LIST = /^ {0,3}(?:[-*]|\d{1,9}[.)])[ \t]+\S/;
/** Only a list that begins with 1 may follow a line of text: "in\n2024. That" is none. */
const FIRST = /^ {0,3}(?:[-*]|1[.)])[ \t]/;
const FENCE = /^[ \t]*(`{3,}(?=[^`]*$)|~{3,})/;
const INDENTED = /^(?: {2,}|\t)/;

/**
 * @param {string} text
 * @returns {Segment[]}
 */
export function toSegments(text) {
  /** @type {Segment[]} */
  const segments = [];
  let fence = "";
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const open = segments.at(-1);
    if (fence) {
      open?.lines.push(line);
      if (isClosing(line, fence)) fence = "";
      continue;
    }
    const kind = kindOf(line, open);
    fence = kind === "quote" ? "" : (FENCE.exec(line)?.[1] ?? "");
    if (open?.kind === kind && kind !== "fence") open.lines.push(line);
    else segments.push({ kind, lines: [line] });
  }
  return segments.map(trimmed).filter(({ lines }) => lines.length);
}

/**
 * @param {Segment} quote
 * @returns {string}  what is quoted
 */
export const quotedText = ({ lines }) => lines.map((line) => line.replace(/^ {0,3}> ?/, "")).join("\n");

/**
 * @param {string} line
 * @param {Segment | undefined} before
 * @returns {Segment["kind"]}
 */
function kindOf(line, before) {
  if (before?.kind === "list" && (INDENTED.test(line) || !line.trim())) return "list";
  if (FENCE.test(line)) return "fence";
  if (QUOTE.test(line)) return "quote";
  const followsText = before?.kind === "text" && before.lines.at(-1)?.trim();
  return LIST.test(line) && (!followsText || FIRST.test(line)) ? "list" : "text";
}

/**
 * @param {string} line
 * @param {string} fence
 */
function isClosing(line, fence) {
  const found = line.trim();
  return found.length >= fence.length && [...found].every((character) => character === fence[0]);
}

/**
 * Without the empty lines around it.
 * @param {Segment} segment
 * @returns {Segment}
 */
function trimmed({ kind, lines }) {
  if (kind === "fence") return { kind, lines };
  const first = lines.findIndex((line) => line.trim());
  if (first < 0) return { kind, lines: [] };
  return { kind, lines: lines.slice(first, lines.findLastIndex((line) => line.trim()) + 1) };
}
